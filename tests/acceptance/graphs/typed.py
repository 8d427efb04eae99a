"""The same questions through the typed API, and its instances as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data import this
from atakora_data.schema.conditions import AllConditions, AnyCondition, Condition, FieldPath, NotCondition
from atakora_data.schema.naming import camel
from tests.acceptance.graphs.asking import paths
from tests.acceptance.graphs.oracle import Wanted
from tests.acceptance.graphs.shapes import Shape

_WORDS = {"eq": "__eq__", "ne": "__ne__", "gt": "__gt__", "in": "in_"}


def run(data: Any, entity: str, shape: Shape, wanted: Wanted) -> Any:
    """The records, as a function of the app would ask for them; it is awaited."""
    query = getattr(data, entity).query().limit(wanted.limit)
    if wanted.filter is not None:
        query = query.where(_all(shape, entity, wanted.filter, ()))
    if wanted.order:
        query = query.order_by(*(each.replace("ownerId", "owner_id") for each in wanted.order))
    included = paths(wanted)
    return (query.include(*included) if included else query).all()


def can_say(shape: Shape, entity: str, data: Mapping[str, Any]) -> bool:
    """Whether conditions can say it: of a to-one relation they compare fields, one by one."""
    return all(_can_say_member(shape, entity, name, value) for name, value in data.items())


def _can_say_member(shape: Shape, entity: str, name: str, value: Any) -> bool:
    if name in ("and", "or"):
        return all(can_say(shape, entity, each) for each in value)
    if name == "not":
        return can_say(shape, entity, value)
    if name in {camel(each) for each in shape.fields(entity)}:
        return True
    relation = shape.relation(entity, name)
    if relation.kind in ("belongs_to", "has_one"):
        return "isNull" in value or _is_plain(shape, relation.target, value)
    targets = {word: relation.target if relation.is_to_many else word for word in value if word != "isNull"}
    return all(can_say(shape, target, value[word]) for word, target in targets.items())


def _is_plain(shape: Shape, entity: str, data: Mapping[str, Any]) -> bool:
    """Whether it compares one field, with what does not hold of null."""
    names = {camel(each) for each in shape.fields(entity)}
    return all(name in names and "ne" not in value and value.get("isNull") is not True for name, value in data.items())


def _all(shape: Shape, entity: str, data: Mapping[str, Any], at: tuple[str, ...]) -> Condition:
    return AllConditions(tuple(_member(shape, entity, name, value, at) for name, value in data.items()))


def _member(shape: Shape, entity: str, name: str, value: Any, at: tuple[str, ...]) -> Condition:
    match name:
        case "and":
            return AllConditions(tuple(_all(shape, entity, each, at) for each in value))
        case "or":
            return AnyCondition(tuple(_all(shape, entity, each, at) for each in value))
        case "not":
            return NotCondition(_all(shape, entity, value, at))
    fields = {camel(each): each for each in shape.fields(entity)}
    path: Any = this
    for each in (*at, fields.get(name, name)):
        path = getattr(path, each)
    if name in fields:
        return AllConditions(tuple(_compared(path, word, operand) for word, operand in value.items()))
    return _related(shape, entity, name, value, path, at)


def _related(
    shape: Shape, entity: str, name: str, value: Mapping[str, Any], path: FieldPath, at: tuple[str, ...]
) -> Condition:
    relation = shape.relation(entity, name)
    found: list[Condition] = []
    for word, operand in value.items():
        if word == "isNull":
            found.append(_compared(path, word, operand))
        elif relation.is_to_many:
            found.append(getattr(path, word)(_all(shape, relation.target, operand, ())))
        elif relation.kind == "polymorphic":
            found.append(path.is_a(word, _all(shape, word, operand, ())))
        else:
            found.append(_member(shape, relation.target, word, operand, (*at, name)))
    return AllConditions(tuple(found))


def _compared(path: FieldPath, word: str, operand: Any) -> Condition:
    if word == "isNull":
        return path.is_null() if operand else NotCondition(path.is_null())
    compared: Condition = getattr(path, _WORDS[word])(operand)
    return compared


def plain(shape: Shape, entity: str, instance: Any, wanted: Wanted) -> dict[str, Any]:
    """An instance with what was included, as the oracle writes it; of a list only its items."""
    found = {camel(name): getattr(instance, name) for name in shape.fields(entity)}
    for name, below in wanted.relations.items():
        relation, value = shape.relation(entity, name), getattr(instance, name)
        if relation.is_to_many:
            found[name] = [plain(shape, relation.target, each, below) for each in value]
            continue
        kind = type(value).__name__
        found[name] = None if value is None else plain(shape, kind, value, _fitting(shape, kind, below))
    return found


def _fitting(shape: Shape, entity: str, wanted: Wanted) -> Wanted:
    names = {each.name for each in shape.relations[entity]}
    return Wanted(relations={name: each for name, each in wanted.relations.items() if name in names})


def listed(answer: Any) -> Any:
    """What the oracle says, with lists in place of pages, and without what only the doors show."""
    if isinstance(answer, list):
        return [listed(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    if "items" in answer:
        return listed(answer["items"])
    return {name: listed(each) for name, each in answer.items() if not name.startswith("_")}
