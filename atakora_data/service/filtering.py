"""From the filter a client wrote to a filter as data, in which nothing counts that the caller may not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.errors import InvalidFilter, perhaps_one_of
from atakora_data.query.filter import EVERYTHING, Filter, all_of, any_of, negate
from atakora_data.query.limits import check_limits
from atakora_data.registry.entity import EntityModel, FieldModel, Operation, RelationKind, RelationModel
from atakora_data.registry.operators import compare, operators_of
from atakora_data.schema.conditions import QUANTIFIERS
from atakora_data.service.crossing import guard, leads_to, ways

MAX_HOPS = 8
"""How many relations deep a filter may ask."""

_LOGIC: Final = ("and", "or", "not")
_MAX_NESTING: Final = 32


def parse_filter(access: Access, data: Mapping[str, Any]) -> Filter:
    """The filter a client wrote, with all that it may not read counting as null or as absent.

    The row rule of the entity itself is not part of it. InvalidFilter says what cannot be meant.
    """
    parsed = _Level(access, access.entity.fields).parse(data, "filter", 0)
    check_limits(parsed)
    return parsed


def readable_filter(access: Access, data: Mapping[str, Any] | None) -> Filter:
    """Which records the filter means, of those that the caller may read; no filter means all of them."""
    wanted = parse_filter(access, data) if data else EVERYTHING
    return all_of(access.predicate(Operation.READ), wanted)


class _Level(Struct, frozen=True):
    """The names a filter may use at one place.

    around: the nested object whose fields these are. hops: how many relations led here.
    """

    access: Access
    fields: Mapping[str, FieldModel]
    parents: tuple[str, ...] = ()
    around: FieldModel | None = None
    hops: int = 0

    @property
    def entity(self) -> EntityModel:
        """The entity whose records are asked about."""
        return self.access.entity

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
            return self._guarded(compare(self.around, self.parents[:-1], name, value, self.entity.codec.canonical))
        relation = self.entity.relations.get(name) if self.around is None else None
        if relation is not None:
            return self._relation(relation, value, place, depth)
        raise InvalidFilter(self._unknown(name), hint=perhaps_one_of(name, self._known))

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
            below = _Level(self.access, field.type.object.fields, (*self.parents, field.wire), field, self.hops)
            return below.parse(value, place, depth + 1)
        canonical = self.entity.codec.canonical
        return self._guarded(
            all_of(*(compare(field, self.parents, word, operand, canonical) for word, operand in value.items()))
        )

    def _guarded(self, item: Filter) -> Filter:
        return guard(item, self.access)

    def _relation(self, relation: RelationModel, value: Any, place: str, depth: int) -> Filter:
        """What is asked of the records that a relation leads to."""
        if not isinstance(value, Mapping):
            raise InvalidFilter(f"{place} must be an object, {_form(relation)}.")
        if self.hops >= MAX_HOPS:
            raise InvalidFilter(f"The filter follows more than {MAX_HOPS} relations.", hint="Ask in several requests.")
        if relation.is_to_many:
            return all_of(*(self._quantified(relation, word, each, place, depth) for word, each in value.items()))
        null = {word: each for word, each in value.items() if word == "isNull"}
        rest = {word: each for word, each in value.items() if word != "isNull"}
        judged = [self._is_null(relation, each, place) for each in null.values()]
        if relation.kind is RelationKind.POLYMORPHIC:
            return all_of(*judged, *(self._of_type(relation, name, each, place, depth) for name, each in rest.items()))
        if rest or not null:
            judged.append(self._leads(relation, relation.target, rest, place, depth))
        return all_of(*judged)

    def _quantified(self, relation: RelationModel, word: str, value: Any, place: str, depth: int) -> Filter:
        """Of an empty relation `every` and `none` hold."""
        if word not in QUANTIFIERS:
            raise InvalidFilter(
                f"{place} is a list of records; it takes {', '.join(QUANTIFIERS)}.",
                hint=perhaps_one_of(word, QUANTIFIERS),
            )
        inner = f"{place}.{word}"
        if word == "every":
            return negate(self._leads(relation, relation.target, value, inner, depth, is_denied=True))
        found = self._leads(relation, relation.target, value, inner, depth)
        return found if word == "some" else negate(found)

    def _of_type(self, relation: RelationModel, name: str, value: Any, place: str, depth: int) -> Filter:
        if name not in relation.targets:
            raise InvalidFilter(
                f"{place} leads to {' or '.join(relation.targets)}, not to `{name[:100]}`.",
                hint=perhaps_one_of(name, (*relation.targets, "isNull")),
            )
        return self._leads(relation, name, value, f"{place}.{name}", depth)

    def _is_null(self, relation: RelationModel, value: Any, place: str) -> Filter:
        """Whether it leads to no record, none at least that the caller may read."""
        if not isinstance(value, bool):
            raise InvalidFilter(f"{place}.isNull must be true or false.")
        present = any_of(*(leads_to(self.access, each, EVERYTHING) for each in ways(self.access, relation)))
        return negate(present) if value else present

    def _leads(
        self, relation: RelationModel, target: str, value: Any, place: str, depth: int, *, is_denied: bool = False
    ) -> Filter:
        """That the relation leads to a record for which the filter holds, or with `is_denied` does not hold."""
        path = next(each for each in ways(self.access, relation) if each.target.name == target)
        level = _Level(self.access.of(target), path.target.fields, hops=self.hops + 1)
        wanted = level.parse(value, place, depth + 1)
        return leads_to(self.access, path, negate(wanted) if is_denied else wanted)

    @property
    def _known(self) -> list[str]:
        relations = self.entity.relations if self.around is None else ()
        return [*self.fields, *relations, *_LOGIC]

    def _unknown(self, name: str) -> str:
        if self.around is not None:
            return f"{'.'.join((self.entity.name, *self.parents))} has no field `{name}`."
        if name in self.entity.computed:
            return f"{self.entity.name}.{name} is computed and cannot be filtered by."
        return f"{self.entity.name} has no field `{name}`."


def _form(relation: RelationModel) -> str:
    """How a filter on this relation is written."""
    name = relation.wire
    if relation.is_to_many:
        return f'such as {{"{name}": {{"some": {{…}}}}}}'
    if relation.kind is RelationKind.POLYMORPHIC:
        return f'such as {{"{name}": {{"{relation.targets[0]}": {{…}}}}}}'
    return f'such as {{"{name}": {{"isNull": false}}}} or a filter on its fields'
