"""Filters in the notation of clients, for explanations: what a rule comes to, as `filter=` would say it."""

from __future__ import annotations

from typing import Any, Final

from atakora_data.authorization.values import Entities
from atakora_data.query.filter import And, Compare, Filter, Not, Operator, Or, Some
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.links import Path, paths

_WORDS: Final = {Operator.HAS: "contains", Operator.HAS_ANY: "containsAny", Operator.HAS_ALL: "containsAll"}


def noted_filter(filter: Filter, entity: EntityModel, entities: Entities) -> dict[str, Any] | None:
    """The filter as JSON data; None when it follows a link that no relation of an entity is.

    It says what is compared, not whose records count: rules go by the data as it is, filters by what may be read.
    """
    try:
        return _noted(filter, entity, entities)
    except LookupError:
        return None


def _noted(filter: Filter, entity: EntityModel, entities: Entities) -> dict[str, Any]:
    match filter:
        case And(items):
            return {"and": [_noted(item, entity, entities) for item in items]}
        case Or(items):
            return {"or": [_noted(item, entity, entities) for item in items]}
        case Not(item):
            return {"not": _noted(item, entity, entities)}
        case Compare():
            return _compared(filter)
        case Some():
            return _related(filter, entity, entities)


def _compared(compare: Compare) -> dict[str, Any]:
    """`{"place": {"room": {"eq": "a"}}}` for a field inside of another."""
    value = list(compare.value) if isinstance(compare.value, tuple) else compare.value
    told: dict[str, Any] = {_WORDS.get(compare.operator, compare.operator.value): value}
    if compare.field.size:
        told = {"size": told}
    for name in reversed(compare.field.path):
        told = {name: told}
    return told


def _related(asked: Some, entity: EntityModel, entities: Entities) -> dict[str, Any]:
    for relation in entity.relations.values():
        for path in paths(entities, entity, relation):
            inner = _behind(path, asked)
            if inner is not None:
                return {relation.wire: _quantified(relation, path, _noted(inner, path.target, entities))}
    raise LookupError(asked.link.target)


def _behind(path: Path, asked: Some) -> Filter | None:
    """What is asked at the end of this path; None when the question goes another way."""
    if path.links[0] != asked.link:
        return None
    if len(path.links) == 1:
        return asked.filter
    further = asked.filter
    return further.filter if isinstance(further, Some) and further.link == path.links[1] else None


def _quantified(relation: RelationModel, path: Path, inner: dict[str, Any]) -> dict[str, Any]:
    if relation.is_to_many:
        return {"some": inner}
    return {path.target.name: inner} if relation.kind is RelationKind.POLYMORPHIC else inner
