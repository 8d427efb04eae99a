"""What is public is documented."""

from __future__ import annotations

import re
from pathlib import Path

from atakora_data.errors import RequestError

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")


def kinds(root: type[RequestError]) -> list[type[RequestError]]:
    """All errors a caller can meet."""
    return [root, *(each for kind in root.__subclasses__() for each in kinds(kind))]


def test_every_code_is_documented_with_its_status() -> None:
    """The table holds each code once, with the status it is answered with."""
    rows = dict(re.findall(r"`(\w+)` \| (\d+) \|", PAGE))
    assert {kind.code: str(kind.status) for kind in kinds(RequestError)} | {"internal_error": "500"} == rows


def test_codes_are_not_shared() -> None:
    """One code means one thing; a special case of an error may keep its code."""
    codes = [kind.code for kind in kinds(RequestError)[1:] if "code" in vars(kind)]
    assert len(codes) == len(set(codes))
