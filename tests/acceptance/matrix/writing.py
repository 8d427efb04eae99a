"""The ways to write one note or many: what is refused changes nothing, what is allowed changes exactly what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from atakora_data.errors import RequestError
from tests.acceptance.matrix.cell import Cell, Ways, in_order, plain, plains
from tests.acceptance.matrix.oracle import ASPECTS, BY_ID, SHAPES, STRANGER, Note, fields, shown
from tests.acceptance.matrix.reading import WHOLE, in_graphql, told

ROWS = ("read", "write")
FIELDS = ("field_read", "field_write")
WRITING = Ways()
way = WRITING.way

TITLE = "Xqnewtitleq"
"""What notes are called afterwards."""


def after(cell: Cell, note: Note, **changes: Any) -> dict[str, Any]:
    """What is seen of a note that was changed: all of one that may be read, else what was sent."""
    known = {name: each for name, each in changes.items() if name in fields(cell.kind, note)}
    if not cell.rights.may("read", note):
        sent = {"id": note.id, **known}
        return sent if cell.rights.shows(note) else {name: each for name, each in sent.items() if name != "secret"}
    found = {**shown(cell.rights, note), **known}
    if not cell.rights.shows(note):
        return {name: each for name, each in found.items() if name not in ("secret", "loud")}
    return {**found, "loud": f"loud {found['secret']}"}


def status_of(found: Any) -> int | None:
    """The status of the first error of a GraphQL answer."""
    return int(found["errors"][0]["extensions"]["status"]) if "errors" in found else None


@way("patch", *ROWS, "field_read")
async def patch(cell: Cell) -> None:
    """A change is refused as if the record were not there, or by its rule, or changes one field."""
    for note in cell.all:
        answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", {"title": TITLE})
        expected = cell.rights.changing(note)
        if cell.is_refused(answer, expected):
            if expected == 404:
                missing = await cell.ask("PATCH", f"{cell.path}/missing", {"title": TITLE})
                assert told(missing, "missing") == told(answer, note.id)
            continue
        assert (200, after(cell, note, title=TITLE)) == (answer.status, plain(answer.json))
        await cell.changed(**{note.id: {"title": TITLE}})


@way("patch of the guarded field", "write", *FIELDS)
async def patch_secret(cell: Cell) -> None:
    """A field that may not be written is refused when it is named, also with the value it has."""
    for note in cell.some:
        for value in (TITLE, cell.canary(note, "secret"), None):
            answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", {"secret": value})
            if not cell.is_refused(answer, cell.rights.changing(note, sets_secret=True)):
                assert (200, after(cell, note, secret=value)) == (answer.status, plain(answer.json))
                await cell.changed(**{note.id: {"secret": value}})


MOVES: Sequence[Mapping[str, Any]] = (
    {"state": "open"},
    {"state": "shut"},
    {"grade": 2},
    {"grade": 3},
    {"lead": "rita"},
    {"lead": "mark"},
    {"parent": "open"},
    {"parent": None},
    {"owner": None},
    {"owner": STRANGER},
    {"owner": "olga"},
)
"""What rules go by, and what a caller may try to make of it. Nobody but its owner is told who that is."""

_WIRE = {"lead": "leadId", "parent": "parentId", "owner": "ownerId"}


@way("patch that moves it", *ROWS)
async def move(cell: Cell) -> None:
    """A record is neither taken from where it may not be touched nor given to where it might not be held."""
    rights = cell.rights
    for note in cell.some if cell.world.store == "sqlite" else cell.some[:2]:
        for change in MOVES:
            moved = replace(note, **change)
            sent = {_WIRE.get(name, name): each for name, each in change.items()}
            answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", sent)
            expected = rights.changing(note, moved)
            if expected == 200 and moved.parent not in (note.parent, None) and BY_ID["open"] in rights.hidden:
                expected = 422
            if cell.is_refused(answer, expected):
                continue
            assert (200, after(cell, moved, **sent)) == (answer.status, plain(answer.json)), sent
            await cell.changed(**{note.id: sent})


@way("put", *ASPECTS)
async def put(cell: Cell) -> None:
    """A replacement is a change; what is left out is reset unless it may not be set or seen; a hidden id is taken."""
    rights = cell.rights
    for note in cell.some:
        body = {**fields(cell.kind, note), "title": TITLE}
        del body["secret"], body["ownerId"]
        answer = await cell.ask("PUT", f"{cell.path}/{note.id}", body)
        if not rights.may("read", note):
            made = rights.making(rights.own(note, note.id))
            cell.refused(answer, made if made != 201 else 409 if _leads(cell, note) else 422)
            continue
        if cell.is_refused(answer, rights.changing(note)):
            continue
        secret = None if rights.shows(note) and rights.may_set(note) else cell.canary(note, "secret")
        assert (200, after(cell, note, title=TITLE, secret=secret)) == (answer.status, plain(answer.json))
        await cell.changed(**{note.id: {"title": TITLE, "secret": secret}})


def _leads(cell: Cell, note: Note) -> bool:
    """Whether the caller may read what the note's key names."""
    return note.parent is None or cell.rights.may("read", BY_ID[note.parent])


