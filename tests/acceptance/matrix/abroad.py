"""A member of another tenant, who is called as somebody here and has every role, sends what was sent here."""

from __future__ import annotations

from atakora_data.testing import user
from tests.acceptance.matrix.cell import CANARY, Cell
from tests.acceptance.matrix.explaining import AUDITOR

ABROAD = "abroad"
ROLES = ("editor", "DataOwner", AUDITOR)


async def sent_from_abroad(cell: Cell) -> None:
    """Each request of the cell once more: nothing of any record here is told, and all are as they were."""
    member = user(cell.who.id or "olga", roles=ROLES, groups=("crew",), tenant=ABROAD)
    client, before = cell.client.as_(member), await cell.stored()
    for each in cell.asked:
        answer = await client.ask(each.method, each.path, each.body, headers=each.headers, query=each.query)
        told = set(CANARY.findall(answer.body.decode() + str(dict(answer.headers))))
        assert told <= set(CANARY.findall(each.text)), f"{told} shows abroad for {each.method} {each.path}"
        assert answer.status < 500, f"{answer.status} abroad for {each.method} {each.path}"
    assert before == await cell.stored(), "something was changed from abroad"
