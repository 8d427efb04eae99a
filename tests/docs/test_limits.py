"""docs/limits.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

from atakora_data.errors import RequestError
from atakora_data.settings import Settings
from tests.docs.test_errors import kinds

PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
ROWS = re.findall(r"^\| [^|]+ \| `ATAKORA_(\w+)`[^|]*\| ([^|]+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)
DEPLOYED = {
    "WEBSITE_SITE_NAME": "app",
    "ATAKORA_STORE": "cosmos",
    "COSMOS": "AccountEndpoint=https://a/;AccountKey=a2V5;",
    "ATAKORA_AUDIENCE": "api://app",
    "ATAKORA_ENTRA_TENANTS": "contoso",
    "ATAKORA_CURSOR_KEY": "c" * 32,
}


def shown(value: object) -> str:
    """A setting as the table has it."""
    return "off" if value is None else "1 MiB" if value == 2**20 else str(value)


def test_defaults_are_as_the_table_says() -> None:
    """At a desk and in Azure."""
    desk, azure = Settings(), Settings.from_environment(DEPLOYED)
    assert len(ROWS) == 6
    for name, at_a_desk, in_azure, _ in ROWS:
        expected = (shown(getattr(desk, name.lower())), shown(getattr(azure, name.lower())))
        assert expected == (at_a_desk, in_azure.removesuffix(" s"))


def test_refusals_are_as_the_table_says() -> None:
    """Each code stands with its status."""
    known = {kind.code: str(kind.status) for kind in kinds(RequestError)}
    told = [pair for *_, beyond in ROWS for pair in re.findall(r"(\d{3}) `(\w+)`", beyond)]
    assert told
    assert [(known[code], code) for _, code in told] == told
