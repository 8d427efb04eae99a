"""The key of this machine that signs local tokens: made on first run, readable by its owner only."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from pathlib import Path

from atakora_data.errors import SettingsError

_KEY_BYTES = 32


def local_key(path: Path) -> bytes:
    """Read the key of 32 random bytes from this file, which is made when absent.

    Any number of processes may call this at once: all get the same key. SettingsError: the file cannot be used.
    """
    try:
        if not path.exists():
            _make(path)
        return _decoded(path)
    except OSError as error:
        raise SettingsError(
            f"The local key {path} cannot be used: {error.strerror}. Set ATAKORA_KEY_FILE to a writable file."
        ) from error


def _decoded(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            f"The file {path} does not hold a local key. Delete it; a new key is made on the next start."
        )
    return key


def _make(path: Path) -> None:
    """Publish a whole file under its name at once: `link` never overwrites a key that another process made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
        _publish(Path(draft), path)
    finally:
        Path(draft).unlink()


def _publish(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
