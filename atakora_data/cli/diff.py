"""`diff OLD NEW`: what changed between two sets of schemas, and how much it matters."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atakora_data.cli.options import add_json
from atakora_data.errors import AtakoraError, SettingsError

if TYPE_CHECKING:
    from atakora_data.codegen.diff.compare import Difference
    from atakora_data.codegen.diff.side import Side

_SHOWN = 3
_BREAKING = 1
_UNREADABLE = 2
_WHAT = "a schema folder, a project, or a folder that `generate` or `infra` wrote"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("old", metavar="OLD", type=Path, help=f"what was: {_WHAT}")
    parser.add_argument("new", metavar="NEW", type=Path, help="what is to be, likewise")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the changes; 1 when one of them is breaking, 2 when a side cannot be read."""
    from atakora_data.codegen.diff.compare import compare

    try:
        found = compare(_side(args.old), _side(args.new))
    except AtakoraError as error:
        print(error, file=sys.stderr)
        return _UNREADABLE
    print(json.dumps(_data(found), indent=2, ensure_ascii=False) if args.json else "\n".join(_lines(found)))
    return _BREAKING if found.is_breaking else 0


def _side(folder: Path) -> Side:
    from atakora_data.codegen.diff.side import FILES, side_from, side_of
    from atakora_data.registry.loader import load_registry

    if not folder.is_dir():
        raise SettingsError(f"{folder} is no folder. Name {_WHAT}.")
    if (folder / "schemas").is_dir():
        return side_of(load_registry(folder / "schemas"))
    generated = [folder / name for name in FILES if (folder / name).is_file()]
    if generated:
        return side_from({path.name: _text(path) for path in generated})
    if any(folder.glob("*.py")):
        return side_of(load_registry(folder))
    raise SettingsError(f"{folder} holds neither schema modules nor {', '.join(FILES)}. Name {_WHAT}.")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Generate it anew.") from error


def _data(found: Difference) -> dict[str, Any]:
    from atakora_data.codegen.diff.change import Severity

    counts = {each.value: found.count(each) for each in Severity}
    return {**counts, "changes": [each.as_dict() for each in found.changes], "notCompared": found.untold}


def _lines(found: Difference) -> Iterator[str]:
    from atakora_data.codegen.diff.change import Severity

    counts = [f"{found.count(each)} {each}" for each in Severity]
    yield f"{', '.join(counts)}." if found.changes else "Nothing changed."
    for severity in Severity:
        of_kind = [each for each in found.changes if each.severity is severity]
        if of_kind:
            yield f"\n{severity}"
        for each in of_kind:
            place = f"{each.place}: " if each.place and each.place not in each.what else ""
            yield f"  {each.area}  {place}{each.what}{_where(each.where)}"
            if each.remedy:
                yield f"    -> {each.remedy}"
    if found.untold:
        yield f"\nNot compared, for one side tells nothing of it: {', '.join(found.untold)}."


def _where(parts: tuple[str, ...]) -> str:
    if not parts:
        return ""
    more = f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    return f" ({', '.join(parts[:_SHOWN])}{more})"
