"""The ways to read: every one shows exactly what the oracle says, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from atakora_data.errors import RequestError
from atakora_data.testing import Answer
from tests.acceptance.matrix.cell import Cell, Ways, ids, in_order, plain, plains
from tests.acceptance.matrix.oracle import BY_ID, PEOPLE, SHAPES, Note

READ = ("read", "field_read")
READING = Ways()
way = READING.way

WHOLE = "id ownerId state grade leadId parentId boxId rank title secret loud"


def in_graphql(cell: Cell, note: Note) -> dict[str, Any]:
    """What GraphQL answers for a record that may be read: what is hidden is null."""
    return {"secret": None, "loud": None, **cell.shown(note)}


def told(answer: Answer, id: str) -> tuple[int, str]:
    """Status and body, without what differs between two requests for two ids."""
    body = orjson.loads(answer.body) if answer.body else {}
    for each in (body, *(found.get("extensions", {}) for found in body.get("errors", ()) if "message" in found)):
        each.pop("traceId", None)
        each.pop("instance", None)
    return answer.status, orjson.dumps(body).decode().replace(f"`{id}`", "…")


@way("point read", *READ)
async def point_read(cell: Cell) -> None:
    """A record is whole, or as if it were not there."""
    for note in cell.all:
        answer = await cell.ask("GET", f"{cell.path}/{note.id}")
        if cell.is_refused(answer, cell.rights.refusal("read") or (404 if note in cell.rights.hidden else None)):
            missing = await cell.ask("GET", f"{cell.path}/missing")
            assert told(missing, "missing") == told(answer, note.id)
        else:
            assert (200, cell.shown(note)) == (answer.status, plain(answer.json))


@way("HEAD", *READ)
async def head(cell: Cell) -> None:
    """As a point read, without a body."""
    for note in cell.some[:3]:
        answer = await cell.ask("HEAD", f"{cell.path}/{note.id}")
        expected = cell.rights.refusal("read") or (200 if cell.rights.may("read", note) else 404)
        assert (expected, b"", expected == 200) == (answer.status, answer.body, "ETag" in answer.headers)


@way("list and count", *READ)
async def listing(cell: Cell) -> None:
    """A list holds all that may be read, and counts it."""
    answer = await cell.ask("GET", cell.path, count="true", limit="50")
    if cell.is_refused(answer, cell.rights.refusal("read")):
        return
    expected = [cell.shown(each) for each in in_order(cell.rights.readable)]
    assert (200, len(expected), None) == (answer.status, answer.json["count"], answer.json["nextToken"])
    assert expected == plains(answer.json["items"])


@way("fields and computed field", *READ)
async def selected(cell: Cell) -> None:
    """A computed field is seen only with what it reads, also when only it is asked for."""
    answer = await cell.ask("GET", cell.path, fields="loud", limit="50")
    if cell.is_refused(answer, cell.rights.refusal("read")):
        return
    expected = [{"loud": cell.shown(each).get("loud")} for each in in_order(cell.rights.readable)]
    assert expected == [{"loud": each.get("loud")} for each in answer.json["items"]]
    assert not [each for each in answer.json["items"] if each.keys() - {"loud", "id", "_etag", "_version"}]


@way("aggregate", *READ)
async def aggregate(cell: Cell) -> None:
    """Hidden records count nowhere, hidden values as null."""
    answer = await cell.ask(
        "GET", f"{cell.path}/aggregate", groupBy="state", sum="rank", min="secret", max="secret", limit="10"
    )
    if cell.is_refused(answer, cell.rights.refusal("read")):
        return
    assert [_group(cell, state) for state in ("open", "shut") if _group(cell, state)["count"]] == answer.json["items"]
    found = await cell.graphql(f"{{ aggregate{cell.name}s {{ count sum {{ rank }} max {{ title }} }} }}")
    readable = cell.rights.readable
    assert [
        {
            "count": len(readable),
            "sum": {"rank": sum(each.rank for each in readable) if readable else None},
            "max": {"title": max((cell.canary(each, "title") for each in readable), default=None)},
        }
    ] == found["data"][f"aggregate{cell.name}s"]


def _group(cell: Cell, state: str) -> dict[str, Any]:
    notes = [each for each in cell.rights.readable if each.state == state]
    secrets = [cell.canary(each, "secret") for each in notes if cell.rights.surely_shows(each)]
    return {
        "group": {"state": state},
        "count": len(notes),
        "sum": {"rank": sum(each.rank for each in notes) if notes else None},
        "min": {"secret": min(secrets, default=None)},
        "max": {"secret": max(secrets, default=None)},
    }


@way("aggregate by a field", *READ)
async def grouped(cell: Cell) -> None:
    """Groups are made of what may be read: hidden values make one group, that of null."""
    answer = await cell.ask("GET", f"{cell.path}/aggregate", groupBy="secret")
    if cell.is_refused(answer, cell.rights.refusal("read")):
        return
    values = [cell.canary(each, "secret") if cell.rights.surely_shows(each) else None for each in cell.rights.readable]
    expected = [(each, values.count(each)) for each in sorted(set(values), key=lambda each: each or "")]
    assert expected == [(each["group"]["secret"], each["count"]) for each in answer.json["items"]]


@way("include", *READ)
async def include(cell: Cell) -> None:
    """What is included passes its own rules: a list is shorter, a single record is null."""
    answer = await cell.ask("GET", "boxes/b1", include=f"{cell.below}.parent")
    assert 200 == answer.status
    expected = [_with_parent(cell, each) for each in in_order(cell.rights.readable)]
    assert expected == [_plain_with_parent(each) for each in answer.json[cell.below]["items"]]
    linked = await cell.ask("GET", "tags/t1", include=cell.below)
    assert [cell.shown(each) for each in in_order(cell.rights.readable)] == [
        {name: value for name, value in plain(each).items() if name != "_through"}
        for each in linked.json[cell.below]["items"]
    ]


def _parent(cell: Cell, note: Note) -> dict[str, Any] | None:
    parent = BY_ID[note.parent] if note.parent else None
    return cell.shown(parent) if parent and cell.rights.may("read", parent) else None


def _with_parent(cell: Cell, note: Note) -> dict[str, Any]:
    return cell.shown(note, parent=_parent(cell, note))


def _plain_with_parent(record: dict[str, Any]) -> dict[str, Any]:
    return {**plain(record), "parent": record["parent"] and plain(record["parent"])}


@way("related", *READ)
async def related(cell: Cell) -> None:
    """What lies behind a relation is a list, or a record, under the same rules."""
    for path in (f"boxes/b1/{cell.below}", f"tags/t1/{cell.below}"):
        answer = await cell.ask("GET", path, count="true", limit="50", orderBy="-rank")
        expected = sorted(cell.rights.readable, key=lambda each: -each.rank)
        assert ([each.id for each in expected], len(expected)) == (ids(answer.json["items"]), answer.json["count"])
    for note in cell.some[:4]:
        answer = await cell.ask("GET", f"{cell.path}/{note.id}/parent")
        if cell.rights.refusal("read"):
            cell.refused(answer, cell.rights.refusal("read") or 0)
        elif not cell.rights.may("read", note) or _parent(cell, note) is None:
            cell.refused(answer, 404)
        else:
            assert _parent(cell, note) == plain(answer.json)


@way("linked record", *READ)
async def linked(cell: Cell) -> None:
    """A link leads to a record only where it may be read, and the tags of a hidden note are nobody's to see."""
    for note in cell.some[:4]:
        is_seen = cell.rights.may("read", note)
        answer = await cell.ask("GET", f"tags/t1/{cell.below}/{note.id}")
        assert (200 if is_seen else 404) == answer.status
        if is_seen:
            assert cell.shown(note) == {name: each for name, each in plain(answer.json).items() if name != "_through"}
        tags = await cell.ask("GET", f"{cell.path}/{note.id}/tags")
        assert (cell.rights.refusal("read") or (200 if is_seen else 404)) == tags.status


