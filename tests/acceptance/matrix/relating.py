"""The ways to write relations: what is named must be readable, what is connected is changed by its own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.acceptance.matrix.cell import Cell, Ways
from tests.acceptance.matrix.oracle import BY_ID, Note
from tests.acceptance.matrix.reading import told
from tests.acceptance.matrix.writing import ROWS, TITLE, draft_of, making, status_of, stored_as

RELATING = Ways()
way = RELATING.way


def connecting(cell: Cell, note: Note) -> int:
    """The status of what changes a note from the other end of a relation: hidden is as missing."""
    refusal = cell.rights.refusal("update")
    if refusal is not None:
        return refusal
    return 422 if not cell.rights.may("read", note) else cell.rights.changing(note)


@way("connect and disconnect", *ROWS)
async def connect(cell: Cell) -> None:
    """To connect a record, or to disconnect it, is to change it."""
    for note in cell.some:
        for box, verb, key in (("b2", "connect", "b2"), ("b1", "disconnect", None)):
            answer = await cell.ask("PATCH", f"boxes/{box}", {cell.below: {verb: [{"id": note.id}]}})
            if cell.is_refused(answer, connecting(cell, note)):
                if answer.status == 422:
                    missing = await cell.ask("PATCH", f"boxes/{box}", {cell.below: {verb: [{"id": "missing"}]}})
                    assert told(missing, "missing") == told(answer, note.id)
                continue
            assert 200 == answer.status
            await cell.changed(**{note.id: {"boxId": key}})


@way("connect what its key decides on", *ROWS)
async def connect_child(cell: Cell) -> None:
    """A record is not taken from where it may not be touched by connecting it to another."""
    for above in ("bare", "open"):
        for note in (BY_ID["owned"], BY_ID["helped"]):
            if note.parent == above:
                continue
            body = {"children": {"connect": [{"id": note.id}]}}
            answer = await cell.ask("PATCH", f"{cell.path}/{above}", body)
            expected = cell.rights.changing(BY_ID[above])
            if expected == 200:
                is_seen = cell.rights.may("read", note)
                expected = cell.rights.changing(note, replace(note, parent=above)) if is_seen else 422
            if not cell.is_refused(answer, expected):
                assert 200 == answer.status
                await cell.changed(**{note.id: {"parentId": above}})


@way("set", *ROWS)
async def set_exactly(cell: Cell) -> None:
    """What is hidden stays where it is; what is not is left only if all of it may be changed."""
    readable, rights = cell.rights.readable, cell.rights
    answer = await cell.ask("PATCH", "boxes/b1", {cell.below: {"set": []}})
    if not readable:
        assert 200 == answer.status
        await cell.changed()
        return
    expected = rights.refusal("update") or (200 if all(rights.may("update", each) for each in readable) else 403)
    if not cell.is_refused(answer, expected):
        assert 200 == answer.status
        await cell.changed(**{each.id: {"boxId": None} for each in readable})


@way("nested create", *ROWS)
async def nested(cell: Cell) -> None:
    """A record that is made within another is judged like one that is made alone."""
    for shape in cell.some[:4]:
        made, body = draft_of(cell, replace(shape, parent=None))
        made, body = replace(made, box="b2"), {name: each for name, each in body.items() if name != "boxId"}
        answer = await cell.ask("PATCH", "boxes/b2", {cell.below: {"create": [body]}})
        expected = making(cell, made)
        if not cell.is_refused(answer, expected):
            assert 200 == answer.status
            await cell.changed(new=stored_as(made))
        box = await cell.ask("POST", "boxes", {"id": "b3", cell.below: {"create": [body]}})
        if not cell.is_refused(box, expected):
            assert 201 == box.status
            await cell.changed(new=stored_as(replace(made, box="b3")))


@way("connect to one", *ROWS)
async def connect_one(cell: Cell) -> None:
    """A key leads only to what may be read, and is told alike for what is hidden and what is missing."""
    for note in cell.some[:4]:
        for target in ("open", "bare"):
            if target in (note.id, note.parent):
                continue
            answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", {"parent": {"connect": {"id": target}}})
            expected = cell.rights.changing(note, replace(note, parent=target))
            is_hidden = expected == 200 and not cell.rights.may("read", BY_ID[target])
            if cell.is_refused(answer, 422 if is_hidden else expected):
                continue
            assert 200 == answer.status
            await cell.changed(**{note.id: {"parentId": target}})


@way("nested create of one", *ROWS)
async def nested_one(cell: Cell) -> None:
    """Two records in one write: both are allowed, or neither is written."""
    for note in cell.some[:4]:
        made, body = draft_of(cell, BY_ID["bare"])
        answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", {"parent": {"create": body}})
        first = cell.rights.changing(note)
        expected = first if first != 200 else making(cell, made)
        if expected == 201:
            expected = cell.rights.changing(note, replace(note, parent="bare"))
        if not cell.is_refused(answer, expected):
            assert 200 == answer.status
            await cell.changed(**{note.id: {"parentId": "new"}, "new": stored_as(made)})


async def links(cell: Cell, junction: str) -> set[tuple[str, str]]:
    """Which note is linked to what."""
    key = f"{cell.kind.lower()}NoteId"
    found = (await cell.world.stored(f"{cell.kind}{junction}")).values()
    other = "tagId" if junction == "Tags" else "personId"
    return {(each[key], each[other]) for each in found}


@way("link and unlink", *ROWS)
async def link(cell: Cell) -> None:
    """Whoever may change the record that declares the relation may link it, to what may be read."""
    for note in cell.some:
        for method, path, junction, pair, status in (
            ("POST", "tags/t2", "Tags", (note.id, "t2"), 201),
            ("DELETE", "tags/t1", "Tags", (note.id, "t1"), 204),
            ("POST", "helpers/mark", "Helpers", (note.id, "mark"), 201),
        ):
            before = await links(cell, junction)
            answer = await cell.ask(method, f"{cell.path}/{note.id}/{path}")
            expected = cell.rights.refusal("read") or cell.rights.changing(note)
            if not cell.is_refused(answer, None if expected == 200 else expected):
                assert status == answer.status
                changed = before | {pair} if method == "POST" else before - {pair}
                assert changed == await links(cell, junction)
                await cell.changed()


@way("link in GraphQL and in an input", *ROWS)
async def link_otherwise(cell: Cell) -> None:
    """A link is a link, whatever makes it."""
    for note in cell.some[:4]:
        acting = cell.rights.refusal("read") or cell.rights.changing(note)
        before = await links(cell, "Helpers")
        mutation = f'link{cell.name}ToHelpers(id: $id, personId: "mark")'
        found = await cell.graphql(f"mutation($id: ID!) {{ it: {mutation} {{ id }} }}", id=note.id)
        assert (None if acting == 200 else acting) == status_of(found)
        if acting == 200:
            assert before | {(note.id, "mark")} == await links(cell, "Helpers")
            await cell.changed()
        cell.untouched()
        body: dict[str, Any] = {"helpers": {"connect": [{"id": "mark"}]}, "title": TITLE}
        answer = await cell.ask("PATCH", f"{cell.path}/{note.id}", body)
        if not cell.is_refused(answer, cell.rights.changing(note)):
            assert 200 == answer.status
            assert before | {(note.id, "mark")} == await links(cell, "Helpers")
            await cell.changed(**{note.id: {"title": TITLE}})


@way("link from the other end", "read")
async def link_back(cell: Cell) -> None:
    """A tag that everybody may change is linked to what may be read, and to nothing else."""
    for note in cell.some:
        answer = await cell.ask("POST", f"tags/t2/{cell.below}/{note.id}")
        if not cell.is_refused(answer, None if cell.rights.may("read", note) else 404):
            assert 201 == answer.status
            await cell.changed()
        gone = await cell.ask("DELETE", f"tags/t1/{cell.below}/{note.id}")
        if not cell.is_refused(gone, None if cell.rights.may("read", note) else 404):
            assert 204 == gone.status
            await cell.changed()
