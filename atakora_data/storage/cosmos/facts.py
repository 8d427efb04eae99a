"""What a filter tells of the fields of all records that match."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Not, Operator
from atakora_data.query.page import Order, OrderKey
from atakora_data.storage.port import ID


class Facts:
    """What holds of each of them.

    held: the comparisons by which a field has one value. absent, present: fields that are null in all, and in none.
    """

    def __init__(self, filter: Filter) -> None:
        self.held: list[Compare] = []
        self.absent: list[FieldRef] = []
        self.present: list[FieldRef] = [ID]
        for item in _conjuncts(filter):
            self._take(item)

    @property
    def are_contradictory(self) -> bool:
        """Whether nothing can match."""
        return any(field in self.present for field in self.absent)

    def varying(self, order: Order) -> Order:
        """The keys that still order what matches: nothing ties in the id, and a field of one value orders nothing.

        A field that no matching record hides is not guarded there.
        """
        fixed = [*self.absent, *(each.field for each in self.held)]
        found: list[OrderKey] = []
        for key in order:
            if key.field not in fixed:
                found.append(replace(key, field=key.field.unguarded) if key.field in self.present else key)
            if key.field == ID:
                break
        return tuple(found)

    def _take(self, item: Filter) -> None:
        match item:
            case Compare(field, Operator.IS_NULL):
                self.absent.append(field)
            case Compare(field, operator):
                self.present += (field, field.unguarded)
                if operator is Operator.EQ:
                    self.held.append(item)
            case Not(Compare(field, Operator.IS_NULL)):
                self.present += (field, field.unguarded)


def _conjuncts(filter: Filter) -> Iterator[Filter]:
    if not isinstance(filter, And):
        yield filter
        return
    for item in filter.items:
        yield from _conjuncts(item)
