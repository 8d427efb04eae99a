"""The ways to write under conditions: together with others, at a known state, and once however often it is sent."""

from __future__ import annotations

from uuid import uuid4

from atakora_data.testing import user
from tests.acceptance.matrix.cell import Cell, Ways
from tests.acceptance.matrix.oracle import HOME
from tests.acceptance.matrix.writing import ROWS, TITLE

REPEATING = Ways()
way = REPEATING.way


@way("batch of writes", *ROWS)
async def batch(cell: Cell) -> None:
    """Alone each is judged by itself; together one refusal is the refusal of all."""
    notes = [*cell.some[:1], *[each for each in cell.some if cell.rights.changing(each) == 200][:1]]
    notes = notes if len({each.id for each in notes}) > 1 else notes[:1]
    operations = [{"method": "PATCH", "path": f"/{cell.path}/{each.id}", "body": {"title": TITLE}} for each in notes]
    statuses = [cell.rights.changing(each) for each in notes]
    answer = await cell.ask("POST", "batch", {"operations": operations})
    assert statuses == [each["status"] for each in answer.json["results"]]
    changed = {each.id: {"title": TITLE} for each, status in zip(notes, statuses, strict=True) if status == 200}
    await cell.changed(**changed)
    answer = await cell.ask("POST", "batch", {"atomic": True, "operations": [*operations[1:], *operations[:1]]})
    if not cell.is_refused(answer, next((each for each in statuses if each != 200), None)):
        await cell.changed(**changed)


@way("If-Match", *ROWS)
async def conditional(cell: Cell) -> None:
    """The right etag opens nothing, the wrong one tells nothing of a hidden record."""
    for note in cell.some[:4]:
        etag = await cell.etag(note)
        for method, body in (("PATCH", {"title": TITLE}), ("DELETE", None), ("POST", {"text": TITLE})):
            path = f"{cell.path}/{note.id}" + ("/touch" if method == "POST" else "")
            status = cell.rights.removing(note) if method == "DELETE" else cell.rights.changing(note)
            status = (cell.rights.refusal("read") if method == "POST" else None) or status
            wrong = await cell.ask(method, path, body, {"if-match": '"wrong"'})
            is_open = status not in (401, 404) and cell.rights.could(_operation(method))
            is_open = is_open and not (method == "POST" and cell.rights.refusal("read"))
            cell.refused(wrong, 412 if is_open else status)
            answer = await cell.ask(method, path, body, {"if-match": f'"{etag}"'})
            if not cell.is_refused(answer, status):
                assert status == answer.status
                await cell.changed(**{note.id: None if method == "DELETE" else {"title": TITLE}})


def _operation(method: str) -> str:
    return "delete" if method == "DELETE" else "update"


@way("idempotent replay", *ROWS, "field_read")
async def replay(cell: Cell) -> None:
    """Sent again by the same caller it gets the same answer and changes nothing more; a key opens nothing to others."""
    for note in cell.some[:3]:
        path, key = f"{cell.path}/{note.id}/touch", {"idempotency-key": uuid4().hex}
        first = await cell.ask("POST", path, {"text": TITLE}, key)
        expected = 401 if cell.who.id is None else cell.rights.refusal("read") or cell.rights.changing(note)
        if cell.is_refused(first, expected):
            cell.refused(await cell.ask("POST", path, {"text": TITLE}, key), expected)
            continue
        again = await cell.ask("POST", path, {"text": TITLE}, key)
        assert (200, first.body, "true") == (again.status, again.body, again.headers["Idempotency-Replayed"])
        otherwise = cell.client.as_(user(cell.who.id or "", roles=(*cell.who.roles, "guest"), tenant=HOME))
        lost = await otherwise.ask("POST", path, {"text": TITLE}, headers=key)
        assert (409, "answer_lost") == (lost.status, lost.json["code"])
        stored = await cell.world.stored(cell.name)
        assert 2 == stored[note.id]["_version"]
        nobody = await cell.world.people["anonymous"].ask("POST", path, {"text": TITLE}, headers=key)
        assert 401 == nobody.status
        await cell.changed(**{note.id: {"title": TITLE}})
