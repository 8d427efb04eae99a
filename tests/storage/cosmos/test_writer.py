"""Writes of one logical partition: as few requests as possible, made once and reported as they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from atakora_data.errors import (
    AlreadyExists,
    BodyTooLarge,
    NotFound,
    PreconditionFailed,
    RequestError,
    StoreUnavailable,
    UniqueViolation,
    ValidationError,
)
from atakora_data.storage.cosmos.steps import MOST_OPERATIONS
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.cosmos.writes import LARGEST_DOCUMENT
from atakora_data.storage.port import Change, Insert, Record, Remove, Replace, Require, Target
from tests.storage.contract import edited
from tests.storage.cosmos.server import Fault, Sent, serving
from tests.storage.cosmos.writing import HURRIED, Desk, put, sent
from tests.storage.models import METADATA, POSTS, REGISTRY, insert

REFUSAL = ValidationError("It leads nowhere.")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A server with the containers of the contract's registry."""
    async with serving() as server:
        yield Desk(server, REGISTRY)


@pytest.fixture
async def writer(desk: Desk) -> AsyncIterator[CosmosWriter]:
    """A writer to it."""
    async with desk.writer() as found:
        yield found


def faulty(fault: Fault, times: int = 1) -> Callable[[Sent], Fault | None]:
    """The fault for so many writes from now."""
    left = times

    def decide(request: Sent) -> Fault | None:
        nonlocal left
        left -= request.is_write
        return fault if request.is_write and left >= 0 else None

    return decide


def removal(record: Record) -> Remove:
    """The removal of a post."""
    return Remove(POSTS, record["id"], record["_etag"])


async def test_one_change_is_one_request(desk: Desk, writer: CosmosWriter) -> None:
    """Nothing is asked before or after, and what is answered is what is stored."""
    [first] = await put(writer, insert("1", slug="a"))
    assert {"1": first} == desk.records(POSTS)
    [second] = await put(writer, edited(first, title="é"))
    assert {"1": second} == desk.records(POSTS)
    assert [None] == await writer.apply([removal(second)])
    assert [("CREATE",), ("PUT",), ("BATCH", "Delete")] == sent(desk.server)
    assert {} == desk.records(POSTS)


async def test_changes_of_one_partition_are_one_request(desk: Desk, writer: CosmosWriter) -> None:
    """Up to a hundred operations are one transactional batch, in the order of the changes."""
    await put(writer, *(insert(f"{number:03}") for number in range(MOST_OPERATIONS)))
    assert [("BATCH", *["Create"] * MOST_OPERATIONS)] == sent(desk.server)
    assert MOST_OPERATIONS == len(desk.records(POSTS))


@pytest.mark.parametrize("number", [MOST_OPERATIONS + 1, 3 * MOST_OPERATIONS])
async def test_more_than_a_batch_holds_is_all_or_nothing_too(desk: Desk, writer: CosmosWriter, number: int) -> None:
    """The procedure for several partitions serves here as well."""
    [first] = await put(writer, insert("first"))
    many: list[Change] = [insert(f"{each:03}", slug=str(each)) for each in range(number)]
    with pytest.raises(PreconditionFailed):
        await writer.apply([*many, Remove(POSTS, "first", "stale")])
    assert {"first"} == set(desk.records(POSTS))
    stored = await writer.apply([*many, removal(first)])
    assert stored[-1] is None
    assert {each["id"]: each for each in stored if each is not None} == desk.records(POSTS)
    assert number == len(desk.records(POSTS))
    assert [] == desk.leftovers()


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_batch_of_more_than_two_megabytes(desk: Desk, writer: CosmosWriter) -> None:
    """Records that fit singly are stored together, whatever they add up to."""
    await put(writer, *(insert(str(number), title="x" * 900_000) for number in range(4)))
    assert {"0", "1", "2", "3"} == set(desk.records(POSTS))
    assert [] == desk.leftovers()


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_record_that_no_document_holds_is_refused(desk: Desk, writer: CosmosWriter) -> None:
    """Up to the limit of the service it is stored, beyond it nothing is sent."""
    await put(writer, insert("1", title="x" * (LARGEST_DOCUMENT - 2000)))
    with pytest.raises(BodyTooLarge):
        await writer.apply([insert("2"), insert("3", title="x" * LARGEST_DOCUMENT)])
    assert 1 == len(desk.server.sent)


