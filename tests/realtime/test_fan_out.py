"""Fan-out: each subscriber is told what it may see of each change, and nothing else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from atakora_data.errors import StoreUnavailable
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import LARGEST_BODY, from_message, to_message
from atakora_data.realtime.fan_out import messages_text
from atakora_data.realtime.index import SubscriptionIndex
from atakora_data.realtime.port import Delivery
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Target
from tests.realtime.press import PEOPLE
from tests.realtime.telling import Press, by_subscription, press

ANN, BOB, EVE = PEOPLE["ann"], PEOPLE["bob"], PEOPLE["eve"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Press]:
    """An empty app."""
    async with press(tmp_path) as found:
        yield found


async def test_a_change_is_told_with_its_record(desk: Press) -> None:
    """Operation, entity, the readable fields, which of them changed, version and time; position and event beside it."""
    await desk.subscribe(ANN)
    await desk.create(id="1", title="a", status="published", remark="red", authorId="bob")
    await desk.update("1", title="b", remark="blue")
    first, second = [each for event in await desk.events() for each in await desk.fan_out.deliveries(event)]
    assert "session of ann" == first.session
    assert {"s1"} == {first.argument["id"], second.argument["id"]}
    assert ["1", "2"] == [desk.fan_out._positions.opened(each.argument["position"]) for each in (first, second)]
    assert first.argument["event"].startswith("Paper:1:1:")
    told = second.argument["payload"]["data"]
    assert ("updated", "Paper", 2, ["title"]) == (
        told["operation"],
        told["entityType"],
        told["version"],
        told["changedFields"],
    )
    assert "b" == told["record"]["title"]
    assert "remark" not in told["record"]
    assert told["timestamp"].endswith("Z")


async def test_a_record_that_leaves_the_view_is_told_by_its_id_alone(desk: Press) -> None:
    """By rule or by filter; whoever listens to creations only is told nothing."""
    both = await desk.subscribe(ANN, filter={"grade": {"gte": 2}})
    creations = await desk.subscribe(ANN, "created")
    deletions = await desk.subscribe(ANN, "deleted")
    await desk.create(id="1", status="published", grade=3)
    await desk.update("1", grade=1)
    await desk.update("1", grade=5)
    await desk.update("1", status="draft")
    await desk.update("1", title="nobody is told")
    await desk.update("1", status="published")
    await desk.delete("1")
    told = await desk.told()
    assert ["created", "deleted", "updated", "deleted", "updated", "deleted"] == [e["operation"] for e in told[both.id]]
    assert [{"id": "1"}] * 2 == [told[both.id][1]["record"], told[both.id][3]["record"]]
    assert {"operation", "entityType", "record", "timestamp"} == told[both.id][1].keys()
    assert ["created"] == [each["operation"] for each in told[creations.id]]
    assert [{"id": "1"}, 5] == [told[deletions.id][0]["record"], told[deletions.id][1]["record"]["grade"]]


async def test_rules_across_relations_go_by_what_is_now(desk: Press) -> None:
    """Who leads the team of a draft is told of it, as long as that is so."""
    await desk.create("Team", id="t", leadId="bob")
    await desk.subscribe(BOB)
    await desk.create(id="1", teamId="t", authorId="cid")
    assert 1 == len((await desk.told())["s1"])
    await desk.update("t", "Team", leadId="ann")
    await desk.update("1", title="x")
    assert {} == await desk.told()


async def test_a_registration_counts_for_every_event_after_it(desk: Press) -> None:
    """Also those of an index that is long in use; what was ended or has expired is told nothing."""
    first = await desk.subscribe(ANN)
    await desk.create(id="1", status="published")
    assert {first.id} == (await desk.told()).keys()
    second = await desk.subscribe(BOB)
    await desk.create(id="2", status="published")
    assert {first.id, second.id} == (await desk.told()).keys()
    await desk.end(first)
    await desk.keep(replace(second, expires=time.time() - 1))
    await desk.create(id="3", status="published")
    assert {} == await desk.told()


async def test_a_changed_principal_is_judged_from_the_next_event_on(desk: Press) -> None:
    """A subscription that was renewed with fewer roles sees what these allow."""
    subscription = await desk.subscribe(EVE)
    await desk.create(id="1")
    assert {subscription.id} == (await desk.told()).keys()
    await desk.keep(replace(subscription, principal=replace(EVE, roles=frozenset())))
    await desk.update("1", title="x")
    assert {} == await desk.told()


async def test_tenants_are_apart(desk: Press) -> None:
    """An event is told to subscribers of its own tenant only."""
    here, there = await desk.subscribe(EVE), await desk.subscribe(EVE, tenant="other")
    await desk.create(id="1")
    await desk.create(id="1", tenant="other")
    one, other = await desk.events()
    assert [here.id] == [each.argument["id"] for each in await desk.fan_out.deliveries(one)]
    assert [there.id] == [each.argument["id"] for each in await desk.fan_out.deliveries(other)]
    assert one.message_id != other.message_id
    assert one.session_id != other.session_id


async def test_subscribers_who_see_the_same_share_a_payload(desk: Press) -> None:
    """Not so where rule, filter, operations or field rules differ, or where a function is asked."""
    same = [await desk.subscribe(who) for who in (EVE, replace(EVE, name="Eve", scopes=frozenset({"x"})))]
    await desk.subscribe(replace(EVE, id="another"))
    await desk.subscribe(PEOPLE["eva"])
    await desk.subscribe(EVE, "created")
    await desk.subscribe(EVE, filter={"grade": {"gte": 1}})
    await desk.subscribe(PEOPLE["dan"])
    await desk.subscribe(PEOPLE["fay"])
    await desk.create(id="1", status="published", grade=2)
    [event] = await desk.events()
    payloads = {each.argument["id"]: each.argument["payload"] for each in await desk.fan_out.deliveries(event)}
    assert 8 == len(payloads)
    assert 1 == len({id(payloads[each.id]) for each in same})
    assert 7 == len({id(payload) for payload in payloads.values()})


async def test_one_mans_broken_rule_is_nobody_elses_trouble(desk: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that raises hides the change from those it is asked for; it is logged, and others are told."""
    judge, admin = await desk.subscribe(PEOPLE["dan"]), await desk.subscribe(EVE)
    await desk.create(id="1", grade=2)
    [event] = await desk.events()
    broken = replace(event, entry=replace(event.entry, record={**event.entry.record, "grade": "no number"}))
    told = by_subscription(await desk.fan_out.deliveries(broken))
    assert {admin.id} == told.keys()
    assert judge.id not in told