@way("delete", *ROWS)
async def delete(cell: Cell) -> None:
    """A deletion is refused and keeps everything, or takes the record alone."""
    for note in cell.all:
        answer = await cell.ask("DELETE", f"{cell.path}/{note.id}")
        if not cell.is_refused(answer, cell.rights.removing(note)):
            assert (204, b"") == (answer.status, answer.body)
            await cell.changed(**{note.id: None})


def draft_of(cell: Cell, shape: Note, **more: Any) -> tuple[Note, dict[str, Any]]:
    """A new note like one there is, and the input that asks for it."""
    made = cell.rights.own(replace(shape, box=None, **more), "new")
    body = {**fields(cell.kind, made), "title": TITLE}
    del body["secret"], body["ownerId"]
    return made, body


def stored_as(made: Note, **more: Any) -> dict[str, Any]:
    """What is stored of a new note."""
    return {**fields("", made), "title": TITLE, "secret": None, **more}


def making(cell: Cell, made: Note, *, sets_secret: bool = False) -> int:
    """The status of a creation whose keys must lead to what the caller may read."""
    expected = cell.rights.making(made, sets_secret=sets_secret)
    return expected if expected != 201 or _leads(cell, made) else 422


def seen_new(cell: Cell, made: Note, body: Mapping[str, Any]) -> dict[str, Any]:
    """What is seen of a new note: all that may be read, else what was sent."""
    if not cell.rights.may("read", made):
        hidden = set() if cell.rights.shows(made) else {"secret"}
        return {name: each for name, each in body.items() if name not in hidden}
    secret = body.get("secret")
    found = {**fields("", made), **body, "secret": secret, "loud": f"loud {secret}"}
    return found if cell.rights.shows(made) else {n: v for n, v in found.items() if n not in ("secret", "loud")}


@way("create", *ROWS, "field_read")
async def create(cell: Cell) -> None:
    """A new record is judged as it would be, and is the caller's own; a key leads only to what may be read."""
    for shape in SHAPES if cell.world.store == "sqlite" else SHAPES[:3]:
        made, body = draft_of(cell, shape)
        answer = await cell.ask("POST", cell.path, body)
        if cell.is_refused(answer, making(cell, made)):
            continue
        assert (201, seen_new(cell, made, body)) == (answer.status, plain(answer.json))
        await cell.changed(new=stored_as(made))


@way("create with the guarded field, for another", "write", *FIELDS)
async def create_more(cell: Cell) -> None:
    """The guarded field is refused by its rule; a record for another is refused whatever the rules say."""
    for shape in SHAPES[:4]:
        made, body = draft_of(cell, shape, parent=None)
        answer = await cell.ask("POST", cell.path, {**body, "secret": TITLE})
        if not cell.is_refused(answer, making(cell, made, sets_secret=True)):
            assert (201, seen_new(cell, made, {**body, "secret": TITLE})) == (answer.status, plain(answer.json))
            await cell.changed(new=stored_as(made, secret=TITLE))
        given = await cell.ask("POST", cell.path, {**body, "ownerId": STRANGER})
        cell.refused(given, cell.rights.refusal("create") or 403)


@way("create what is there", "read")
async def create_again(cell: Cell) -> None:
    """An id that is taken is a conflict, be its record hidden or not, and the record stays as it is."""
    for note in cell.some[:4]:
        for method, path in (("POST", cell.path), ("PUT", f"{cell.path}/{note.id}")):
            answer = await cell.ask(method, path, {"id": note.id, "title": TITLE}, {"if-none-match": "*"})
            expected = 412 if method == "PUT" and cell.rights.may("read", note) else 409
            cell.refused(answer, expected)


