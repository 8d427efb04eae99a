"""Which documents a question is about: the partition where the filter tells it, and what every query says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from atakora_data.errors import QueryTooExpensive
from atakora_data.query.filter import Filter, Kind
from atakora_data.query.page import OrderKey
from atakora_data.storage.cosmos.asking import Ask
from atakora_data.storage.cosmos.compile import Parameters, conjunct, quoted
from atakora_data.storage.cosmos.documents import Documents
from atakora_data.storage.cosmos.facts import Facts
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.questions import sort_path
from atakora_data.storage.port import Target


class Scope:
    """The records of a target that match a filter. is_whole: one logical partition holds them."""

    def __init__(self, documents: Documents, target: Target, filter: Filter) -> None:
        self.target = target
        self.documents = documents
        self.filter = filter
        self.key: PartitionKey = documents.placement.pinned(target, dict(_pinned(filter)))
        self.is_whole = documents.placement.is_whole(self.key)

    def ask(self, selected: str, most: int | None = None, order: Iterable[OrderKey] = (), also: str = "true") -> Ask:
        """The query for what is selected of the records, of at most so many. also: one more condition in SQL."""
        params = Parameters(self.documents.placement.prefix(self.target))
        top = "" if most is None else f"TOP {params.bind(most)} "
        asked = [each for each in (conjunct(self.filter, params), also) if each != "true"]
        where = " AND ".join([*self._mine(params), *asked])
        text = f"SELECT {top}{selected} FROM c WHERE {where}{_ordered(order)}"  # noqa: S608 - values are parameters
        return Ask(self.target.entity, text, params.listed(), self.key, _MOST_A_PAGE if most is None else most)

    def _mine(self, params: Parameters) -> list[str]:
        """What tells the target's records from all others; the partition is said as well as sent."""
        said: dict[str, Any] = {"entityType": self.target.entity, "tenantId": self.target.tenant}
        paths = self.documents.placement.paths
        said |= {path.removeprefix("/"): value for path, value in zip(paths, self.key, strict=False)}
        return [f"{quoted((name,))}={params.bind(value)}" for name, value in said.items()]


_MOST_A_PAGE = 1000


def _pinned(filter: Filter) -> Iterator[tuple[str, Any]]:
    """The top-level values that all matching records have, letter for letter."""
    for each in Facts(filter).held:
        if len(each.field.path) == 1 and each.field.kind in (Kind.STRING, Kind.BOOLEAN):
            yield each.field.path[0], each.value


def _ordered(order: Iterable[OrderKey]) -> str:
    order = tuple(order)
    if any(key.field.size for key in order):
        detail = "Azure Cosmos DB does not order by the size of a list."
        raise QueryTooExpensive(detail, hint="Keep the size in a field of its own.")
    keys = [quoted(sort_path(key.field)) + (" DESC" if key.descending else "") for key in order]
    return f" ORDER BY {','.join(keys)}" if keys else ""