@way("GraphQL", *READ)
async def graphql(cell: Cell) -> None:
    """One record, lists with counts, and what is nested in records that everybody may read."""
    page = (
        f"count items {{ {WHOLE} parent {{ {WHOLE} }} children(orderBy: [{{rank: ASC}}]) {{ count items {{ id }} }} }}"
    )
    found = await cell.graphql(
        f'{{ getBox(id: "b1") {{ {cell.below}(limit: 50) {{ {page} }} }}'
        f' getTag(id: "t1") {{ {cell.below}(limit: 50) {{ count edges {{ node {{ {WHOLE} }} }} }} }} }}'
    )
    assert "errors" not in found, found
    expected = [_nested(cell, each) for each in in_order(cell.rights.readable)]
    assert {"count": len(expected), "items": expected} == found["data"]["getBox"][cell.below]
    nodes = [in_graphql(cell, each) for each in in_order(cell.rights.readable)]
    assert {"count": len(nodes), "edges": [{"node": each} for each in nodes]} == found["data"]["getTag"][cell.below]


def _nested(cell: Cell, note: Note) -> dict[str, Any]:
    parent = BY_ID[note.parent] if note.parent else None
    children = sorted((each for each in cell.rights.readable if each.parent == note.id), key=lambda each: each.rank)
    return {
        **in_graphql(cell, note),
        "parent": in_graphql(cell, parent) if parent and cell.rights.may("read", parent) else None,
        "children": {"count": len(children), "items": [{"id": each.id} for each in children]},
    }


