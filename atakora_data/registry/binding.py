"""From rules over Python names to rules over wire names, with their values in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from atakora_data.errors import InvalidFilter, perhaps
from atakora_data.query.filter import Filter, Parameter, all_of, any_of, negate
from atakora_data.registry.conversion import canonical
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere, FieldModel, TypeName
from atakora_data.registry.operators import compare
from atakora_data.schema.conditions import (
    AllConditions,
    AnyCondition,
    Condition,
    FieldCondition,
    NotCondition,
    PrincipalValue,
    RelatedCondition,
)
from atakora_data.schema.rules import AllOf, AnyOf, Complement, OwnerRule, RelationshipRule, Rule, WhereRule


class Unbindable(Exception):  # a reason, not an error of this program
    """A rule that names what the entity does not have: what is wrong, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Binder:
    """Binds the rules of one entity. fields: by Python name."""

    entity: str
    fields: Mapping[str, FieldModel]

    def bind(self, rule: Rule, report: Callable[[Unbindable], None]) -> BoundRule:
        """The rule with its leaves resolved; each leaf that cannot be is reported, and none is left out."""
        match rule:
            case AnyOf(rules):
                return AnyOf(tuple(self.bind(each, report) for each in rules))  # type: ignore[misc]  # bound inside
            case AllOf(rules):
                return AllOf(tuple(self.bind(each, report) for each in rules))  # type: ignore[misc]  # bound inside
            case Complement(inner):
                return Complement(self.bind(inner, report))  # type: ignore[arg-type]  # bound inside
        try:
            return self._leaf(rule)
        except Unbindable as error:
            report(error)
            return BoundWhere(any_of())

    def condition(self, condition: Condition) -> Filter:
        """The condition as a filter; raises Unbindable."""
        match condition:
            case AllConditions(items):
                return all_of(*(self.condition(item) for item in items))
            case AnyCondition(items):
                return any_of(*(self.condition(item) for item in items))
            case NotCondition(item):
                return negate(self.condition(item))
            case FieldCondition():
                return self._compare(condition)
            case RelatedCondition(path):
                raise Unbindable(
                    f"{self.entity}: allow.where crosses the relation `{'.'.join(path)}`, which is not available yet.",
                    "Compare fields of the record itself, or use allow.custom.",
                )

    def _leaf(self, rule: Rule) -> BoundRule:
        match rule:
            case OwnerRule(field):
                return BoundOwner(self._owner(field).ref())
            case WhereRule(condition):
                return BoundWhere(self.condition(condition))
            case RelationshipRule(name):
                raise Unbindable(
                    f"{self.entity}: allow.relationship({name!r}) is not available yet.",
                    "Compare a field with principal.id, or use allow.custom.",
                )
            case AnyOf() | AllOf() | Complement():
                raise AssertionError(f"{rule} is no leaf")
        return rule

    def _owner(self, name: str | None) -> FieldModel:
        if name is None:
            return self._declared_owner()
        field = self.fields.get(name)
        if field is None:
            raise Unbindable(
                f"{self.entity}: allow.owner({name!r}) names a field that is missing.",
                perhaps(name, self.fields) or f"Its fields are {', '.join(self.fields)}.",
            )
        if field.type.name not in (TypeName.STRING, TypeName.UUID):
            raise Unbindable(
                f"{self.entity}: allow.owner({name!r}) names a field of type {field.type.name}.",
                "It holds the id of a caller: declare it as `str` or `UUID`.",
            )
        return field

    def _declared_owner(self) -> FieldModel:
        found = next((field for field in self.fields.values() if field.owner), None)
        if found is None:
            raise Unbindable(
                f"{self.entity}: allow.owner() needs an owner field, and none is declared.",
                "Declare one, such as `author_id: str = Field(owner=True)`, or name it: allow.owner('author_id').",
            )
        return found

    def _compare(self, condition: FieldCondition) -> Filter:
        parents, field = self._resolve(condition.path)
        try:
            return compare(field, parents, condition.operator, wire_value(condition.operand), _canonical)
        except InvalidFilter as error:
            raise Unbindable(
                f"{self.entity}: in allow.where, {error.detail}", error.hint or "See the operators of its type."
            ) from None

    def _resolve(self, path: tuple[str, ...]) -> tuple[list[str], FieldModel]:
        fields, parents = self.fields, list[str]()
        for name in path[:-1]:
            found = self._field(name, fields, path)
            if found.type.object is None:
                raise Unbindable(
                    f"{self.entity}: allow.where names `{'.'.join(path)}`, but {name} is no nested model.",
                    f"Compare `{name}` itself.",
                )
            parents.append(found.wire)
            fields = {each.name: each for each in found.type.object.fields.values()}
        return parents, self._field(path[-1], fields, path)

    def _field(self, name: str, fields: Mapping[str, FieldModel], path: tuple[str, ...]) -> FieldModel:
        found = fields.get(name)
        if found is None:
            raise Unbindable(
                f"{self.entity}: allow.where names `{'.'.join(path)}`, a field that is missing.",
                perhaps(name, fields) or f"The fields are {', '.join(fields)}.",
            )
        return found


def wire_value(value: Any) -> Any:
    """A Python value as JSON data; a value of the caller becomes a parameter."""
    match value:
        case PrincipalValue(name):
            return Parameter(name)
        case Enum():
            return value.value
        case UUID() | Decimal() | datetime() | date() | time():
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
        case list() | tuple() | set() | frozenset():
            return [wire_value(item) for item in value]
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
    return value


def _canonical(field: FieldModel, value: Any) -> Any:
    return canonical(field.type, value)
