"""What is told of records that are gone: nothing that hangs on what went with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    ManyToMany,
    allow,
    belongs_to,
    many_to_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.schema.rules import Rule
from atakora_data.testing import user
from tests.realtime.telling import Press, press


class Team(Entity):
    """Who leads."""

    id: str = Field(primary_key=True)
    lead_id: str
    authorization = Authorization(read=allow.public(), create=allow.public(), delete=allow.public())


def registry(read: Rule, of_secret: Rule) -> Any:
    """Papers under these rules."""

    class Paper(Entity):
        id: str = Field(primary_key=True)
        state: str = "open"
        secret: str = "s"
        team_id: str | None = None
        team: BelongsTo["Team"] = belongs_to("team_id")
        people: ManyToMany["Person"] = many_to_many("PaperPeople")
        realtime = True
        authorization = Authorization(
            create=allow.public(), read=read, delete=allow.public(), fields={"secret": FieldRules(read=of_secret)}
        )

    class Person(Entity):
        id: str = Field(primary_key=True)
        authorization = Authorization(read=allow.public())

    return build_registry([Team, Paper, Person])


IN = allow.relationship("people")
LED = allow.where(this.team.lead_id == principal.id)
EVERYBODY = allow.public()


async def told(app: Press, *, late: bool) -> list[tuple[str, Any]]:
    """What ann is told of a paper that she is linked to, and that is deleted. late: all of it only then."""
    data = app.client.data.as_system()
    await data["Person"].create_many([{"id": "ann"}, {"id": "bob"}])
    await data["Team"].create(id="t", lead_id="ann")
    subscription = await app.subscribe(user("ann"))
    await data["Paper"].create(id="p", team_id="t", people={"connect": [{"id": "ann"}]})
    first = {} if late else await app.told()
    await data["Paper"].delete("p")
    events = [*first.get(subscription.id, ()), *(await app.told()).get(subscription.id, ())]
    return [(each["operation"], each["record"].get("secret")) for each in events]


@pytest.mark.parametrize(
    ("read", "secret", "at_once", "late"),
    [
        (~IN, EVERYBODY, [], []),
        (IN, EVERYBODY, [("created", "s")], []),
        (EVERYBODY, ~IN, [("created", None), ("deleted", None)], [("created", None), ("deleted", None)]),
        (EVERYBODY, IN, [("created", "s"), ("deleted", None)], [("created", None), ("deleted", None)]),
        (
            ~IN | allow.where(state="open"),
            ~IN,
            [("created", None), ("deleted", None)],
            [("created", None), ("deleted", None)],
        ),
        (LED, LED, [("created", "s"), ("deleted", "s")], [("created", "s"), ("deleted", "s")]),
        (~LED, EVERYBODY, [], []),
    ],
)
async def test_what_went_with_a_record_opens_nothing(
    tmp_path: Path, read: Rule, secret: Rule, at_once: Any, late: Any
) -> None:
    """A link that is gone keeps out whom it may have kept out, and lets in nobody; a key that the record had counts."""
    for number, (is_late, expected) in enumerate([(False, at_once), (True, late)]):
        async with press(tmp_path / str(number), registry(read, secret)) as app:
            assert expected == await told(app, late=is_late)
