"""Children of many parents: all of them in one request, unless they are very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from atakora_data.query.evaluate import reader
from atakora_data.query.filter import Compare, Filter, Operator, all_of
from atakora_data.query.keyset import after
from atakora_data.query.page import Order
from atakora_data.storage.cosmos.asking import side_by_side
from atakora_data.storage.cosmos.counting import Counting
from atakora_data.storage.cosmos.facts import Facts
from atakora_data.storage.cosmos.ordering import ranked, ranking
from atakora_data.storage.cosmos.paging import Pages
from atakora_data.storage.port import Children, Record, Target

MOST_CHILDREN: Final = 1000
"""How many children of all parents together one request reads, or counts."""

_FEWEST_CHILDREN: Final = 100
_MOST_PARENTS: Final = 1000


class Families:
    """Reads the children of parents of all entities."""

    def __init__(self, pages: Pages, counting: Counting) -> None:
        self._pages = pages
        self._counting = counting

    async def select(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page a parent; parents without records are left out."""
        parts = await side_by_side([self._select(target, each) for each in _parts(children)])
        return {parent: records for part in parts for parent, records in part.items() if records}

    async def count(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has; parents without records are left out."""
        parts = await side_by_side([self._count(target, each) for each in _parts(children)])
        return {parent: count for part in parts for parent, count in part.items() if count}

    async def _select(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """The first children of all parents together; parents of whom that shows too few are asked by themselves."""
        query, parents = children.query, children.values
        if len(parents) == 1 or query.limit < 1:
            return await self._alone(target, children, parents)
        filter = query.filter if query.after is None else all_of(query.filter, after(query.order, query.after))
        first = _first(filter, query.order)
        most = min(MOST_CHILDREN, max(_FEWEST_CHILDREN, 2 * query.limit * len(parents)))
        found = await self._pages.some(target, all_of(filter, _of(children, parents)), first, most + 1)
        known, is_all = _whole(first, found, most)
        pages: dict[str, list[Record]] = {parent: [] for parent in parents}
        for record in ranked(query.order, known):
            pages[reader(children.key.unguarded)(record)].append(record)
        short = [] if is_all else [parent for parent, page in pages.items() if len(page) < query.limit]
        cut = {parent: page[: query.limit] for parent, page in pages.items()}
        return cut | await self._alone(target, children, short)

    async def _alone(self, target: Target, children: Children, parents: Sequence[str]) -> dict[str, list[Record]]:
        async def page(parent: str) -> list[Record]:
            mine = Compare(children.key, Operator.EQ, parent)
            return await self._pages.page(target, replace(children.query, filter=all_of(children.query.filter, mine)))

        return dict(zip(parents, await side_by_side([page(parent) for parent in parents]), strict=True))

    async def _count(self, target: Target, children: Children) -> dict[str, int]:
        """By reading whose they are, if they are few; else parent by parent."""
        filter, parents = children.query.filter, children.values
        if len(parents) > 1:
            found = await self._counting.values(
                target, all_of(filter, _of(children, parents)), children.key, MOST_CHILDREN
            )
            if found is not None:
                return {parent: found.count(parent) for parent in parents}
        each = [all_of(filter, Compare(children.key, Operator.EQ, parent)) for parent in parents]
        return dict(
            zip(parents, await side_by_side([self._counting.count(target, mine) for mine in each]), strict=True)
        )


def _parts(children: Children) -> Iterator[Children]:
    """The same for as many parents at a time as one list may name."""
    for start in range(0, len(children.values), _MOST_PARENTS):
        yield replace(children, values=children.values[start : start + _MOST_PARENTS])


def _of(children: Children, parents: tuple[str, ...]) -> Filter:
    return Compare(children.key, Operator.IN, parents)


def _first(filter: Filter, order: Order) -> Order:
    """By what the server is to order all children: the first key, if it can."""
    left = Facts(filter).varying(order)[:1]
    return left if all(key.field.guard is None for key in left) else ()


def _whole(first: Order, found: list[Record], most: int) -> tuple[list[Record], bool]:
    """Of what was found that behind which nothing is missing, and whether that is all there is."""
    if len(found) <= most:
        return found, True
    if not first:
        return [], False
    ranks = [*map(ranking(first[0]), found)]
    return found[: ranks.index(ranks[most])], False
