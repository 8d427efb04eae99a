"""`dev`: the app on this machine, through the very function app that Azure runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from atakora_data.cli.options import add_data, add_schemas, environment, read_settings
from atakora_data.errors import SchemaError, SettingsError

_HIGHEST_PORT = 65535


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
    if args.no_reload:
        return _serve(args)
    if args.supervised:
        return _serve_supervised(args)
    return _supervise(args)


def _serve(args: argparse.Namespace) -> int:
    read_settings(args)
    os.environ.update(environment(args))
    from atakora_data.devhost.host import serve_project

    serve_project(Path.cwd(), args.host, args.port)
    return 0


def _serve_supervised(args: argparse.Namespace) -> int:
    """Serve; problems that the next change may heal have their own exit code."""
    from atakora_data.devhost.reload import EXIT_BROKEN

    try:
        return _serve(args)
    except (SchemaError, SettingsError) as error:
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
    port = int(text)
    if not 0 <= port <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"must lie between 0 and {_HIGHEST_PORT}")
    return port
