"""What administrators are told of a caller is what the oracle says, with no value of a record in it."""

from __future__ import annotations

from typing import Any

from atakora_data.testing import Client, user
from tests.acceptance.matrix.cell import CANARY, Cell, Ways
from tests.acceptance.matrix.oracle import ASPECTS, HOME, OPERATIONS, Note

AUDITOR = "auditor"
"""The role of those who may ask."""

EXPLAINING = Ways()
way = EXPLAINING.way


@way("explanation", *ASPECTS)
async def explanation(cell: Cell) -> None:
    """Of every operation on a record the outcome, the status, and what becomes of the ruled field."""
    admin = cell.world.system.as_(user("root", roles=(AUDITOR,), tenant=HOME))
    for note in cell.some:
        for operation in OPERATIONS:
            told = await _told(admin, cell, operation, note)
            expected = cell.rights.may(operation, note), cell.rights.may("read", note), _status(cell, operation, note)
            assert expected == (told["allowed"], told["readable"], told["status"]), f"{operation} {note.id}"
            secret = told["fields"]["secret"]
            shows, may_set = cell.rights.shows(note), cell.rights.may_set(note)
            assert (shows, may_set) == (secret["read"]["allowed"], secret["write"]["allowed"])
            assert shows == told["fields"]["loud"]["read"]["allowed"]
    cell.untouched()


@way("explanation without a record", *ASPECTS)
async def in_general(cell: Cell) -> None:
    """What is the same for every record is told; the rest is left open."""
    admin = cell.world.system.as_(user("root", roles=(AUDITOR,), tenant=HOME))
    for operation in OPERATIONS:
        told = await _told(admin, cell, operation, None)
        if told["allowed"] is not None:
            assert {told["allowed"]} == {cell.rights.may(operation, each) for each in cell.all}
        assert (cell.rights.refusal(operation) is not None) == (told["status"] in (401, 403))
    cell.untouched()


def _status(cell: Cell, operation: str, note: Note) -> int:
    match operation:
        case "read":
            return cell.rights.refusal("read") or (200 if cell.rights.may("read", note) else 404)
        case "update":
            return cell.rights.changing(note)
        case "delete":
            return cell.rights.removing(note)
    return cell.rights.refusal("create") or (201 if cell.rights.may("create", note) else 403)


async def _told(admin: Client, cell: Cell, operation: str, note: Note | None) -> dict[str, Any]:
    who = cell.who
    principal = {} if who.id is None else {"id": who.id, "roles": [*who.roles], "groups": [*who.groups]}
    body = {"entity": cell.name, "operation": operation, "id": note and note.id, "principal": principal}
    answer = await admin.post("explain", body)
    assert 200 == answer.status, answer.body
    assert not CANARY.findall(answer.body.decode())
    told: dict[str, Any] = answer.json
    return told