@pytest.mark.parametrize("id", ["a/b", "a\\b", "a?b", "a#b", "~a", "", "x" * 1024, "é" * 512, "a\nb", "a\x7f"])
async def test_an_id_that_no_document_has_is_refused(desk: Desk, writer: CosmosWriter, id: str) -> None:
    """Storing it is the caller's error, which names the id; there is nothing to change or remove."""
    with pytest.raises(ValidationError) as caught:
        await writer.apply([insert("1"), insert(id)])
    assert ["/id"] == [each.pointer for each in caught.value.errors]
    for change in (Replace(POSTS, id, {"id": id}, METADATA, "x"), Remove(POSTS, id, "x")):
        with pytest.raises(NotFound):
            await writer.apply([change])
    with pytest.raises(ValidationError, match="leads nowhere"):
        await writer.apply([Require(POSTS, id, REFUSAL)])
    assert [] == desk.server.sent


@pytest.mark.parametrize("etag", ["", "*", "a\r\nb", "é", '"', "W/x"])
async def test_an_etag_that_no_server_gave_matches_nothing(desk: Desk, writer: CosmosWriter, etag: str) -> None:
    """Whatever a client makes up is an etag that is not the record's."""
    [first] = await put(writer, insert("1"))
    for change in (edited({**first, "_etag": etag}), Remove(POSTS, "1", etag)):
        for changes in ([change], [insert("2"), change]):
            with pytest.raises(PreconditionFailed):
                await writer.apply(changes)
    assert {"1": first} == desk.records(POSTS)


async def test_what_one_call_does_to_one_record(desk: Desk, writer: CosmosWriter) -> None:
    """Nobody knows the etag of what the same call writes; what it removes may come again."""
    [first] = await put(writer, insert("1", slug="a"))
    impossible: list[tuple[list[Change], type[RequestError]]] = [
        ([insert("2"), insert("2")], AlreadyExists),
        ([insert("2"), edited({"id": "2", "_etag": "x"})], PreconditionFailed),
        ([insert("2"), Remove(POSTS, "2", "x")], PreconditionFailed),
        ([edited(first), edited(first)], PreconditionFailed),
        ([edited(first), removal(first)], PreconditionFailed),
        ([removal(first), removal(first)], NotFound),
        ([removal(first), edited(first)], NotFound),
        ([removal(first), insert("1"), insert("1")], AlreadyExists),
        ([insert("2", slug="b"), insert("3", slug="b")], UniqueViolation),
        ([insert("2", slug="b"), edited(first, slug="b")], UniqueViolation),
    ]
    for changes, error in impossible:
        with pytest.raises(error):
            await writer.apply(changes)
    assert {"1": first} == desk.records(POSTS)
    [again] = await put(writer, removal(first), insert("1", slug="a", title="again"))
    assert {"1": again} == desk.records(POSTS)


LOST = [Fault(), Fault(acts=True), Fault(408), Fault(408, acts=True), Fault(500, acts=True), Fault(503, acts=True)]
"""The answer does not come, or says nothing of what was done."""

NOT_DONE = [Fault(449), Fault(410), Fault(410, 1007), Fault(404, 1002), Fault(429, wait=1), Fault(503), Fault(504)]
"""What was asked was not done."""

