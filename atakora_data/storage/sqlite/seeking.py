"""Which related records are found first, instead of being sought for each record: the one place that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Operator, Or, Some

_SOUGHT = frozenset(
    {Operator.EQ, Operator.IN, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE, Operator.BEGINS_WITH}
)


@dataclass(frozen=True)
class Seeking:
    """leading: by entity, the fields that an index begins with."""

    leading: Mapping[str, frozenset[FieldRef]]

    def finds(self, entity: str, filter: Filter) -> bool:
        """Whether an index leads to the matching records, so that finding them all reads few others."""
        match filter:
            case And(items):
                return any(self.finds(entity, item) for item in items)
            case Or(items):
                return bool(items) and all(self.finds(entity, item) for item in items)
            case Compare(field, operator):
                return operator in _SOUGHT and self._leads(entity, field)
            case Some(link, inner):
                return self._leads(entity, link.local) and self.finds(link.target, inner)
        return False

    def _leads(self, entity: str, field: FieldRef) -> bool:
        return (field if field.guard is None else replace(field, guard=None)) in self.leading[entity]