@way("create many", *ROWS)
async def create_many(cell: Cell) -> None:
    """All of them or none."""
    pairs = [draft_of(cell, replace(each, parent=None)) for each in (BY_ID["open"], BY_ID["bare"])]
    drafts = [replace(made, id=f"new{number}") for number, (made, _) in enumerate(pairs)]
    bodies = [{**body, "id": made.id} for made, (_, body) in zip(drafts, pairs, strict=True)]
    answer = await cell.ask("POST", cell.path, bodies)
    refusals = [making(cell, each) for each in drafts if making(cell, each) != 201]
    if cell.is_refused(answer, next(iter(refusals), None)):
        return
    expected = [seen_new(cell, made, body) for made, body in zip(drafts, bodies, strict=True)]
    assert (201, expected) == (answer.status, plains(answer.json["items"]))
    await cell.changed(**{each.id: stored_as(each) for each in drafts})


def judged(cell: Cell, notes: Sequence[Note], operation: str) -> int | None:
    """The status of a write of all of these at once, None when it is carried out."""
    if cell.rights.refusal(operation):
        return cell.rights.refusal(operation)
    return None if all(cell.rights.may(operation, each) for each in notes) else 403


SOME: Sequence[tuple[Mapping[str, Any], Any]] = (
    ({"rank": {"gte": 40}}, lambda _, note: note.rank >= 40),
    ({"secret": {"contains": "qX"}, "rank": {"lt": 70}}, lambda it, note: it.surely_shows(note) and note.rank < 70),
    ({"not": {"secret": {"contains": "qX"}}}, lambda it, note: not it.surely_shows(note)),
)
"""Filters, and which notes they mean of those that may be read."""


@way("patch many", *ROWS, "field_read")
async def patch_many(cell: Cell) -> None:
    """What matches and may be read is changed, all or nothing; a hidden value matches nothing."""
    for filter, means in SOME:
        notes = in_order([each for each in cell.rights.readable if means(cell.rights, each)])
        answer = await cell.ask("PATCH", cell.path, {"title": TITLE}, filter=filter)
        if cell.is_refused(answer, judged(cell, notes, "update")):
            continue
        expected = [after(cell, each, title=TITLE) for each in notes]
        assert (200, len(notes), expected) == (answer.status, answer.json["count"], plains(answer.json["items"]))
        await cell.changed(**{each.id: {"title": TITLE} for each in notes})


@way("patch many that moves them", *ROWS)
async def move_many(cell: Cell) -> None:
    """Each is judged as it is and as it would be: none is taken from where it may not be touched."""
    notes = in_order([each for each in cell.rights.readable if each.rank <= 30])
    for change in ({"state": "open"}, {"state": "shut"}, {"grade": 2}, {"lead": "rita"}, {"lead": "mark"}):
        sent = {_WIRE.get(name, name): each for name, each in change.items()}
        moved = [replace(each, **change) for each in notes]
        answer = await cell.ask("PATCH", cell.path, sent, filter={"rank": {"lte": 30}})
        if cell.is_refused(answer, judged(cell, [*notes, *moved], "update")):
            continue
        expected = [after(cell, each, **sent) for each in moved]
        assert (200, expected) == (answer.status, plains(answer.json["items"])), sent
        await cell.changed(**{each.id: sent for each in notes})


@way("delete many", *ROWS, "field_read")
async def delete_many(cell: Cell) -> None:
    """What matches and may be read is deleted, all or nothing."""
    for filter, means in SOME:
        notes = in_order([each for each in cell.rights.readable if means(cell.rights, each)])
        answer = await cell.ask("DELETE", cell.path, filter=filter)
        if cell.is_refused(answer, judged(cell, notes, "delete")):
            continue
        assert [cell.shown(each) for each in notes] == plains(answer.json["items"])
        await cell.changed(**{each.id: None for each in notes})


@way("action", *ROWS, "field_read")
async def act(cell: Cell) -> None:
    """An action without a rule of its own is an update, and is asked of what may be read."""
    for note in cell.some:
        answer = await cell.ask("POST", f"{cell.path}/{note.id}/touch", {"text": TITLE})
        expected = cell.rights.refusal("read") or cell.rights.changing(note)
        if not cell.is_refused(answer, expected):
            assert (200, after(cell, note, title=TITLE)) == (answer.status, plain(answer.json))
            await cell.changed(**{note.id: {"title": TITLE}})


