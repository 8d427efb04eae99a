"""A constraint that a type cannot have is found at load, not when the first value comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from atakora_data import Authorization, Entity, Field, allow
from atakora_data.errors import SchemaError
from atakora_data.registry.loader import load_registry
from atakora_data.testing import app

MODULE = """
import re
from typing import Annotated

class Post(Entity):
    id: str = Field(primary_key=True)
    x: {}
"""


@pytest.mark.parametrize(
    ("declaration", "message", "remedy"),
    [
        ("int = Field(min_length=3)", "type integer cannot have the constraint `min_length`", "it can have ge, gt"),
        ("str = Field(ge=3)", "type string cannot have the constraint `ge`", "it can have min_length"),
        ("str | None = Field(default=None, le='z')", "cannot have the constraint `le`", "pattern"),
        ("bool = Field(ge=0)", "type boolean cannot have the constraint `ge`", "Take it out."),
        ("UUID = Field(pattern='a')", "type uuid cannot have the constraint `pattern`", "Take it out."),
        ("list[int] = Field(ge=1)", "type list cannot have the constraint `ge`", "min_length, max_length"),
        ("list[Annotated[int, Field(max_length=1)]]", "cannot have the constraint `max_length`", "multiple_of"),
        ("date = Field(ge=3)", "cannot be compared with `ge=3`", "Give a date."),
        ("datetime = Field(ge=datetime(2024, 1, 1))", "cannot be compared with `ge=datetime", "tzinfo=UTC"),
        ("date = Field(ge=datetime(2024, 1, 1))", "cannot be compared", "Give a date."),
        ("int = Field(ge=True)", "cannot be compared with `ge=True`", "Give a number."),
        ("str = Field(pattern=re.compile('a+'))", "its `pattern` is compiled", "Give the text of the expression"),
        ("list[Annotated[str, Field(pattern=re.compile('a+'))]]", "its `pattern` is compiled", "Give the text"),
        ("dict[Annotated[str, Field(pattern=re.compile('a+'))], str]", "`pattern` must be text", "Correct the field"),
        ("str\n    model_config = {'regex_engine': 'python-re'}", "must be 'rust-regex'", "Correct the field"),
        ("str = Field(pattern='(?=a)b')", "look-around", "Correct the field"),
    ],
)
def test_a_constraint_that_does_not_fit_is_refused(
    write: Callable[..., Path], declaration: str, message: str, remedy: str
) -> None:
    """The problem names the constraint and says which the type can have."""
    with pytest.raises(SchemaError) as caught:
        load_registry(write(posts=MODULE.format(declaration)))
    [problem] = caught.value.problems
    assert message in problem.message
    assert remedy in problem.remedy


def test_constraints_that_fit_are_kept(write: Callable[..., Path]) -> None:
    """Numbers, texts, lists and moments have their own."""
    declaration = "int | None = Field(default=None, gt=1, le=5)"
    registry = load_registry(write(posts=MODULE.format(declaration)))
    assert {"exclusiveMinimum": 1, "maximum": 5} == registry["Post"].fields["x"].constraints


async def test_a_pattern_is_matched_in_linear_time() -> None:
    """One that would keep a backtracking engine busy for ages is answered at once."""

    class Thing(Entity):
        """With a pattern of the worst kind."""

        id: str = Field(primary_key=True, pattern="^(a+)+$")
        authorization = Authorization(create=allow.public())

    async with app(entities=[Thing]) as client, asyncio.timeout(5):
        answer = await client.post("things", {"id": "a" * 200 + "!"})
    assert (422, "pattern") == (answer.status, answer.json["errors"][0]["code"])
