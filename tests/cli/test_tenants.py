"""Commands while tenancy is on: whose records they are about is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atakora_data.identity.local import LocalTokenVerifier
from atakora_data.identity.local_key import local_key
from tests.cli.conftest import POSTS, Ran, write_lines

Run = Callable[..., Ran]


@pytest.fixture
def by_org(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, where the claim `org` names the tenant."""
    monkeypatch.setenv("ATAKORA_TENANCY", "org")
    return project


def titles(ran: Ran) -> list[str]:
    """Of the posts that were found."""
    return [each["title"] for each in ran.json["items"]]


def test_each_tenant_is_seeded_and_asked_by_itself(by_org: Path, run: Run) -> None:
    """The same file for two tenants, and another one for the first: ids and unique titles do not clash."""
    assert 0 == run("seed", "seed", "--tenant", "a").code
    assert 0 == run("seed", "seed", "--tenant", "b").code
    write_lines(by_org, "Post", [*POSTS, {"id": "4", "title": "Four", "status": "published", "authorId": "bob"}])
    assert 0 == run("seed", "seed", "--tenant", "a").code
    everything = ("query", "Post", "--system", "--order-by", "id", "--json")
    assert ["One", "Two", "Three", "Four"] == titles(run(*everything, "--tenant", "a"))
    assert ["One", "Two", "Three"] == titles(run(*everything, "--tenant", "b"))
    assert [] == titles(run(*everything, "--tenant", "c"))
    assert ["One", "Three", "Four"] == titles(run("query", "Post", "--claim", "org=a", "--json"))
    assert ["One", "Three"] == titles(run("query", "Post", "--tenant", "b", "--json"))
    assert ["One", "Two", "Three"] == titles(run("query", "Post", "--as", "alice", "--tenant", "b", "--json"))


def test_explain_judges_the_record_of_the_tenant(by_org: Path, run: Run) -> None:
    """A record that only another tenant has is none."""
    run("seed", "seed", "--tenant", "a")
    asked = ("explain", "Post", "read", "--id", "2", "--as", "alice", "--json", "--tenant")
    assert run(*asked, "a").json["allowed"]
    assert "There is no Post" in run(*asked, "b").err


@pytest.mark.parametrize(
    "command", [("seed", "seed"), ("query", "Post"), ("query", "Post", "--system"), ("explain", "Post", "read")]
)
def test_a_command_that_names_no_tenant_says_how(by_org: Path, run: Run, command: tuple[str, ...]) -> None:
    """Nothing is loaded or told."""
    ran = run(*command)
    assert (1, "") == (ran.code, ran.out)
    assert "--tenant local" in ran.err


@pytest.mark.parametrize("command", [("seed", "seed"), ("query", "Post"), ("explain", "Post", "read")])
def test_a_tenant_while_tenancy_is_off_is_refused(project: Path, run: Run, command: tuple[str, ...]) -> None:
    """The records would be everybody's."""
    ran = run(*command, "--tenant", "a")
    assert (1, "") == (ran.code, ran.out)
    assert "Tenancy is off" in ran.err


def test_nobody_asks_for_the_tenant_of_nobody(by_org: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings name one, `query` without a caller asks for its records."""
    monkeypatch.setenv("ATAKORA_ANONYMOUS_TENANT", "a")
    run("seed", "seed", "--tenant", "a")
    assert ["One", "Three"] == titles(run("query", "Post", "--json"))
    assert 1 == run("query", "Post", "--as", "eve", "--json").code


def test_what_is_no_name_is_wrong_usage(by_org: Path, run: Run) -> None:
    """As a claim of that kind would name no tenant."""
    for name in ("", "a\tb", "a" * 129):
        with pytest.raises(SystemExit):
            run("query", "Post", "--tenant", name)


async def test_a_token_names_its_tenant_by_the_claim(by_org: Path, run: Run) -> None:
    """Unless tenancy is off, or by `tid`: then that is the claim."""
    token = run("token", "--id", "alice", "--tenant", "a").out.strip()
    key = local_key(by_org / ".atakora" / "local.key")
    found: Any = await LocalTokenVerifier(key, audience="atakora-data").verify(token)
    assert ("a", None) == (found.claim("org"), found.tenant_id)
