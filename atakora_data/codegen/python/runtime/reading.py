"""What can be read: one class for each thing that an entity may offer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from .answers import Group, Page, read_values
from .call import Call, Operation
from .records import NOTHING, Id, Records, at, of, selection
from .shapes import orders, path_of, query_of

R = TypeVar("R")
W = TypeVar("W")
O = TypeVar("O")  # noqa: E741 - an order
F = TypeVar("F")
I = TypeVar("I")  # noqa: E741 - an include
G = TypeVar("G")
N = TypeVar("N")
Groups = TypeVar("Groups")
Sums = TypeVar("Sums")
Averages = TypeVar("Averages")
Extremes = TypeVar("Extremes")


class Listing(Records, Generic[R, W, O, F, I]):
    """Records that can be listed."""

    def list(
        self,
        *,
        filter: W = NOTHING,
        order_by: Sequence[O] = (),
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
        limit: int | None = None,
        next_token: str | None = None,
        count: bool = False,
    ) -> Call[Page[R]]:
        """A page of records. next_token: from the page before. count: whether to count all that match."""
        query = query_of(
            filter=self._asked(filter),
            orderBy=",".join(path for each in order_by for path in orders(each)),
            **selection(include, fields),
            limit=limit,
            nextToken=next_token,
            count="true" if count else None,
        )
        return self._call(Operation("GET", f"{self._path}{query}"), of(Page, self._record), fields)

    async def all(
        self,
        *,
        filter: W = NOTHING,
        order_by: Sequence[O] = (),
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[R]:
        """All records that match, page by page as they are asked for; limit: the size of a page."""
        token: str | None = None
        while True:
            page = await self.list(
                filter=filter, order_by=order_by, include=include, fields=fields, limit=limit, next_token=token
            )
            for each in page.items:
                yield each
            token = page.next_token
            if token is None:
                return


class Aggregating(Records, Generic[W, G, N, Groups, Sums, Averages, Extremes]):
    """Records of which something can be worked out."""

    _kinds: ClassVar[tuple[Any, Any, Any, Any]]

    def aggregate(
        self,
        *,
        filter: W = NOTHING,
        group_by: Sequence[G] = (),
        sum: Sequence[N] = (),
        avg: Sequence[N] = (),
        min: Sequence[G] = (),
        max: Sequence[G] = (),
        limit: int | None = None,
    ) -> Call[Sequence[Group[Groups, Sums, Averages, Extremes]]]:
        """Counts, sums and the like: one item for each group, or a single one without group_by.

        limit: more groups than this are refused, 100 unless said.
        """
        asked: dict[str, Sequence[Any]] = {"groupBy": group_by, "sum": sum, "avg": avg, "min": min, "max": max}
        names = {path_of(name): name for each in asked.values() for name in each}
        listed = {word: ",".join(map(path_of, each)) for word, each in asked.items()}
        query = query_of(filter=self._asked(filter), **listed, limit=limit)
        operation = Operation("GET", f"{self._path}/aggregate{query}")
        return Call(operation, lambda told: self._groups(told["items"], names), self._context.transport.send)

    def _groups(self, told: Sequence[Any], names: Mapping[str, str]) -> Any:
        groups, sums, averages, extremes = self._kinds
        kinds = {"group": groups, "sum": sums, "avg": averages, "min": extremes, "max": extremes}
        return [
            Group(count=each["count"], **{word: _valued(kind, each.get(word), names) for word, kind in kinds.items()})
            for each in told
        ]


class Getting(Records, Generic[R, F, I]):
    """Records that can be read one by one."""

    def get(self, id: Id, *, include: Sequence[I] = (), fields: Sequence[F] | None = None) -> Call[R]:
        """One record; `not_found` when there is none that you may read."""
        return self._one("GET", at(id), include, fields)


class RelatedOne(Records, Generic[R]):
    """The record that a relation leads to."""

    def get(self) -> Call[R]:
        """The record; `not_found` when there is none that you may read."""
        return self._one("GET", "", (), None)


def _valued(kind: Any, told: Mapping[str, Any] | None, names: Mapping[str, str]) -> Any:
    return read_values(kind, {names.get(path, path): value for path, value in (told or {}).items()})
