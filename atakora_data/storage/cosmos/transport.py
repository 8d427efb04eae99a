"""How requests reach Azure Cosmos DB: over a bounded pool of connections, each answer's charge noted."""

from __future__ import annotations

from typing import Any, Final

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from atakora_data.storage.charges import note_charge

MOST_CONNECTIONS: Final = 100
"""How many requests of one process are under way at a time; the others wait for their turn."""

_CHARGE: Final = "x-ms-request-charge"


class ChargedTransport(AioHttpTransport):  # type: ignore[misc]  # the SDK hides its type behind a lazy import
    """Sends over at most `MOST_CONNECTIONS`, and tells `storage/charges.py` what each answer cost.

    Proxies and logins of the environment are not looked up: that would take a thread for each request.
    """

    def __init__(self) -> None:
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ttl_dns_cache=60)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        super().__init__(session=session, session_owner=True)

    async def send(self, request: Any, **options: Any) -> Any:
        """Send one request; failed ones cost as well."""
        response = await super().send(request, **options)
        charge = response.headers.get(_CHARGE)
        if charge is not None:
            note_charge(float(charge))
        return response
