"""`dev`: the app on this machine, through the very function app that Azure runs."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from atakora_data.cli.options import add_data, add_schemas, environment, read_settings
from atakora_data.errors import AtakoraError

_HIGHEST_PORT = 65535
_YOUNG = 20_000
"""So many new objects are worth looking for garbage: a page of records is some hundred, gone with its answer."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to bind (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--port", type=_port, default=7071, help="the port (default: 7071; 0 for any free one)")
    add_schemas(parser)
    add_data(parser).add_argument("--memory", action="store_true", help="keep records in memory; they go at exit")
    parser.add_argument("--no-reload", action="store_true", help="do not start anew when a schema module changes")
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    return _serve(args) if args.no_reload or args.supervised else _supervise(args)


def _serve(args: argparse.Namespace) -> int:
    try:
        read_settings(args)
        os.environ.update(environment(args))
        gc.disable()  # starting makes what stays: looking for garbage in it is in vain
        from atakora_data.devhost.host import load_project, serve_project

        project = load_project(Path.cwd())
        gc.freeze()
        gc.set_threshold(_YOUNG, 20, 20)
        gc.enable()
    except AtakoraError as error:
        if not args.supervised:
            raise
        return _wait_for_change(error)
    serve_project(project, args.host, args.port)
    return 0


def _wait_for_change(error: AtakoraError) -> int:
    """Tell what is broken; the exit code says that the next change may heal it."""
    from atakora_data.devhost.reload import EXIT_BROKEN

    print(f"error: {error}", file=sys.stderr, flush=True)
    return EXIT_BROKEN


def _supervise(args: argparse.Namespace) -> int:
    from atakora_data.devhost.reload import supervise

    schemas = args.schemas or Path("schemas")
    command = [sys.executable, "-m", "atakora_data", "dev", "--supervised", *_again(args)]
    return supervise(command, Path.cwd(), schemas.resolve())


def _again(args: argparse.Namespace) -> list[str]:
    given = ["--host", args.host, "--port", str(args.port)]
    given += ["--schemas", str(args.schemas)] if args.schemas else []
    given += ["--data", str(args.data)] if args.data else []
    return given + (["--memory"] if args.memory else [])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to {_HIGHEST_PORT}, not {text!r}")
    return int(text)
