"""Whether related records are found first or sought for each record: the one place that decides.

*Found first*, `local IN (SELECT remote …)`: best when few match, for then those few lead to their records.
*Sought*, `EXISTS (SELECT 1 … WHERE remote = local)`: best when many match, for then few records have to be tried.

The rule: they are found first when an index leads to at most `FEW` of them. That is looked up when the statement is
made, in the index alone, past no more than `FEW` of its entries. It decides how the answer is found, never what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Link, Operator, Or, Some
from atakora_data.storage.sqlite.compile import Sql

FEW = 2_000
"""Beyond, what they lead to takes longer to sort than others take to be tried."""

Count: TypeAlias = Callable[[Sql], int]
"""Runs a statement that answers one number."""

_LED_TO = frozenset(
    {
        Operator.IS_NULL,
        Operator.EQ,
        Operator.IN,
        Operator.GT,
        Operator.GTE,
        Operator.LT,
        Operator.LTE,
        Operator.BEGINS_WITH,
    }
)


class Peek(NamedTuple):
    """What was looked up, without its tenant, and whether it was few: as long as that holds, so does the statement."""

    sql: Sql
    was_few: bool


class Leading(NamedTuple):
    """What the indexes of an entity begin with. single: the fields of which no two records have the same value."""

    fields: frozenset[FieldRef]
    single: frozenset[FieldRef]


class Place(Protocol):
    """Where the records of one entity stand in a statement."""

    @property
    def entity(self) -> str:
        """Their entity."""

    def beyond(self, link: Link) -> Place:
        """Where those stand that the link leads to."""

    def sample(self, filter: Filter, limit: int) -> Sql:
        """How many match, counted up to the limit, as far as an index alone can tell; the tenant comes first."""


class Seeking:
    """The decisions for one statement; `peeks` is what they rest on."""

    def __init__(self, leading: Mapping[str, Leading], count: Count, tenant: str) -> None:
        self.peeks: list[Peek] = []
        self._leading = leading
        self._count = count
        self._tenant = tenant
        self._decided: dict[int, bool] = {}

    def finds(self, place: Place, filter: Filter) -> bool:
        """Whether the records there that match are found first."""
        known = self._decided.get(id(filter))
        if known is None:
            known = any(self._is_few(place, item) for item in _conjuncts(filter))
            self._decided[id(filter)] = known
        return known

    def _is_few(self, place: Place, item: Filter) -> bool:
        leading = self._leading[place.entity]
        if isinstance(item, Compare) and item.operator in (Operator.EQ, Operator.IN) and item.field in leading.single:
            return True
        return self._is_led_to(place, item) and self._peek(place.sample(item, FEW + 1))

    def _is_led_to(self, place: Place, item: Filter) -> bool:
        """Whether an index leads to all that match, and to no others."""
        match item:
            case Or(items):
                return bool(items) and all(self._is_led_to(place, each) for each in items)
            case Compare(field, operator):
                return operator in _LED_TO and self._leads(place, field)
            case Some(link, inner):
                return self._leads(place, link.local) and self.finds(place.beyond(link), inner)
        return False

    def _leads(self, place: Place, field: FieldRef) -> bool:
        return field.unguarded in self._leading[place.entity].fields

    def _peek(self, sql: Sql) -> bool:
        few = is_few(self._count, self._tenant, sql)
        self.peeks.append(Peek(sql, few))
        return few


def is_few(count: Count, tenant: str, sample: Sql) -> bool:
    """Whether the sample counts few in this tenant."""
    return count(Sql(sample.text, (tenant, *sample.params))) <= FEW


def _conjuncts(filter: Filter) -> Iterable[Filter]:
    return filter.items if isinstance(filter, And) else (filter,)
