"""A foreign key that its writer may not see cannot be found out by guessing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, allow, belongs_to
from atakora_data.registry.build import build_registry
from tests.support.app import running


class Drawer(Entity):
    """Seen by its owner only."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    authorization = Authorization(create=allow.authenticated(), read=allow.owner())


class Paper(Entity):
    """Lies in a drawer that nobody is told."""

    id: str = Field(primary_key=True)
    drawer_id: str | None = None
    drawer: BelongsTo["Drawer"] = belongs_to("drawer_id")
    authorization = Authorization(
        create=allow.public(),
        read=allow.public(),
        update=allow.authenticated(),
        fields={"drawer_id": FieldRules(read=allow.role("clerk"))},
    )


REGISTRY = build_registry([Drawer, Paper])


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("form", ["field", "relation"])
async def test_the_right_guess_is_answered_as_a_wrong_one(method: str, form: str, tmp_path: Path) -> None:
    """A drawer that the guesser may not read is refused, whether the paper lies in it or not, or it is missing."""
    async with running(tmp_path, registry=REGISTRY) as client:
        bob, eve = client.as_("bob"), client.as_("eve")
        for id in ("right", "wrong"):
            assert 201 == (await bob.ask("POST", "drawers", {"id": id})).status
        assert 201 == (await bob.ask("POST", "papers", {"id": "p", "drawerId": "right"})).status
        told = []
        for guess in ("right", "wrong", "none"):
            input: dict[str, Any] = {"drawerId": guess} if form == "field" else {"drawer": {"connect": {"id": guess}}}
            answer = await eve.ask(method, "papers/p", input)
            told.append((answer.status, answer.json["errors"], answer.json["detail"]))
        assert [told[0]] * 3 == told
        assert 422 == told[0][0]
        assert 200 == (await eve.ask(method, "papers/p", {})).status
        assert "right" == (await client.as_("cleo", "clerk").get("papers/p")).json["drawerId"]