async def test_a_store_that_is_away_lets_the_event_come_again(desk: Press) -> None:
    """Nothing is taken for told."""
    await desk.subscribe(BOB)
    await desk.create("Team", id="t", leadId="bob")
    await desk.create(id="1", teamId="t")
    events = await desk.events()
    await desk.store.stop()
    with pytest.raises(StoreUnavailable):
        await desk.fan_out.deliveries(events[-1])
    await desk.store.start()


async def test_what_a_message_had_no_room_for_comes_from_the_journal(desk: Press) -> None:
    """A record that is too large for the topic is told whole; once the journal has dropped it, as it is now."""
    subscription = await desk.subscribe(EVE)
    await desk.create(id="1", title="x" * LARGEST_BODY)
    [event] = await desk.events()
    small = from_message(to_message(event).body)
    assert (False, {"id": "1"}) == (small.is_whole, small.entry.record)
    [delivery] = await desk.fan_out.deliveries(small)
    assert subscription.id == delivery.argument["id"]
    assert "x" * LARGEST_BODY == delivery.argument["payload"]["data"]["record"]["title"]
    await desk.update("1", status="published")
    [later] = await desk.fan_out.deliveries(replace(small, position="999"))
    assert (1, "published") == (
        later.argument["payload"]["data"]["version"],
        later.argument["payload"]["data"]["record"]["status"],
    )
    assert "_etag" not in later.argument["payload"]["data"]["record"]


async def test_of_what_nobody_knows_any_more_the_id_is_told_to_those_who_see_everything(desk: Press) -> None:
    """A filter, or a rule that looks at the record, cannot be judged without it: nothing is told then."""
    open_to_all = await desk.subscribe(EVE)
    document = await desk.subscribe(EVE, "deleted", query="subscription { onDeletePaper { title } }")
    await desk.subscribe(ANN)
    await desk.subscribe(PEOPLE["dan"])
    await desk.subscribe(EVE, filter={"not": {"grade": {"gte": 2}}})
    await desk.subscribe(EVE, "created")
    await desk.create(id="1", title="x" * LARGEST_BODY, status="published")
    await desk.delete("1")
    deletion = _dropped((await desk.events())[-1])
    found = {each.argument["id"]: each.argument["payload"] for each in await desk.fan_out.deliveries(deletion)}
    told = {"operation": "deleted", "entityType": "Paper", "record": {"id": "1"}, "changedFields": []}
    assert {
        open_to_all.id: {"data": {**told, "version": 2, "timestamp": deletion.entry.at, "isTruncated": True}},
        document.id: {
            "data": {"onDeletePaper": None},
            "extensions": {"truncated": {"entityType": "Paper", "id": "1"}},
        },
    } == found


