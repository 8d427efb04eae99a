"""The journal in Cosmos: documents in the batch and the logical partition of the change."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from atakora_data.errors import BodyTooLarge, ValidationError
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.journal import DAYS
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.feed import EVENT, read_event
from atakora_data.storage.port import EntityStore, JournalEntry, Target
from tests.storage.cosmos.server import Server, serving
from tests.storage.cosmos.writing import STRATEGIES, Desk, partitioned, sent
from tests.storage.journals import JournalContract, created, deleted, updated
from tests.storage.models import POSTS, REGISTRY


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A server with the containers of the contract's registry."""
    async with serving() as server:
        yield Desk(server, REGISTRY)


class TestCosmosJournal(JournalContract):
    """The contract, in every partition strategy."""

    @pytest.fixture
    async def server(self) -> AsyncIterator[Server]:
        """A server that holds nothing."""
        async with serving() as found:
            yield found

    @pytest.fixture(params=list(STRATEGIES))
    async def store(self, request: pytest.FixtureRequest, server: Server) -> AsyncIterator[EntityStore]:
        """A store on it. The contract asks for its entries."""
        self.server_of = server
        registry = partitioned(STRATEGIES[request.param])
        account = Account(server.url, base64.b64encode(b"key").decode())
        store = CosmosEntityStore(registry, Containers(registry, account, "d", creates=True))
        yield store
        await store.stop()

    async def entries(self, store: EntityStore) -> list[tuple[Target, str, JournalEntry]]:
        """All entries, in the order in which the server stored them."""
        found = [each for each in self.server_of.documents() if EVENT in each]
        return [read_event(each)[1:] for each in sorted(found, key=lambda each: str(each["_etag"]))]


async def test_a_change_and_its_entry_are_one_request(desk: Desk) -> None:
    """One batch, also for a single change; the entry lives for some days, beside its record, and no query sees it."""
    async with desk.writer() as writer:
        [first] = await writer.apply([created("1", slug="a")])
        assert first is not None
        [second] = await writer.apply([updated(first, slug="b")])
        assert second is not None
        await writer.apply([deleted(second)])
    assert [("BATCH", "Create", "Create"), ("BATCH", "Replace", "Create"), ("BATCH", "Delete", "Create")] == sent(
        desk.server
    )
    entries = desk.server.documents("posts")
    assert 3 == len(entries)
    assert {DAYS * 24 * 60 * 60} == {each["ttl"] for each in entries}
    assert {("Post", None)} == {(each["entityType"], each["tenantId"]) for each in entries}
    assert all(each["id"].startswith("~1:") and each["_unique"] == {"slug": f"~{each['id']}"} for each in entries)


async def test_a_record_too_large_for_its_entry_is_refused(desk: Desk) -> None:
    """A record of a realtime entity and its entry have to fit into one request; nothing is stored."""
    async with desk.writer() as writer:
        with pytest.raises(BodyTooLarge):
            await writer.apply([created("1", title="x" * 1_100_000)])
        with pytest.raises(ValidationError):
            await writer.apply([created("1", title="\ud800")])
    assert [] == desk.server.sent
    assert {} == desk.records(POSTS)


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize(("size", "fits"), [(650_000, True), (705_000, False)])
async def test_an_update_keeps_what_was_before_in_the_same_two_megabytes(desk: Desk, size: int, *, fits: bool) -> None:
    """The record, the entry's record and what its changed fields were: beyond that nothing is stored."""
    async with desk.writer() as writer:
        [first] = await writer.apply([created("1", title="x" * size)])
        assert first is not None
        change = updated(first, title="y" * size)
        assert change.journal is not None
        change = replace(change, journal=replace(change.journal, before={"title": "x" * size}))
        if fits:
            await writer.apply([change])
        else:
            with pytest.raises(BodyTooLarge):
                await writer.apply([change])
    assert ["xy"[fits]] == [record["title"][0] for record in desk.records(POSTS).values()]


async def test_the_entry_of_a_record_with_a_long_id(desk: Desk) -> None:
    """The id of the entry is never longer than an id may be."""
    async with desk.writer() as writer:
        await writer.apply([created("x" * 1023)])
    [entry] = [each for each in desk.server.documents() if EVENT in each]
    assert len(entry["id"]) < 256
    assert ("x" * 1023, "created") == (read_event(entry).id, read_event(entry).entry.operation)
