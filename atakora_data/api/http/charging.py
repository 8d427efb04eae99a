"""What a request costs its store: told in a header, kept within a budget."""

from __future__ import annotations

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.storage.charges import charging

CHARGE_HEADER = "X-Request-Charge"


class ChargedHandler:
    """Answers with what the answer cost, in request units. shows: in a header. budget: what its reads may cost."""

    def __init__(self, handle: Handler, *, shows: bool, budget: float | None) -> None:
        self._handle = handle
        self._shows = shows
        self._budget = budget

    async def __call__(self, request: Request) -> Response:
        """The answer; reads beyond the budget are refused by it."""
        with charging(self._budget) as charge:
            response = await self._handle(request)
        if self._shows:
            response.headers[CHARGE_HEADER] = f"{charge.units:.2f}"
        return response
