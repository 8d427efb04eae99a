"""A store that cannot join keeps the same contract, step by step and within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from atakora_data.errors import QueryTooExpensive
from atakora_data.query.filter import EVERYTHING, Compare, Filter, Link, Operator, Some
from atakora_data.query.page import Hop, OrderKey, Query
from atakora_data.storage.port import Children, EntityStore, Junction
from atakora_data.storage.resolving import LONGEST_LIST, MOST_RECORDS
from atakora_data.storage.stepwise import StepwiseStore
from tests.storage.contract import StoreContract
from tests.storage.joinless import JoinlessStore
from tests.storage.models import REGISTRY, ids, insert
from tests.storage.relations import BOOKS, PEOPLE, PLACINGS, book, person
from tests.storage.worlds import named

AUTHOR = Link("Person", named("Book", "authorId"), named("Person", "id"))
BOOKS_OF = Link("Book", named("Person", "id"), named("Book", "authorId"))
BY_ID = (OrderKey(named("Book", "id")),)
BY_AUTHOR = (OrderKey(named("Person", "name"), via=(Hop(AUTHOR),)), *BY_ID)


class TestStepwiseStore(StoreContract):
    """SQLite, never asked across relations."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[EntityStore]:
        """A started store in memory."""
        store = StepwiseStore(JoinlessStore(REGISTRY, ":memory:"), REGISTRY)
        await store.start()
        yield store
        await store.stop()


@pytest.fixture
async def joinless() -> AsyncIterator[JoinlessStore]:
    """A store that cannot join: a person more than may be read, each with a book, and one with five hundred."""
    store = JoinlessStore(REGISTRY, ":memory:")
    await store.start()
    await store.apply([person(f"{n:05}", name=f"{n % 7}", age=n) for n in range(MOST_RECORDS + 1)])
    await store.apply([book(f"{n:05}", authorId=f"{n:05}", rank=n) for n in range(MOST_RECORDS + 1)])
    await store.apply([book(f"x{n:03}", authorId="00000", rank=-1) for n in range(500)])
    yield store
    await store.stop()


def below(age: int) -> Filter:
    """That a person is younger."""
    return Compare(named("Person", "age"), Operator.LT, age)


async def test_as_many_as_are_allowed(joinless: JoinlessStore) -> None:
    """Up to the bound a question is answered, by few questions to the store."""
    store = StepwiseStore(joinless, REGISTRY)
    wanted = Some(AUTHOR, below(MOST_RECORDS))
    assert MOST_RECORDS + 500 == await store.count(BOOKS, wanted)
    assert MOST_RECORDS // LONGEST_LIST + 1 >= joinless.questions
    assert ["00000", "00001"] == ids(await store.select(BOOKS, Query(wanted, BY_ID, 2)))


async def test_values_are_asked_for_once(joinless: JoinlessStore) -> None:
    """Five hundred books of one person are one value."""
    store = StepwiseStore(joinless, REGISTRY)
    wanted = Some(BOOKS_OF, Compare(named("Book", "rank"), Operator.LT, 0))
    assert ["00000"] == ids(await store.select(PEOPLE, Query(wanted, BY_ID)))
    assert 2 == joinless.questions


@pytest.mark.parametrize(
    "query",
    [
        Query(Some(AUTHOR, below(MOST_RECORDS + 1)), BY_ID),
        Query(Some(AUTHOR, Some(BOOKS_OF, EVERYTHING)), BY_ID),
        Query(EVERYTHING, BY_AUTHOR),
    ],
)
async def test_one_more_is_too_many(joinless: JoinlessStore, query: Query) -> None:
    """Beyond the bound the question is refused, with the remedy."""
    with pytest.raises(QueryTooExpensive, match="more than 5000 related records") as caught:
        await StepwiseStore(joinless, REGISTRY).select(BOOKS, query)
    assert "Narrow" in (caught.value.hint or "")


async def test_too_many_links_are_refused(joinless: JoinlessStore) -> None:
    """All links of the parents are read, and so they are bounded as well."""
    ends = named("Placing", "shelfId"), named("Placing", "bookId")
    store = StepwiseStore(joinless, REGISTRY)
    links = [insert(f"{n}", PLACINGS, shelfId="s", bookId=f"{n:05}") for n in range(MOST_RECORDS // 2 + 1)]
    await joinless.apply(links[:-1])
    children = Children(named("Book", "id"), ("s",), Query(EVERYTHING, BY_ID, 2), Junction("Placing", *ends))
    assert {"s": ["00000", "00001"]} == {
        id: ids(page) for id, page in (await store.select_children(BOOKS, children)).items()
    }
    await joinless.apply(links[-1:])
    with pytest.raises(QueryTooExpensive):
        await store.select_children(BOOKS, children)


async def test_what_crosses_nothing_is_handed_on(joinless: JoinlessStore) -> None:
    """A plain question is one question, however many records match."""
    store = StepwiseStore(joinless, REGISTRY)
    assert 2 == len(await store.select(BOOKS, Query(EVERYTHING, BY_ID, 2)))
    assert 1 == joinless.questions
