"""From registration over HTTP to what the fan-out and the journal tell."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data.events.event import EntityEvent
from atakora_data.realtime.port import Delivery
from atakora_data.storage.port import Target
from tests.realtime.newsroom import Newsroom


async def write(room: Newsroom, id: str, **values: Any) -> None:
    """A new story."""
    answer = await room.client.post("stories", {"id": id, "source": "hidden", **values})
    assert 201 == answer.status, answer.body


async def told(room: Newsroom, count: int = 1) -> list[Delivery]:
    """What the fan-out makes of the last changes of stories."""
    entries = await room.realtime.journal.entries(Target("Story"), "0", 1_000)
    events = [EntityEvent.of(each) for each in entries[-count:]]
    return [delivery for each in events for delivery in await room.realtime.fan_out.deliveries(each)]


def briefly(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    """Operation and id of each."""
    data = [each.argument["payload"]["data"] for each in deliveries]
    return [(each["operation"], each["record"]["id"]) for each in data]


async def test_a_registration_is_live_at_once_and_ended_at_once(room: Newsroom) -> None:
    """The answer to a registration means that the next change is told, and that to an end that none is."""
    session = await room.negotiate()
    made = (await room.register(session, filter={"status": {"eq": "published"}})).json["id"]
    await write(room, "a", status="published")
    await write(room, "b", status="draft")

    live = await told(room, 2)
    await room.end(made)
    over = await told(room, 2)

    assert [("created", "a")] == briefly(live)
    assert [(session, made)] == [(each.session, each.argument["id"]) for each in live]
    assert "source" not in live[0].argument["payload"]["data"]["record"]
    assert [] == over


async def test_rights_that_are_gone_end_the_delivery(room: Newsroom) -> None:
    """Once a token without the role was shown, what only the role may read is not told."""
    chief = room.as_("ann", "chief")
    session = await chief.negotiate()
    await chief.register(session)
    await write(room, "a")
    [before] = await told(room)
    await room.client.post(f"realtime/negotiate?session={session}")
    [after] = await told(room)

    assert ["hidden", None] == [each.argument["payload"]["data"]["record"].get("source") for each in (before, after)]


async def test_what_was_missed_is_sent_before_the_answer(room: Newsroom) -> None:
    """Whoever says where it was gets what it may read of what came after, in order, each event once."""
    session = await room.negotiate()
    position = (await room.register(session, operations=["deleted"], filter={"id": {"eq": "none"}})).json["position"]
    await write(room, "a", status="published")
    await write(room, "b")
    await room.client.patch("stories/a", {"words": 3})
    await room.client.delete("stories/a")

    answer = await room.register(session, filter={"status": {"eq": "published"}}, since=position)

    assert 201 == answer.status
    assert [("created", "a"), ("updated", "a"), ("deleted", "a")] == briefly(room.sent)
    assert {(session, answer.json["id"])} == {(each.session, each.argument["id"]) for each in room.sent}
    assert 3 == len({each.argument["event"] for each in room.sent})


@pytest.mark.parametrize("since", ["yesterday", "", "-1", "9" * 40, "0", "1", "A" * 64])
async def test_what_is_no_position_is_refused(room: Newsroom, since: str) -> None:
    """It is 400, and nothing is registered."""
    answer = await room.register(await room.negotiate(), since=since)

    assert (400, "malformed_request") == (answer.status, answer.json["code"])
    assert [] == await room.live()