@way("GraphQL by id and list", *READ)
async def graphql_roots(cell: Cell) -> None:
    """A record that may not be read is null; where none could be, it is an error with its status."""
    names = {f"n{number}": note for number, note in enumerate(SHAPES)}
    one = " ".join(f'{name}: get{cell.name}(id: "{note.id}") {{ {WHOLE} }}' for name, note in names.items())
    found = await cell.graphql(f"{{ {one} }}")
    many = await cell.graphql(f"{{ list{cell.name}s(limit: 50) {{ count nextToken items {{ {WHOLE} }} }} }}")
    if cell.rights.refusal("read"):
        for each in (found, many):
            assert [cell.rights.refusal("read")] == sorted({error["extensions"]["status"] for error in each["errors"]})
        return
    rights = cell.rights
    assert {
        name: in_graphql(cell, note) if rights.may("read", note) else None for name, note in names.items()
    } == found["data"]
    expected = [in_graphql(cell, each) for each in in_order(rights.readable)]
    assert {"count": len(expected), "nextToken": None, "items": expected} == many["data"][f"list{cell.name}s"]


@way("error text", *READ)
async def error_text(cell: Cell) -> None:
    """What is wrong with a request is told alike for a record that is hidden and one that is missing."""
    for note in [*cell.rights.hidden[:2], *cell.rights.readable[:1]]:
        for method, path, body in (
            ("PATCH", "", {"grade": "x"}),
            ("PATCH", "", {"nothing": 1}),
            ("PATCH", "", {"parentId": "nowhere"}),
            ("GET", "/nothing", None),
            ("POST", "/touch", {"text": 7}),
            ("POST", "/touch", {"nothing": 7}),
            ("POST", "/nothing", None),
            ("DELETE", "/tags/nowhere", None),
        ):
            found = await cell.ask(method, f"{cell.path}/{note.id}{path}", body)
            assert 400 <= found.status < 500
            if note in cell.rights.hidden:
                missing = await cell.ask(method, f"{cell.path}/missing{path}", body)
                assert told(missing, "missing") == told(found, note.id)
    for query in ({"filter": {"secret": {"eq": 7}}}, {"orderBy": "helpers"}, {"filter": {"secrte": {"eq": "x"}}}):
        answer = await cell.ask("GET", cell.path, **query)
        cell.refused(answer, cell.rights.refusal("read") or 400)


@way("ETag and 304", *READ)
async def etags(cell: Cell) -> None:
    """An etag of somebody else tells nothing of a record that is hidden, nor of a value in one that is not."""
    rights = cell.rights
    owner = replace(rights, who=PEOPLE["DataOwner"])
    for note in cell.some[:4]:
        others = await cell.world.people["DataOwner"].ask("GET", f"{cell.path}/{note.id}")
        is_same = rights.shows(note) == owner.shows(note)
        is_seen = rights.may("read", note)
        refusal = rights.refusal("read") or 404
        for header, status in (("*", 304), (others.headers["ETag"], 304 if is_same else 200), ('"wrong"', 200)):
            answer = await cell.ask("GET", f"{cell.path}/{note.id}", None, {"if-none-match": header})
            assert (status if is_seen else refusal) == answer.status, header
            assert (answer.body == b"") == (answer.status == 304)
        for header, status in (("*", 200), (f'"{others.json["_etag"]}"', 200), ('"wrong"', 412)):
            answer = await cell.ask("GET", f"{cell.path}/{note.id}", None, {"if-match": header})
            assert (status if is_seen else refusal) == answer.status, header


@way("batch of reads", *READ)
async def batch(cell: Cell) -> None:
    """Each operation of a batch is answered as it would be alone."""
    notes = cell.some[:4]
    operations = [{"method": "GET", "path": f"/{cell.path}/{each.id}"} for each in notes]
    answer = await cell.ask("POST", "batch", {"operations": operations})
    for note, result in zip(notes, answer.json["results"], strict=True):
        expected = cell.rights.refusal("read") or (200 if cell.rights.may("read", note) else 404)
        assert expected == result["status"]
        if expected == 200:
            assert cell.shown(note) == plain(result["body"])


@way("typed API", *READ)
async def typed(cell: Cell) -> None:
    """Hooks and actions see through `ctx.data` what their caller sees."""
    records = cell.client.data[cell.name]
    if cell.rights.refusal("read"):
        with pytest.raises(RequestError) as refused:
            await records.query().all()
        assert cell.rights.refusal("read") == refused.value.status
        cell.check(f"{refused.value.detail} {refused.value.hint}")
        return
    found = await records.query().order_by("rank").include("parent").all()
    expected = sorted(cell.rights.readable, key=lambda each: each.rank)
    assert [each.id for each in expected] == [each.id for each in found]
    assert [cell.shown(each).get("secret") for each in expected] == [each.secret for each in found]
    assert [(_parent(cell, each) or {}).get("id") for each in expected] == [
        each.parent.id if each.parent else None for each in found
    ]
    assert len(expected) == await records.query().count()
    for note in cell.some[:3]:
        one = await records.get(note.id)
        assert (note.id if cell.rights.may("read", note) else None) == (one and one.id)
    groups = await records.query().aggregate(sum="rank")
    assert [len(expected)] == [each.count for each in groups]