def _dropped(event: EntityEvent) -> EntityEvent:
    """The event as a message too small for its record tells it, where the journal does not have it."""
    return replace(from_message(to_message(event).body), position="999")


async def test_messages_have_the_form_of_the_output_binding(desk: Press) -> None:
    """One message for each subscription, to its session, in one JSON array."""
    payload: dict[str, Any] = {"data": {"é": [1, None]}}
    deliveries = [Delivery(f"session{number}", {"id": str(number), "payload": payload}) for number in range(2)]
    assert [
        {"target": "next", "userId": f"session{number}", "arguments": [{"id": str(number), "payload": payload}]}
        for number in range(2)
    ] == orjson.loads(messages_text(deliveries))


async def test_what_is_kept_and_cannot_be_read_is_told_nothing(desk: Press) -> None:
    """A subscription of another shape, one to a document that is not valid any more, one that is never allowed."""
    await desk._state.put("subscription", "/Paper", "odd", {"id": "odd"}, ttl=60)
    await desk.subscribe(EVE, query="subscription { gone }")
    await desk.subscribe(EVE, filter={"gone": {"eq": 1}})
    good = await desk.subscribe(EVE)
    await desk.create(id="1")
    assert {good.id} == (await desk.told()).keys()


@pytest.mark.parametrize("operator", ["eq", "ne", "in", "notIn", "contains", "containsAny", "containsAll"])
async def test_a_filter_on_a_list_keeps_events_from_nobody(desk: Press, operator: str) -> None:
    """Two who ask the same share a payload, and whoever asks for something else has another."""
    value = ["a"] if operator in ("eq", "ne", "containsAny", "containsAll") else [["a"]]
    wanted: dict[str, Any] = {"tags": {operator: "a" if operator == "contains" else value}}
    first, second = [await desk.subscribe(replace(PEOPLE["eva"], id=name), filter=wanted) for name in ("one", "two")]
    anything = await desk.subscribe(EVE)
    await desk.create(id="1", tags=["b"] if operator in ("ne", "notIn") else ["a"])
    [event] = await desk.events()
    payloads = {each.argument["id"]: each.argument["payload"] for each in await desk.fan_out.deliveries(event)}
    assert {first.id, second.id, anything.id} == payloads.keys()
    assert payloads[first.id] is payloads[second.id]
    assert payloads[first.id] is not payloads[anything.id]


async def test_a_subscription_that_cannot_be_placed_keeps_events_from_nobody(desk: Press) -> None:
    """One whose kept values are of another type than ever were written."""
    good = await desk.subscribe(EVE)
    for name, value in {"variables": 7, "filter": [1], "query": 7, "entity": "Gone"}.items():
        await desk._state.put("subscription", "/Paper", name, {**good.to_json(), "id": name, name: value}, ttl=60)
    await desk.create(id="1")
    assert {good.id} == (await desk.told()).keys()


async def test_the_index_forgets_what_is_not_asked_for(desk: Press) -> None:
    """Of many targets those that had no event for longest are read anew."""
    index: SubscriptionIndex = desk.fan_out._index
    subscription = await desk.subscribe(EVE)
    for number in range(1001):
        await index.groups(Target("Paper", f"tenant{number}"))
    assert 1000 == len(index._partitions)
    [group] = await index.groups(Target("Paper"))
    assert [subscription.id] == [*group.members]


async def test_what_was_missed_is_told_again_under_the_rules_of_now(desk: Press) -> None:
    """From a little before the position, page by page, in order."""
    for number in range(5):
        await desk.create(id=str(number), status="published", authorId="ann")
    await desk.update("0", status="draft")
    events = await desk.events()
    wiring = desk.client.application.realtime
    assert wiring is not None
    from atakora_data.realtime.replay import Replay

    replay = Replay(desk.store, desk.fan_out._index._grouping, desk.fan_out)
    subscription = await desk.subscribe(BOB)
    position, heard, is_end = await replay.start(events[2].position), list[str](), False
    assert "0" == position
    while not is_end:
        deliveries, position, is_end = await replay.missed(subscription, position, 2)
        assert 2 >= len(deliveries)
        heard += [each.argument["event"].rpartition(":")[0] for each in deliveries]
    assert [f"Paper:{number}:1" for number in range(5)] + ["Paper:0:2"] == heard
    assert isinstance(events[0], EntityEvent)
    assert await desk.client.application.service.may_read("Paper", events[0].entry.record, RequestContext(EVE))
