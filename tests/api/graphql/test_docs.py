"""docs/graphql.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from graphql import build_schema, parse, validate

from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.registry.loader import load_registry
from tests.support.app import running

_ROOT = Path(__file__).parents[3]
_GUIDE = (_ROOT / "docs" / "graphql.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("schemas", "part", "number"),
    [
        ("schemas", _GUIDE.partition("## Relationships")[0], 3),
        ("examples/conference/schemas", _GUIDE.partition("## Relationships")[2], 4),
    ],
)
def test_the_examples_fit_their_schemas(schemas: str, part: str, number: int) -> None:
    """Every query in the guide is valid: first for the sample blog, then for the conference."""
    schema = build_schema(print_sdl(load_registry(_ROOT / schemas)))
    examples = re.findall(r"```graphql\n(.*?)```", part, re.DOTALL)
    assert number == len(examples)
    assert [[]] * number == [validate(schema, parse(each)) for each in examples]


async def test_the_examples_of_the_conference_run(tmp_path: Path) -> None:
    """One after the other, on a conference with a talk, a room and two people."""
    async with running(tmp_path, schemas=_ROOT / "examples" / "conference" / "schemas") as client:
        ada = client.as_("ada", "organizer")
        for path, body in (
            ("people", {"id": "ada", "name": "Ada", "email": "ada@example.org"}),
            ("people", {"id": "ben", "name": "Ben", "email": "ben@example.org"}),
            ("rooms", {"id": "hall", "name": "Hall", "seats": 60}),
            ("talks", {"id": "t1", "title": "One", "roomId": "hall"}),
        ):
            assert 201 == (await ada.ask("POST", path, body)).status
        values = {"person": "ben", "talk": "t1"}
        for example in re.findall(r"```graphql\n(.*?)```", _GUIDE.partition("## Relationships")[2], re.DOTALL):
            used = {name: value for name, value in values.items() if f"${name}" in example}
            answer = (await ada.graphql(example, used)).json
            assert "errors" not in answer, answer["errors"]


def test_every_limit_is_in_the_table_with_its_default() -> None:
    """The table of limits has each limit once, with the default that holds."""
    rows = dict(re.findall(r"^\| `(max_\w+)` \| (\d+) \|", _GUIDE, re.MULTILINE))
    numbers = [each for each in msgspec.structs.fields(Limits) if isinstance(each.default, int)]
    assert {each.name: str(each.default) for each in numbers} == rows
