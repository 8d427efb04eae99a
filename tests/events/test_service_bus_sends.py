"""Events on their way through the real Service Bus SDK to a broker: what arrives, and what happens when it is away."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from azure.core.credentials import AccessToken

from atakora_data.errors import EventsUnavailable
from atakora_data.events.dead_letters import DeadLetters
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import LARGEST_BODY, from_message
from atakora_data.events.processor import Processor
from atakora_data.events.service_bus import ServiceBusPublisher
from atakora_data.events.service_bus_account import service_bus_account
from atakora_data.settings import Connection
from atakora_data.storage.feed import EVENT, event_text
from atakora_data.storage.port import JournalEntry, Target
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.emulators.broker import Broker, serving
from tests.storage.models import REGISTRY

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""The SDK forgets to close the sockets of connections that broke."""


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    """A broker that listens."""
    async with serving() as found:
        yield found


@pytest.fixture
async def publisher(broker: Broker) -> AsyncIterator[ServiceBusPublisher]:
    """What is tested; the SDK does not try again by itself."""
    found = publishing(broker)
    yield found
    await found.close()


def publishing(broker: Broker, **changed: Any) -> ServiceBusPublisher:
    """A publisher for the broker, with an account that differs in this."""
    account = service_bus_account(Connection("SERVICE_BUS", broker.connection_string))
    return ServiceBusPublisher(replace(account, **changed), retries=0, seconds=20)


def event(id: str, version: int = 1, **record: Any) -> EntityEvent:
    """A change of a post."""
    entry = JournalEntry(
        "updated", version, "2024-05-01T00:00:00Z", "bob", ("title",), {"id": id, **record}, {"title": "x"}
    )
    return EntityEvent(Target("Post", "t1"), id, entry, str(version))


async def test_a_message_is_as_it_is_documented(broker: Broker, publisher: ServiceBusPublisher) -> None:
    """Id, session, subject, content type, properties and body; and the body is the event again."""
    sent = event("1", 3, title="é")
    await publisher.publish([sent])
    [kept] = broker.kept
    assert (sent.message_id, sent.session_id, "Post.updated", "application/json") == kept[:4]
    assert {"tenantId": "t1", "userId": "bob", "entityType": "Post", "operation": "updated"} == kept.properties
    told = orjson.loads(kept.body)
    assert ("updated", "Post", {"id": "1", "title": "é"}, ["title"], 3, "2024-05-01T00:00:00Z") == (
        *(told[name] for name in ("operation", "entityType", "record", "changedFields", "version", "timestamp")),
    )
    assert sent == from_message(kept.body)


async def test_events_arrive_in_order_in_as_many_batches_as_it_takes(
    broker: Broker, publisher: ServiceBusPublisher
) -> None:
    """Two megabytes at once, of which a batch holds an eighth."""
    events = [event(str(number % 7), number, title="x" * 20_000) for number in range(100)]
    await publisher.publish(events)
    assert [each.message_id for each in events] == [each.id for each in broker.kept]


async def test_what_is_sent_again_is_known_by_its_id(broker: Broker, publisher: ServiceBusPublisher) -> None:
    """The topic keeps one of each."""
    events = [event("1", number) for number in range(3)]
    await publisher.publish(events)
    await publisher.publish([*events, event("1", 3)])
    assert (7, [0, 1, 2, 3]) == (broker.arrived, [from_message(each.body).entry.version for each in broker.kept])


async def test_a_record_that_is_too_large_is_left_out(broker: Broker, publisher: ServiceBusPublisher) -> None:
    """The message says so, and those beside it are whole."""
    await publisher.publish([event("1"), event("2", title="x" * LARGEST_BODY), event("3")])
    assert [True, False, True] == [from_message(each.body).is_whole for each in broker.kept]
    assert {"id": "2"} == from_message(broker.kept[1].body).entry.record


async def test_a_wrong_key_is_told_with_its_remedy(broker: Broker) -> None:
    """The signature is checked; nothing arrives."""
    publisher = publishing(broker, key="d3Jvbmc=")
    with pytest.raises(EventsUnavailable, match="SharedAccessKey must be current"):
        await publisher.publish([event("1")])
    await publisher.close()
    assert broker.tokens[0].startswith("SharedAccessSignature ")
    assert [] == broker.kept


async def test_an_identity_shows_a_token_of_entra_id(broker: Broker) -> None:
    """It is asked for Service Bus and shown as it is; this broker takes signatures only. The remedy names a role."""
    asked: list[str] = []

    class Credential:
        """Has a token for everything."""

        async def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
            """A token for an hour."""
            asked.extend(scopes)
            return AccessToken("a.b.c", int(time.time()) + 3600)

        async def close(self) -> None:
            """Nothing is open."""

    account = service_bus_account(Connection("SERVICE_BUS", broker.connection_string))
    publisher = ServiceBusPublisher(
        replace(account, key=None, key_name=None), make_credential=Credential, retries=0, seconds=20
    )
    with pytest.raises(EventsUnavailable, match="Azure Service Bus Data Sender"):
        await publisher.publish([event("1")])
    await publisher.close()
    assert ("a.b.c", "https://servicebus.azure.net//.default") == (broker.tokens[0], asked[0])


async def test_an_outage_loses_nothing(broker: Broker, publisher: ServiceBusPublisher, tmp_path: Path) -> None:
    """While the broker is away the processor refuses the batch, which the feed gives again; then all of it arrives."""
    file = SqliteEntityStore(REGISTRY, tmp_path / "data.db")
    await file.start()
    processor = Processor(publisher, DeadLetters(SqliteStateStore(file)))
    events = [event("1", number) for number in range(20)]
    documents = [{"_ts": each.entry.version, EVENT: event_text(each.target, each.id, each.entry)} for each in events]
    await processor.process("posts", documents[:5])
    broker.is_away = True
    await broker.hang_up()
    for _ in range(3):
        with pytest.raises(EventsUnavailable):
            await processor.process("posts", documents)
    broker.is_away = False
    await processor.process("posts", documents)
    assert [*range(20)] == [from_message(each.body).entry.version for each in broker.kept]
    await file.stop()


async def test_a_lost_answer_loses_and_doubles_nothing(broker: Broker, publisher: ServiceBusPublisher) -> None:
    """The connection breaks when the messages are kept and before that is told."""
    events = [event("1", number) for number in range(5)]
    broker.drops_after = 1
    with pytest.raises(EventsUnavailable):
        await publisher.publish(events)
    await publisher.publish(events)
    assert (10, [*range(5)]) == (broker.arrived, [from_message(each.body).entry.version for each in broker.kept])
