"""The command line: finds the command, imports only its module, and turns every failure into one readable line."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from atakora_data.errors import AtakoraError, RequestError, perhaps

PROGRAM = "python -m atakora_data"

COMMANDS = {
    "dev": "Serve the app on this machine, and again after every change.",
    "check": "Check all schema modules and tell every problem with file and line.",
    "routes": "List the REST routes and GraphQL operations that are served.",
    "token": "Sign a token for local use and print it alone.",
    "seed": "Load <Entity>.jsonl files through the service.",
    "generate": "Write the GraphQL schema, the OpenAPI description and typed clients.",
    "infra": "Write what the deployment reads of the schemas: containers, API Management, descriptions.",
    "diff": "Tell what changed between two sets of schemas: breaking, dangerous or safe, and what to do about it.",
    "query": "Ask for records, as any caller.",
    "explain": "Tell which rule decides whether a caller may do something, and why.",
}

EXIT_PROBLEMS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_WITH_ANY_VALUE = frozenset({"--order-by", "--next-token", "--id", "--as"})
_FOR_MORE = "Set ATAKORA_LOG_LEVEL=DEBUG to see the whole traceback."


class Command(Protocol):
    """What each module of a command holds."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Carry the command out; the exit code."""


def main(argv: Sequence[str]) -> int:
    """Run one command line; the exit code: 0 done, 1 problems found, 2 wrong usage."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0 if argv else EXIT_USAGE
    if argv[0] == "--version":
        print(_version())
        return 0
    if argv[0] not in COMMANDS:
        return _fail(f"There is no command {argv[0]!r}.", perhaps(argv[0], COMMANDS) or "See --help.", EXIT_USAGE)
    return _guarded(argv[0], argv[1:])


def _guarded(name: str, argv: Sequence[str]) -> int:
    try:
        return _run(name, argv)
    except RequestError as error:
        return _fail(_detail(error), error.hint, EXIT_PROBLEMS)
    except AtakoraError as error:
        return _fail(str(error), None, EXIT_PROBLEMS)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PROBLEMS
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        if os.environ.get("ATAKORA_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        return _fail(f"{type(error).__name__}: {error}", f"({_place(error)}) {_FOR_MORE}", EXIT_PROBLEMS)


def _run(name: str, argv: Sequence[str]) -> int:
    command: Command = import_module(f"atakora_data.cli.{name}")
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=COMMANDS[name], allow_abbrev=False)
    command.add_arguments(parser)
    return command.run(parser.parse_args(_attached(argv)))


def _attached(argv: Sequence[str]) -> list[str]:
    """Join `--order-by -title` by `=`: argparse takes any value that begins with a minus for an option."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] in _WITH_ANY_VALUE:
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _place(error: Exception) -> str:
    """Tell where it happened, as file:line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _detail(error: RequestError) -> str:
    places = [f"{each.pointer}: {each.detail}" for each in error.errors]
    return " ".join([error.detail, *places])


def _fail(message: str, hint: str | None, code: int) -> int:
    print(f"error: {message}" + (f" {hint}" if hint else ""), file=sys.stderr)
    return code


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {meaning}" for name, meaning in COMMANDS.items()]
    return "\n".join(
        [f"usage: {PROGRAM} COMMAND [options]", "", *lines, "", f"More about one: {PROGRAM} COMMAND --help"]
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("atakora-data")
    except PackageNotFoundError:
        return "0 (not installed)"
