"""The way of changes to subscribers: from the write through the journal and fan-out to what each is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from atakora_data.events.event import EntityEvent
from atakora_data.storage.port import Journaled, Target
from tests.acceptance.matrix.cell import Cell, Ways, in_order
from tests.acceptance.matrix.oracle import BY_ID, HOME, SHAPES, STRANGER, Note, fields, shown
from tests.acceptance.matrix.reading import READ

LIVE = Ways()
way = LIVE.way

NEW = "Xqnewsq"
CHANGES: dict[str, dict[str, Any]] = {
    "helped": {"state": "open"},
    "even": {"grade": 3},
    "owned": {"owner": STRANGER},
    "led": {"lead": None},
}
"""Each takes a note into the sight of some and out of that of others, and no other note with it."""

GONE = "helped"
"""The note that is deleted then, and its links with it."""

_WIRE = {"lead": "leadId", "owner": "ownerId"}


@way("subscription", *READ)
async def subscription(cell: Cell) -> None:
    """Each is told of what it may read, with what it may read of it; what leaves its sight is gone, by its id."""
    told = await _subscribed(cell, {"entity": cell.name})
    if told is None:
        return
    expected = list[dict[str, Any]]()
    for note in in_order(SHAPES):
        if cell.rights.may("read", note):
            expected.append({"operation": "updated", "record": _shown(cell, note), "changedFields": ["title"]})
    for id, change in CHANGES.items():
        expected += _moved(cell, BY_ID[id], replace(BY_ID[id], **change), change)
    gone = replace(BY_ID[GONE], **CHANGES[GONE])
    if cell.rights.told_gone(gone):
        expected.append({"operation": "deleted", "record": _last(cell, gone), "changedFields": []})
    assert expected == [_plain(each["data"]) for each in told]


@way("GraphQL subscription", *READ)
async def graphql_subscription(cell: Cell) -> None:
    """As a subscription to an entity: a hidden field is null, as is the record that leaves."""
    field = f"onUpdate{cell.name}"
    told = await _subscribed(cell, {"query": f"subscription {{ {field} {{ id title secret loud parent {{ id }} }} }}"})
    if told is None:
        return
    found: list[Any] = [(each["data"][field], each.get("extensions", {}).get("removed", {}).get("id")) for each in told]
    expected: list[Any] = [(_selected(cell, note), None) for note in in_order(SHAPES) if cell.rights.may("read", note)]
    for id, change in CHANGES.items():
        moved = replace(BY_ID[id], **change)
        if cell.rights.may("read", moved):
            expected.append((_selected(cell, moved), None))
        elif cell.rights.may("read", BY_ID[id]):
            expected.append((None, id))
    assert expected == found


@way("filtered subscription", *READ)
async def filtered_subscription(cell: Cell) -> None:
    """A filter on a hidden value matches as if it were null, and is refused where the value could never be seen."""
    rights = cell.rights
    is_blind = rights.aspect == "field_read" and not any(
        rights.surely_shows(replace(note, **change)) for note in SHAPES for change in ({}, *CHANGES.values())
    )
    session = await _session(cell)
    if session is None:
        return
    body = {"session": session, "entity": cell.name, "filter": {"secret": {"contains": "qX"}}}
    answer = await cell.ask("POST", "realtime/subscriptions", body)
    if rights.refusal("read") or answer.status == 403:
        assert rights.refusal("read") or is_blind
        cell.check(answer.body.decode())
        return
    assert 201 == answer.status, answer.body
    ids = [each["record"]["id"] for each in await _told_of(cell, answer.json["id"], _data)]
    titled = [each.id for each in in_order(SHAPES) if rights.may("read", each) and rights.surely_shows(each)]
    assert titled == ids[: len(titled)]
    assert {*CHANGES, GONE} >= {*ids[len(titled) :]}


def _data(payload: Any) -> Any:
    return payload["data"]


async def _session(cell: Cell) -> str | None:
    """A session of who asks; nobody gets none."""
    known = cell.world.sessions
    if cell.who.name not in known:
        answer = await cell.ask("POST", "realtime/negotiate")
        if cell.who.id is None:
            cell.refused(answer, 401)
            return None
        assert 200 == answer.status, answer.body
        known[cell.who.name] = str(answer.json["session"])
    return known[cell.who.name]


async def _subscribed(cell: Cell, wanted: dict[str, Any]) -> list[Any] | None:
    """What a subscriber is told of some changes, None where there can be no subscription."""
    session = await _session(cell)
    if session is None:
        return None
    answer = await cell.ask("POST", "realtime/subscriptions", {"session": session, **wanted})
    if cell.rights.refusal("read"):
        assert 403 == answer.status
        return None
    assert 201 == answer.status, answer.body
    return await _told_of(cell, answer.json["id"], lambda payload: payload)


async def _told_of(cell: Cell, id: str, read: Any) -> list[Any]:
    """All notes change their title, some are moved, one is deleted: what fan-out tells this subscription of it."""
    await _new_events(cell)
    notes = cell.world.system.data[cell.name]
    await notes.query().update_many({"title": NEW})
    for each, change in CHANGES.items():
        await notes.update(each, **{f"{name}_id" if name in _WIRE else name: value for name, value in change.items()})
    events = await _new_events(cell)
    told = await _delivered(cell, events, id, read)
    await notes.delete(GONE)
    told += await _delivered(cell, await _new_events(cell), id, read)
    await cell.client.ask("DELETE", f"realtime/subscriptions/{id}")
    return told


async def _delivered(cell: Cell, events: Sequence[EntityEvent], id: str, read: Any) -> list[Any]:
    """What the events are to one subscription; no secret is in it that may not be seen."""
    told = list[Any]()
    for event in events:
        for delivery in await cell.world.realtime.fan_out.deliveries(event):
            if delivery.argument["id"] == id:
                text = orjson.dumps(delivery.argument).decode()
                assert all(cell.canary(each, "secret") not in text for each in SHAPES if not _ever_shows(cell, each))
                told.append(read(delivery.argument["payload"]))
    return told


def _ever_shows(cell: Cell, note: Note) -> bool:
    """Whether the secret of a note may be seen before or after it is moved."""
    states = [note, replace(note, **CHANGES.get(note.id, {}))]
    return any(cell.rights.may("read", each) and cell.rights.shows(each) for each in states)


async def _new_events(cell: Cell) -> list[EntityEvent]:
    """What the journal has of the notes since this was asked last, without what their deletion did to others."""
    positions, journal = cell.world.positions, cell.world.realtime.journal
    found = list[Journaled]()
    while more := await journal.entries(Target(cell.name, HOME), positions.get(cell.kind, "0"), 1000):
        positions[cell.kind] = more[-1].position
        found += more
    return [EntityEvent.of(each) for each in found if each.entry.changed != ("parentId",)]


def _moved(cell: Cell, before: Note, after: Note, change: dict[str, Any]) -> list[dict[str, Any]]:
    if cell.rights.may("read", after):
        names = [_WIRE.get(name, name) for name in change]
        return [{"operation": "updated", "record": _shown(cell, after), "changedFields": names}]
    if cell.rights.may("read", before):
        return [{"operation": "deleted", "record": {"id": before.id}}]
    return []


def _shown(cell: Cell, note: Note) -> dict[str, Any]:
    """What is seen of a note after its title was changed."""
    return {**shown(cell.rights, note), "title": NEW}


def _last(cell: Cell, gone: Note) -> dict[str, Any]:
    """What is seen of a note that is gone: its secret only if no link that went with it had a say."""
    found = _shown(cell, gone)
    if not cell.rights.shows_gone(gone):
        found = {name: each for name, each in found.items() if name not in ("secret", "loud")}
    return found


def _selected(cell: Cell, note: Note) -> dict[str, Any]:
    found = {"secret": None, "loud": None, **fields(cell.kind, note), **_shown(cell, note)}
    if not cell.rights.shows(note):
        found |= {"secret": None, "loud": None}
    parent = BY_ID[note.parent] if note.parent else None
    is_seen = parent is not None and cell.rights.may("read", replace(parent, **CHANGES.get(parent.id, {})))
    chosen = {name: found[name] for name in ("id", "title", "secret", "loud")}
    return {**chosen, "parent": {"id": parent.id} if parent is not None and is_seen else None}


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """A payload without what differs every time."""
    record = {name: value for name, value in data["record"].items() if name != "_version"}
    return {
        **{name: value for name, value in data.items() if name in ("operation", "changedFields")},
        "record": record,
    }
