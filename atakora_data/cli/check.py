"""`check`: every problem of the schema modules at once, with file and line."""

from __future__ import annotations

import argparse

from atakora_data.cli.options import add_json, add_schemas, read_settings
from atakora_data.errors import Problem, SchemaError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_schemas(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the problems; 1 when there are any."""
    settings = read_settings(args)
    from atakora_data.registry.loader import load_registry

    try:
        registry = load_registry(settings.schemas)
    except SchemaError as error:
        _report(error.problems, [], as_json=args.json)
        return 1
    _report((), list(registry.entities), as_json=args.json)
    return 0


def _report(problems: tuple[Problem, ...], entities: list[str], *, as_json: bool) -> None:
    if as_json:
        import json

        found = [{"location": each.location, "message": each.message, "remedy": each.remedy} for each in problems]
        print(json.dumps({"problems": found, "entities": entities}, indent=2, ensure_ascii=False))
    elif problems:
        print("\n".join([*map(str, problems), _counted(len(problems), "problem")]))
    else:
        print(f"No problems: {_counted(len(entities), 'entity', 'entities')}" + _listed(entities))


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _listed(names: list[str]) -> str:
    return f" ({', '.join(names)})." if names else "."
