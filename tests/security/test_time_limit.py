"""What takes too long, through the real app: told as what it is, and never as what it is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from atakora_data.storage.port import Target
from tests.security.notes import REGISTRY
from tests.support.app import running

SLOW = 'mutation { createNote(input: {id: "graphql", seconds: 1.3}) { id } }'

READ = 'query { getNote(id: "rest") { id } }'


async def test_nobody_is_told_that_a_write_did_not_happen_that_did(tmp_path: Path) -> None:
    """After a second, REST and GraphQL answer 504, and both notes are there a moment later."""
    async with running(tmp_path, registry=REGISTRY, request_seconds=1) as client:
        alice = client.as_("alice")
        rest, graphql = await asyncio.gather(alice.post("notes", {"id": "rest", "seconds": 1.2}), alice.graphql(SLOW))
        assert (504, "outcome_unknown") == (rest.status, rest.json["code"])
        assert (504, "outcome_unknown") == (graphql.status, graphql.json["errors"][0]["extensions"]["code"])
        assert "may have been carried out" in rest.json["title"]
        await client.application.stop()
        await client.application.start()
        for id in ("rest", "graphql"):
            assert await client.application.store.get(Target("Note"), id) is not None
        slow, query = await asyncio.gather(client.get("notes/rest"), client.graphql(READ))
        assert (503, "timed_out", "1") == (slow.status, slow.json["code"], slow.headers["Retry-After"])
        assert (503, "timed_out") == (query.status, query.json["errors"][0]["extensions"]["code"])
        assert "1" == query.headers["Retry-After"]