@way("GraphQL mutations", *ROWS, "field_read")
async def mutations(cell: Cell) -> None:
    """The same outcomes as in REST, whichever the mutation."""
    rights, name = cell.rights, cell.name
    for note in cell.some:
        is_seen = rights.may("read", note)
        acting = rights.refusal("read") or rights.changing(note)
        for mutation, expected in (
            (f"update{name}(id: $id, input: {{title: $title}})", rights.changing(note)),
            (f"touch{name}(id: $id, text: $title)", acting),
        ):
            text = f"mutation($id: ID!, $title: String!) {{ it: {mutation} {{ {WHOLE if is_seen else 'id'} }} }}"
            found = await cell.graphql(text, id=note.id, title=TITLE)
            assert (None if expected == 200 else expected) == status_of(found), mutation
            if expected == 200:
                whole = {**in_graphql(cell, note), "title": TITLE}
                assert (whole if is_seen else {"id": note.id}) == found["data"]["it"]
                await cell.changed(**{note.id: {"title": TITLE}})
            cell.untouched()
        found = await cell.graphql(f"mutation($id: ID!) {{ it: delete{name}(id: $id) {{ {WHOLE} }} }}", id=note.id)
        expected = rights.removing(note)
        assert (None if expected == 204 else expected) == status_of(found)
        if expected == 204:
            assert in_graphql(cell, note) == found["data"]["it"]
            await cell.changed(**{note.id: None})
        cell.untouched()
    await _made_in_graphql(cell)


async def _made_in_graphql(cell: Cell) -> None:
    """A record is made by both mutations that may make one."""
    made, _ = draft_of(cell, BY_ID["open"], parent=None)
    given = f'id: "new", state: "open", grade: 1, rank: {made.rank}, title: "{TITLE}"'
    for mutation in (f"create{cell.name}(input: {{{given}}})", f'upsert{cell.name}(id: "new", input: {{{given}}})'):
        found = await cell.graphql(f"mutation {{ it: {mutation} {{ id }} }}")
        expected = making(cell, made)
        assert (None if expected == 201 else expected) == status_of(found), mutation
        if expected == 201:
            await cell.changed(new=stored_as(made))
        cell.untouched()


@way("GraphQL mutations of many", *ROWS, "field_read")
async def mutations_of_many(cell: Cell) -> None:
    """By filter, of what may be read, all or nothing."""
    notes = in_order([each for each in cell.rights.readable if each.rank >= 40])
    for mutation, operation, change in (
        (f'update{cell.name}s(filter: {{rank: {{gte: 40}}}}, input: {{title: "{TITLE}"}})', "update", {"title": TITLE}),
        (f"delete{cell.name}s(filter: {{rank: {{gte: 40}}}})", "delete", None),
    ):
        found = await cell.graphql(f"mutation {{ it: {mutation} {{ {WHOLE} }} }}")
        expected = judged(cell, notes, operation)
        assert expected == status_of(found)
        if expected is None:
            assert [{**in_graphql(cell, each), **(change or {})} for each in notes] == found["data"]["it"]
            await cell.changed(**{each.id: change for each in notes})
        cell.untouched()


async def outcome(work: Any) -> int | None:
    """The status of the refusal of what a hook or an action would write, None when it is written."""
    try:
        await work
    except RequestError as error:
        return error.status
    return None


@way("typed API that writes", *ROWS)
async def typed(cell: Cell) -> None:
    """What hooks and actions write through `ctx.data` passes the rules of their caller."""
    records = cell.client.data[cell.name]
    for note in cell.some[:4]:
        expected = cell.rights.changing(note)
        assert (None if expected == 200 else expected) == await outcome(records.update(note.id, title=TITLE))
        await cell.changed(**({note.id: {"title": TITLE}} if expected == 200 else {}))
        expected = cell.rights.removing(note)
        assert (None if expected == 204 else expected) == await outcome(records.delete(note.id))
        await cell.changed(**({note.id: None} if expected == 204 else {}))
    made, _ = draft_of(cell, BY_ID["open"], parent=None)
    expected = making(cell, made)
    work = records.create(id="new", state="open", grade=1, rank=made.rank, title=TITLE)
    assert (None if expected == 201 else expected) == await outcome(work)
    await cell.changed(**({"new": stored_as(made)} if expected == 201 else {}))
