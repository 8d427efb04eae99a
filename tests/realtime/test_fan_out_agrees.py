"""Random papers, people, filters and changes: everybody is told exactly what an oracle written apart says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.realtime.change import RecordChange
from tests.realtime.press import ALL, FILTERS, PEOPLE, Oracle
from tests.realtime.telling import Press, by_subscription, press

NAMES = st.sampled_from(["ann", "bob", "cid"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["a", "b", "ab"]),
        "status": st.sampled_from(["draft", "published"]),
        "grade": st.one_of(st.none(), st.integers(0, 4)),
        "remark": st.sampled_from([None, "red", "blue"]),
        "authorId": st.one_of(st.none(), NAMES),
        "teamId": st.sampled_from([None, "t1", "t2"]),
    },
)
IDS = st.sampled_from(["1", "2"])
STEPS: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("create"), IDS, FIELDS),
    st.tuples(st.just("update"), IDS, FIELDS),
    st.tuples(st.just("update"), IDS, FIELDS),
    st.tuples(st.just("delete"), IDS, st.just({})),
    st.tuples(st.just("lead"), st.sampled_from(["t1", "t2"]), NAMES),
)
SUBSCRIPTIONS = st.lists(
    st.tuples(
        st.sampled_from(sorted(PEOPLE)),
        st.sampled_from([ALL, ("created",), ("updated",), ("deleted",), ("created", "updated")]),
        st.sampled_from(FILTERS),
    ),
    min_size=1,
    max_size=6,
)


async def do(desk: Press, oracle: Oracle, step: tuple[str, str, Any]) -> None:
    """Carry out one step; what is refused changes nothing."""
    from tests.realtime.telling import refused

    word, id, value = step
    if word == "lead":
        oracle.teams[id] = value
        await desk.update(id, "Team", leadId=value)
    elif word == "create":
        await refused(desk.create(id=id, **value))
    elif word == "update":
        await refused(desk.update(id, **value))
    else:
        await refused(desk.delete(id))


@settings(max_examples=60, deadline=None)
@given(wanted=SUBSCRIPTIONS, steps=st.lists(STEPS, min_size=3, max_size=12))
async def test_everybody_is_told_what_the_oracle_says(wanted: list[Any], steps: list[Any]) -> None:
    """Nothing more, nothing less; whether judged in groups or one by one; and views add up to what may be read."""
    with tempfile.TemporaryDirectory() as folder:
        async with press(Path(folder)) as desk:
            oracle = Oracle({"t1": "ann", "t2": "bob"})
            for team, lead in oracle.teams.items():
                await desk.create("Team", id=team, leadId=lead)
            subscribed = [await desk.subscribe(PEOPLE[w], *ops, filter=f) for w, ops, f in wanted]
            stored: dict[str, Any] = {}
            for step in steps:
                await do(desk, oracle, step)
                for event in await desk.events():
                    deliveries = await desk.fan_out.deliveries(event)
                    told = by_subscription(deliveries)
                    after = None if event.entry.operation == "deleted" else _plain(event.entry.record)
                    for each in subscribed:
                        expected = oracle.told(each, stored.get(event.id), after)
                        found = [{key: data[key] for key in ("operation", "record")} for data in told.get(each.id, [])]
                        assert ([] if expected is None else [expected]) == [_without_version(one) for one in found]
                        group = desk.fan_out._index._grouping.alone(each)
                        assert group is not None
                        alone = await desk.fan_out.of_group(group, RecordChange.of(event))
                        assert told.get(each.id, []) == by_subscription(alone).get(each.id, [])
                        _check_words(oracle, each, stored.get(event.id), after, alone)
                    if after is None:
                        stored.pop(event.id)
                    else:
                        stored[event.id] = after


def _check_words(oracle: Oracle, subscription: Any, before: Any, after: Any, deliveries: list[Any]) -> None:
    """A remark that may not be read stands nowhere in the bytes that are sent."""
    text = orjson.dumps([each.argument for each in deliveries])
    for record in (before, after):
        if record and record.get("remark") and not oracle._sees_remark(subscription.principal, record):
            others = [each for each in (before, after) if each and oracle._sees_remark(subscription.principal, each)]
            assert others or record["remark"].encode() not in text


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "_version"}


def _without_version(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "record": _plain(told["record"])}
