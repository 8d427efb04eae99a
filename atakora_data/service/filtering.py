"""From the filter a client wrote to a filter as data, over the wire names of an entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from atakora_data.authorization.access import Access
from atakora_data.errors import InvalidFilter, perhaps_one_of
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    Compare,
    Filter,
    Operator,
    all_of,
    any_of,
    negate,
    transform,
)
from atakora_data.query.limits import check_limits
from atakora_data.registry.entity import EntityModel, FieldModel
from atakora_data.registry.operators import compare, operators_of

_LOGIC: Final = ("and", "or", "not")
_MAX_NESTING: Final = 32


def parse_filter(entity: EntityModel, data: Mapping[str, Any]) -> Filter:
    """The filter a client wrote; the fields are not guarded yet. InvalidFilter says what cannot be meant."""
    parsed = _Level(entity, entity.fields).parse(data, "filter", 0)
    check_limits(parsed)
    return parsed


@dataclass(frozen=True, slots=True)
class _Level:
    """The names a filter may use at one place. around: the nested object whose fields these are."""

    entity: EntityModel
    fields: Mapping[str, FieldModel]
    parents: tuple[str, ...] = ()
    around: FieldModel | None = None

    def parse(self, data: Any, place: str, depth: int) -> Filter:
        """All conditions of one object, which must hold together."""
        if not isinstance(data, Mapping):
            raise InvalidFilter(f'{place} must be an object, such as {{"status": {{"eq": "draft"}}}}.')
        if depth > _MAX_NESTING:
            raise InvalidFilter(f"The filter nests deeper than {_MAX_NESTING} levels.", hint="Flatten the and/or/not.")
        return all_of(*(self._member(name, value, f"{place}.{name}", depth) for name, value in data.items()))

    def _member(self, name: str, value: Any, place: str, depth: int) -> Filter:
        field = self.fields.get(name)
        if field is not None:
            return self._field(field, value, place, depth)
        if name in _LOGIC:
            return self._logic(name, value, place, depth)
        if self.around is not None and name in operators_of(self.around.type):
            return compare(self.around, self.parents[:-1], name, value, self.entity.codec.canonical)
        raise InvalidFilter(self._unknown(name), hint=perhaps_one_of(name, [*self.fields, *_LOGIC]))

    def _logic(self, word: str, value: Any, place: str, depth: int) -> Filter:
        if word == "not":
            return negate(self.parse(value, place, depth + 1))
        if not isinstance(value, list | tuple):
            raise InvalidFilter(f"{place} must be a list of filters.")
        items = [self.parse(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
        return all_of(*items) if word == "and" else any_of(*items)

    def _field(self, field: FieldModel, value: Any, place: str, depth: int) -> Filter:
        if not isinstance(value, Mapping):
            hint = f'Write {{"{field.wire}": {{"eq": …}}}}.'
            raise InvalidFilter(f"{place} must be an object of operators.", hint=hint)
        if field.type.object is not None:
            below = _Level(self.entity, field.type.object.fields, (*self.parents, field.wire), field)
            return below.parse(value, place, depth + 1)
        canonical = self.entity.codec.canonical
        return all_of(*(compare(field, self.parents, word, operand, canonical) for word, operand in value.items()))

    def _unknown(self, name: str) -> str:
        if self.around is not None:
            return f"{'.'.join((self.entity.name, *self.parents))} has no field `{name}`."
        if name in self.entity.relations:
            return f"{self.entity.name}.{name} is a relation; filtering through relations is not available."
        if name in self.entity.computed:
            return f"{self.entity.name}.{name} is computed and cannot be filtered by."
        return f"{self.entity.name} has no field `{name}`."


def guard(item: Filter, access: Access) -> Filter:
    """The filter with every field that the caller may not read counting as null."""
    if access.always_readable:
        return item
    return transform(item, lambda leaf: _guard_compare(leaf, access))


def _guard_compare(leaf: Compare, access: Access) -> Filter:
    condition = access.guarded(leaf.field.path[0])
    if condition is None:
        return leaf
    if condition == NOTHING:
        return EVERYTHING if leaf.operator is Operator.IS_NULL else NOTHING
    return replace(leaf, field=replace(leaf.field, guard=condition))
