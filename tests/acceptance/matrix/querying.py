"""The ways to ask for some of the records, in some order, page by page: what is hidden counts as null."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.acceptance.matrix.cell import Cell, Ways, ids, in_order
from tests.acceptance.matrix.oracle import BY_ID, PEOPLE, Note
from tests.acceptance.matrix.reading import READ

QUERYING = Ways()
way = QUERYING.way


@way("filter", *READ)
async def filtered(cell: Cell) -> None:
    """A hidden field counts as null, whatever is asked of it."""
    rights = cell.rights
    seen = {each.id for each in rights.readable if rights.surely_shows(each)}
    all_ids = {each.id for each in rights.readable}
    for wanted, expected in (
        ({"secret": {"contains": "qX"}}, seen),
        ({"secret": {"isNull": True}}, all_ids - seen),
        ({"not": {"secret": {"beginsWith": "Xq"}}}, all_ids - seen),
        ({"secret": {"gt": ""}, "rank": {"gt": 20}}, {each for each in seen if BY_ID[each].rank > 20}),
        ({"title": {"endsWith": "qX"}}, all_ids),
    ):
        answer = await cell.ask("GET", cell.path, filter=wanted, limit="50", count="true")
        if cell.is_refused(answer, rights.refusal("read")):
            return
        assert (sorted(expected), len(expected)) == (ids(answer.json["items"]), answer.json["count"]), wanted


@way("nested filter", *READ)
async def nested_filter(cell: Cell) -> None:
    """Only records that may be read make another one match, by fields of theirs that may be read."""
    rights = cell.rights
    counted = [each for each in rights.readable if rights.counts(each)]
    with_secret = [each for each in counted if rights.surely_shows(each)]
    for note in cell.some[:4]:
        for name, known in (("title", counted), ("secret", with_secret)):
            wanted = {cell.below: {"some": {name: {"eq": cell.canary(note, name)}}}}
            for path in ("boxes", "tags"):
                answer = await cell.ask("GET", path, filter=wanted)
                assert (1 if note in known else 0) == len(answer.json["items"]), wanted
    hidden = {cell.below: {"none": {"title": {"contains": "qX"}}}}
    every = {cell.below: {"every": {"secret": {"contains": "qX"}}}}
    for wanted, expected in (
        (hidden, ["b2"] if counted else ["b1", "b2"]),
        (every, ["b1", "b2"] if counted == with_secret else ["b2"]),
    ):
        assert expected == ids((await cell.ask("GET", "boxes", filter=wanted)).json["items"])
    answer = await cell.ask("GET", cell.path, filter={"parent": {"secret": {"contains": "qX"}}}, limit="50")
    if not cell.is_refused(answer, rights.refusal("read")):
        found = [each for each in rights.readable if each.parent and BY_ID[each.parent] in with_secret]
        assert [each.id for each in in_order(found)] == ids(answer.json["items"])


@way("order", *READ)
async def order(cell: Cell) -> None:
    """Hidden values order as null, of the record itself and of what it leads to."""
    rights = cell.rights

    def secret(note: Note | None) -> str:
        is_seen = note is not None and rights.counts(note) and rights.surely_shows(note)
        return cell.canary(note, "secret") if note is not None and is_seen else ""

    def own(note: Note) -> str:
        return cell.canary(note, "secret") if rights.surely_shows(note) else ""

    def of_parent(note: Note) -> str:
        return secret(BY_ID[note.parent] if note.parent else None)

    for name, key in (("secret", own), ("parent.secret", of_parent)):
        for sign in ("", "-"):
            answer = await cell.ask("GET", cell.path, orderBy=f"{sign}{name}", limit="50")
            if cell.is_refused(answer, rights.refusal("read")):
                return
            expected = _steady(sorted(rights.readable, key=key, reverse=bool(sign)), key)
            assert [each.id for each in expected] == ids(answer.json["items"]), f"{sign}{name}"


def _steady(notes: list[Note], key: Any) -> list[Note]:
    """Those with equal keys by id, whatever the direction."""
    keys = list(dict.fromkeys(key(each) for each in notes))
    return [each for wanted in keys for each in in_order([note for note in notes if key(note) == wanted])]


@way("pages and cursors", *READ)
async def cursors(cell: Cell) -> None:
    """Pages are full and whole; a token goes on with its own list for its own caller, and tells nothing."""
    rights, asked = cell.rights, {"orderBy": "-secret", "limit": "2"}
    pages, tokens = list[list[str]](), list[str]()
    while len(pages) == len(tokens):
        more = {"nextToken": tokens[-1]} if tokens else {}
        answer = await cell.ask("GET", cell.path, None, None, **asked, **more)
        if cell.is_refused(answer, rights.refusal("read")):
            return
        pages.append(ids(answer.json["items"]))
        token = answer.json["nextToken"]
        if token is not None:
            tokens.append(token)
            cell.check(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("latin-1"))
    assert sorted(each.id for each in rights.readable) == sorted(id for page in pages for id in page)
    assert all(len(page) == 2 for page in pages[:-1])
    assert pages[-1] or not rights.readable
    if tokens:
        await _foreign(cell, asked, tokens[0])


async def _foreign(cell: Cell, asked: Mapping[str, Any], token: str) -> None:
    """A token is refused to another list and to another caller."""
    for path, more in (
        (cell.path, {"orderBy": "secret"}),
        (cell.path, {"filter": {"rank": {"gt": 0}}}),
        (f"boxes/b1/{cell.below}", {}),
    ):
        cell.refused(await cell.ask("GET", path, **{**asked, **more, "nextToken": token}), 400)
    for name, client in cell.world.people.items():
        if name not in (cell.who.name, "system"):
            other = replace(cell.rights, who=PEOPLE[name])
            answer = await client.ask("GET", cell.path, query={**asked, "nextToken": token})
            assert (other.refusal("read") or 400) == answer.status, f"{name} uses the token: {answer.status}"
