"""docs/graphql.md says what is so."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from graphql import build_schema, parse, validate

from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.registry.loader import load_registry

_ROOT = Path(__file__).parents[3]
_GUIDE = (_ROOT / "docs" / "graphql.md").read_text("utf-8")


def test_the_examples_fit_the_sample_blog() -> None:
    """Every query in the guide is valid against the sample's schema."""
    schema = build_schema(print_sdl(load_registry(_ROOT / "schemas")))
    examples = re.findall(r"```graphql\n(.*?)```", _GUIDE, re.DOTALL)
    assert 2 == len(examples)
    assert [[], []] == [validate(schema, parse(each)) for each in examples]


def test_every_limit_is_in_the_table_with_its_default() -> None:
    """The table of limits has each limit once, with the default that holds."""
    rows = dict(re.findall(r"^\| `(max_\w+)` \| (\d+) \|", _GUIDE, re.MULTILINE))
    assert {each.name: str(each.default) for each in dataclasses.fields(Limits)} == rows