WAYS: dict[str, Callable[[Record, Record], list[Change]]] = {
    "create": lambda _first, _second: [insert("3", slug="c")],
    "replace": lambda first, _second: [edited(first, title="new", slug="c")],
    "remove": lambda first, _second: [removal(first)],
    "removals": lambda first, second: [removal(first), removal(second)],
    "batch": lambda first, second: [insert("3", slug="c"), edited(first, title="new"), removal(second)],
    "again": lambda first, _second: [removal(first), insert("1", slug="a", title="again")],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [*LOST, *NOT_DONE], ids=str)
async def test_a_write_is_made_once_and_reported_as_it_is(
    desk: Desk, writer: CosmosWriter, way: str, fault: Fault
) -> None:
    """Whether the failed request was carried out or not: it is a success, with the etags that are stored."""
    first, second = await put(writer, insert("1", slug="a"), insert("2", slug="b"))
    desk.server.fault = faulty(fault)
    changes = WAYS[way](first, second)
    answered = await writer.apply(changes)
    found = desk.records(POSTS)
    for change, stored in zip(changes, answered, strict=True):
        if stored is None:
            assert isinstance(change, Remove)
            assert change.id not in found or isinstance(changes[-1], Insert)
        else:
            assert stored == found[stored["id"]]


@pytest.mark.parametrize("way", ["create", "replace", "remove"])
async def test_a_lost_answer_does_not_hide_a_refusal(desk: Desk, writer: CosmosWriter, way: str) -> None:
    """What was refused for a reason is refused for it, also when the first answer was lost."""
    [first] = await put(writer, insert("1", slug="a"))
    [second] = await put(writer, edited(first))
    changes: dict[str, Change] = {"create": insert("1"), "replace": edited(first), "remove": removal(first)}
    for fault in (Fault(), Fault(acts=True)):
        desk.server.fault = faulty(fault)
        with pytest.raises(AlreadyExists if way == "create" else PreconditionFailed):
            await writer.apply([changes[way]])
    assert {"1": second} == desk.records(POSTS)


@pytest.mark.parametrize("fault", [Fault(), Fault(503), Fault(449), Fault(410), Fault(408)], ids=str)
async def test_what_does_not_pass_is_unavailable(desk: Desk, fault: Fault) -> None:
    """Tries end when the time of the call is over; the caller is told when to come back."""
    desk.server.fault = lambda _: fault
    async with desk.writer(HURRIED) as writer:
        with pytest.raises(StoreUnavailable) as caught:
            await writer.apply([insert("1")])
    assert {"Retry-After": "1"} == caught.value.headers
    assert len(desk.server.sent) > 1 or fault.status == 503


async def test_a_busy_service_says_when_to_come_back(desk: Desk) -> None:
    """A 429 is waited for as long as the service says, and no longer than a call may take."""
    desk.server.fault = lambda _: Fault(429, wait=30_000)
    async with desk.writer(HURRIED) as writer:
        with pytest.raises(StoreUnavailable):
            await writer.apply([insert("1")])
    assert 1 == len(desk.server.sent)


@pytest.mark.parametrize("fault", [Fault(401), Fault(403), Fault(404, 1003), Fault(400, 1001), Fault(400)], ids=str)
async def test_what_no_other_try_helps_is_not_tried_again(desk: Desk, writer: CosmosWriter, fault: Fault) -> None:
    """The error is told at once."""
    desk.server.fault = lambda _: fault
    with pytest.raises(RequestError):
        await writer.apply([insert("1")])
    assert 1 == len(desk.server.sent)


async def test_a_record_and_what_it_requires(desk: Desk, writer: CosmosWriter) -> None:
    """What is required is looked up by one point read."""
    await put(writer, insert("ann", Target("User")))
    since = len(desk.server.sent)
    await put(writer, insert("1"), *_required("ann"))
    assert [("GET",), ("CREATE",)] == sent(desk.server, since)
    with pytest.raises(ValidationError):
        await writer.apply([insert("2"), *_required("bob")])
    assert {"1"} == set(desk.records(POSTS))


def _required(id: str) -> list[Any]:
    return [Require(Target("User"), id, REFUSAL)]
