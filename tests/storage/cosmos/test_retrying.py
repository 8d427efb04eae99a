"""What may pass is tried again: for so long, not by two at once, and with what the service and the SDK know."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from azure.core.exceptions import ServiceRequestError

from atakora_data.errors import AlreadyExists, NotFound, StoreUnavailable, UniqueViolation, WriteContention
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.retrying import (
    AT_ONCE,
    PATIENT,
    SECONDS_A_WRITE,
    Again,
    Effort,
    Patience,
    all_of,
    patiently,
)
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.port import Remove, Target
from tests.storage.cosmos.server import Fault, Server, serving
from tests.storage.cosmos.writing import HURRIED, at
from tests.storage.models import POSTS, REGISTRY, insert, query


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[CosmosEntityStore]:
    """A store as of a process of its own."""
    account = Account(server.url, base64.b64encode(b"key").decode())
    store = CosmosEntityStore(REGISTRY, Containers(REGISTRY, account, "d", creates=True))
    try:
        yield store
    finally:
        await store.stop()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server that holds nothing."""
    async with serving() as found:
        yield found


def failing(times: int, error: Exception) -> Callable[[], Awaitable[int]]:
    """Fails so many times, then tells how often it was called."""
    calls = 0

    async def call() -> int:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise error
        return calls

    return call


async def test_what_passes_is_waited_for() -> None:
    """As often as it takes within the time."""
    assert 4 == await patiently(failing(3, ServiceRequestError("no")), HURRIED)
    assert 4 == await patiently(failing(3, Again()), HURRIED)


async def test_errors_of_ours_and_what_will_not_pass_are_told_at_once() -> None:
    """Nothing is tried again then."""
    for error, told in ((NotFound("gone"), NotFound), (ValueError("?"), StoreUnavailable)):
        call = failing(1, error)
        with pytest.raises(told):
            await patiently(call, HURRIED)
        assert 2 == await call()


async def test_the_time_of_a_call_is_bounded() -> None:
    """Then the last error is told: that the store is unavailable, or that others kept changing the same."""
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await patiently(failing(10_000, ServiceRequestError("no")), HURRIED)
    with pytest.raises(WriteContention):
        await patiently(failing(10_000, Again()), HURRIED)
    with pytest.raises(StoreUnavailable, match="in time"):
        await patiently(asyncio.Event().wait, HURRIED)


async def test_calls_share_the_time_of_an_effort() -> None:
    """What one has used up the next has not; more documents have more of it."""
    effort = Effort(HURRIED)
    with pytest.raises(StoreUnavailable):
        await effort.make(asyncio.Event().wait)
    with pytest.raises(StoreUnavailable):
        await effort.make(failing(1, ServiceRequestError("no")))
    assert effort.left <= 0
    assert 15 == PATIENT.seconds
    assert 1000 * SECONDS_A_WRITE == pytest.approx(Effort(writes=1000).left - Effort().left, abs=0.1)


async def test_the_call_learns_that_an_earlier_one_may_have_been_done() -> None:
    """Once an answer was lost that stays so, whatever comes next."""
    told = []
    errors = [Again(), ServiceRequestError("no"), Again()]

    async def call(lost: bool) -> None:
        told.append(lost)
        if errors:
            raise errors.pop(0)

    await Effort(HURRIED).insist(call)
    assert [False, False, True, True] == told


async def test_many_calls_are_made_a_few_at_once() -> None:
    """All are made; then the first error in their order is told."""
    running, most, done = 0, 0, 0

    async def call(number: int) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running, done = running - 1, done + 1
        if number in (7, 3):
            raise NotFound(str(number))

    with pytest.raises(NotFound, match="3"):
        await all_of(call(number) for number in range(3 * AT_ONCE))
    assert (AT_ONCE, 3 * AT_ONCE) == (most, done)


@pytest.mark.parametrize(
    "fault",
    [Fault(), Fault(408), Fault(410), Fault(410, 1002), Fault(449), Fault(404, 1002), Fault(500), Fault(429, wait=1)],
    ids=str,
)
async def test_reads_are_tried_again(server: Server, fault: Fault) -> None:
    """By id and by query, over one request more."""
    async with opened(server) as store:
        await store.apply([insert("1")])
        for read in (lambda: store.get(POSTS, "1"), lambda: store.select(POSTS, query())):
            await read()
            since = len(server.sent)
            server.fault = at(since + 1, fault)
            assert await read()
            assert since + 2 == len(server.sent)


async def test_a_failing_region_is_left_by_the_sdk(server: Server) -> None:
    """503 and 403/3 are its own: it looks for another region, then tries there, or here if there is none."""
    async with opened(server) as store:
        await store.apply([insert("1")])
        for fault in (Fault(503), Fault(403, 3), Fault(403, 1008)):
            since = len(server.sent)
            server.fault = at(since + 1, fault)
            assert await store.get(POSTS, "1") is not None
            assert since + 2 == len(server.sent)


def seen(server: Server) -> set[int]:
    """What the client has seen, by the token of its last request."""
    return {int(each.partition("#")[2]) for each in server.sent[-1].session.split(",")}


async def test_a_client_reads_what_it_wrote(server: Server) -> None:
    """Each read carries the token of the session as of the last write, which may have been a batch or a removal."""
    async with opened(server) as store:
        [first, _] = await store.apply([insert("1"), insert("2")])
        assert first is not None
        for changes in ([insert("3")], [insert("4"), insert("5")], [Remove(POSTS, "1", first["_etag"])], [insert("6")]):
            for read in (lambda: store.get(POSTS, "2"), lambda: store.select(POSTS, query())):
                await read()
                assert {server.writes} == seen(server)
            await store.apply(changes)


async def test_a_transaction_is_read_by_who_made_it(server: Server) -> None:
    """The token is that of the last step."""
    async with opened(server) as store:
        await store.apply([insert("1"), insert("1", Target("User"))])
        await store.get(Target("User"), "1")
        assert server.writes - 2 <= min(seen(server))


async def test_another_process_learns_why_its_write_is_refused(server: Server) -> None:
    """It has seen nothing yet of what stands against it."""
    async with opened(server) as one, opened(server) as two:
        await one.apply([insert("1", slug="a")])
        with pytest.raises(AlreadyExists):
            await two.apply([insert("1")])
        with pytest.raises(UniqueViolation):
            await two.apply([insert("2", slug="a")])


def test_the_bounds_are_as_documented() -> None:
    """A call goes on for fifteen seconds, with pauses of up to one."""
    assert Patience(seconds=15.0, first_pause=0.05, longest_pause=1.0) == PATIENT
