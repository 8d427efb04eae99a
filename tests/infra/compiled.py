"""Expressions of policies, compiled by a real C# compiler and run."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PACKAGES = ("mono-mcs", "mono-runtime", "libmono-system-core4.0-cil", "libnewtonsoft-json5.0-cil")
_LIBRARY = Path("/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll")
_PROGRAM = Path(__file__).with_name("Expressions.cs")


@functools.cache
def has_compiler() -> bool:
    """Whether C# can be compiled here; on a Debian where this may be done the compiler is installed first."""
    if not _is_installed() and shutil.which("apt-get") and os.geteuid() == 0:
        with (Path(tempfile.gettempdir()) / "mono.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_installed():
                subprocess.run(["apt-get", "update", "-q"], check=False, capture_output=True)
                command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *_PACKAGES]
                subprocess.run(command, check=False, capture_output=True)
    return _is_installed()


def _is_installed() -> bool:
    return shutil.which("mcs") is not None and shutil.which("mono") is not None and _LIBRARY.is_file()


class Expressions:
    """Compiles what policies say, and tells what it comes to."""

    def __init__(self, texts: list[str], folder: Path) -> None:
        self._numbers = {text: number for number, text in enumerate(texts)}
        shutil.copy(_LIBRARY, folder)
        functions = ",\n".join(f"context => {_body(text)}" for text in texts)
        (folder / "program.cs").write_text(_PROGRAM.read_text().replace("EXPRESSIONS", functions, 1))
        built = subprocess.run(
            ["mcs", "-langversion:7", "-out:program.exe", "-r:Newtonsoft.Json.dll", "program.cs"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise AssertionError(built.stdout + built.stderr)
        self._running = subprocess.Popen(
            ["mono", "program.exe"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def value(self, text: str, about: Mapping[str, Any]) -> Any:
        """What the expression comes to. about: headers, variables, status and reason."""
        assert self._running.stdin is not None and self._running.stdout is not None  # noqa: PT018
        self._running.stdin.write(json.dumps({"number": self._numbers[text], **about}) + "\n")
        self._running.stdin.flush()
        return json.loads(self._running.stdout.readline())["value"]

    def close(self) -> None:
        """End the program."""
        self._running.communicate(timeout=10)


def _body(text: str) -> str:
    """A lambda's body: `@(…)` is an expression, `@{…}` are statements that return."""
    return f"(object){text[1:]}" if text.startswith("@(") else text[1:]
