"""What requests to a store cost, summed for whoever asks."""

from __future__ import annotations

import asyncio

import pytest

from atakora_data.api.http.charging import CHARGE_HEADER, ChargedHandler
from atakora_data.api.http.message import Request, Response
from atakora_data.errors import QueryTooExpensive
from atakora_data.storage.charges import charging, finishing, note_charge, require_budget


async def test_all_tasks_of_a_request_count_together() -> None:
    """Those that it starts side by side as well; outside nothing is counted."""
    note_charge(5)

    async def spend(units: float) -> None:
        note_charge(units)

    with charging() as charge:
        await asyncio.gather(spend(1.5), spend(2))
        note_charge(0.25)
    note_charge(7)
    assert (3.75, 3) == (charge.units, charge.requests)


def test_a_budget_refuses_reads_once_it_is_spent() -> None:
    """The read that overspends is answered; the next is not."""
    require_budget()
    with charging(budget=10):
        require_budget()
        note_charge(12)
        with pytest.raises(QueryTooExpensive) as caught:
            require_budget()
    assert "12 request units, and 10 are allowed" in caught.value.detail


def test_what_a_part_costs_is_spent_on_the_whole() -> None:
    """And what the whole may cost holds for its parts."""
    with charging(budget=10) as whole:
        with charging() as part:
            note_charge(4)
        with charging():
            note_charge(8)
            with pytest.raises(QueryTooExpensive):
                require_budget()
    assert (4, 12, 2) == (part.units, whole.units, whole.requests)


def test_a_write_that_has_begun_is_finished() -> None:
    """What it reads is not refused, and counts."""
    with charging(budget=1) as charge:
        note_charge(2)
        with finishing():
            require_budget()
            note_charge(3)
        with pytest.raises(QueryTooExpensive):
            require_budget()
    assert 5 == charge.units


async def test_an_answer_tells_its_charge_where_that_is_wanted() -> None:
    """Each request has its own."""

    async def handle(_request: Request) -> Response:
        note_charge(1.234)
        return Response(200, {}, b"")

    for _ in range(2):
        shown = await ChargedHandler(handle, shows=True, budget=None)(Request("GET", ()))
        assert "1.23" == shown.headers[CHARGE_HEADER]
    assert CHARGE_HEADER not in (await ChargedHandler(handle, shows=False, budget=5)(Request("GET", ()))).headers
