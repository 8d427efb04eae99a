"""From conditions over Python names and values to the filter a client would send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from atakora_data.api.typed.names import Found, find
from atakora_data.authorization.principal import Principal
from atakora_data.authorization.values import put_in
from atakora_data.errors import InvalidFilter, perhaps_one_of
from atakora_data.query.filter import Compare, Not, Parameter
from atakora_data.registry.conditions import wire_value
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, TypeName
from atakora_data.registry.operators import compare
from atakora_data.registry.registry import Registry
from atakora_data.schema.conditions import (
    QUANTIFIERS,
    AllConditions,
    AnyCondition,
    Condition,
    FieldCondition,
    NotCondition,
    PrincipalValue,
    RelatedCondition,
)

Wire = dict[str, Any]

OPERATORS: Final = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "lte",
    ">": "gt",
    ">=": "gte",
    "in": "in",
    "not in": "notIn",
}
"""Python's spellings of the public operators; the public names work as well."""

_NEGATIVE: Final = ("ne", "notIn", "notContains", "notContainsIgnoreCase")
_ALWAYS: Final[Wire] = {"and": []}
_NEVER: Final[Wire] = {"or": []}


class Translator(Struct, frozen=True):
    """Translates what is asked of the records of one entity. principal: whose values `principal.id` and such are."""

    registry: Registry
    entity: EntityModel
    principal: Principal

    def translate(self, condition: Condition) -> Wire:
        """The condition as a client would send it as filter; InvalidFilter offers the likely name."""
        match condition:
            case AllConditions(items):
                return {"and": [self.translate(item) for item in items]}
            case AnyCondition(items):
                return {"or": [self.translate(item) for item in items]}
            case NotCondition(item):
                return {"not": self.translate(item)}
            case FieldCondition(path, operator, operand, of):
                self._require_own(path, of)
                return self.compare(path, operator, operand)
            case RelatedCondition(path, word, inner, of):
                self._require_own(path, of)
                return self._related(path, word, inner)

    def compare(self, path: Sequence[str], operator: str, operand: Any) -> Wire:
        """One field, one operator, one operand; a value that the caller lacks equals nothing."""
        found = find(self.registry, self.entity, path, InvalidFilter)
        operator = OPERATORS.get(operator, operator)
        if found.field is None:
            return self._ask_relation(found, operator, operand)
        match operand:
            case PrincipalValue():
                known = self._known(found.field, operator, operand)
                return self._absent(operator) if known is None else found.nested({operator: known})
            case list() | tuple() | set() | frozenset() if any(isinstance(each, PrincipalValue) for each in operand):
                return self._among(found, found.field, operator, list(operand))
        return found.nested({operator: wire_value(operand)})

    def _ask_relation(self, found: Found, operator: str, operand: Any) -> Wire:
        """Of a relation itself only whether it leads anywhere can be asked."""
        if operator in ("eq", "ne") and operand is None:
            operator, operand = "isNull", operator == "eq"
        if operator != "isNull" or found.relation is None or found.relation.is_to_many:
            where = ".".join(found.names)
            is_list = found.relation is not None and found.relation.is_to_many
            form = f"this.{where}.some(…)" if is_list else f"this.{where}.id == …"
            raise InvalidFilter(
                f"`{where}` of {self.entity.name} leads to records; it is no field.", hint=f"Write `{form}`."
            )
        return found.nested({"isNull": operand})

    def _related(self, path: Sequence[str], word: str, inner: Condition) -> Wire:
        found = find(self.registry, self.entity, path, InvalidFilter)
        relation, where = found.relation, ".".join(path)
        if relation is None:
            raise InvalidFilter(f"`{where}` of {self.entity.name} is no relation, so it has no `{word}`.")
        if relation.is_to_many:
            known: tuple[str, ...] = QUANTIFIERS
        elif relation.kind is RelationKind.POLYMORPHIC:
            known = relation.targets
        else:
            raise InvalidFilter(
                f"`{where}` of {self.entity.name} leads to one record.", hint=f"Write `this.{where}.id == …`."
            )
        if word not in known:
            raise InvalidFilter(f"`{where}` of {self.entity.name} has no `{word}`.", hint=perhaps_one_of(word, known))
        target = self.registry[word if relation.kind is RelationKind.POLYMORPHIC else relation.target]
        return found.nested({word: Translator(self.registry, target, self.principal).translate(inner)})

    def _require_own(self, path: Sequence[str], of: type[Any] | None) -> None:
        """A condition over the fields of another class is a slip, even where a field of that name exists."""
        if of is None or any(of.__name__ == each.__name__ for each in self.entity.record.__mro__):
            return
        relation = next(iter(self.entity.relations.values()), None)
        example = "" if relation is None else f": follow its relations, such as `{self.entity.name}.{relation.name}`"
        raise InvalidFilter(
            f"{of.__name__}.{'.'.join(path)} is asked of {self.entity.name} records.",
            hint=f"Start at {self.entity.name}{example}.",
        )

    def _known(self, field: FieldModel, operator: str, value: PrincipalValue) -> Any:
        """The caller's value in the form that the field compares with, as rules take it; None when it has none."""
        template = compare(field, (), operator, Parameter(value.name), self.entity.codec.canonical)
        filled = put_in(template, self.principal, {field.wire: field})
        leaf = filled.item if isinstance(filled, Not) else filled
        if not isinstance(leaf, Compare):
            return None
        return list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value

    def _among(self, found: Found, field: FieldModel, operator: str, values: list[Any]) -> Wire:
        """A list with values of the caller: those that it lacks are left out, unless all of them have to match."""
        word = "contains" if field.type.name is TypeName.LIST else "eq"
        known = [
            self._known(field, word, each) if isinstance(each, PrincipalValue) else wire_value(each) for each in values
        ]
        if operator in ("containsAll", "between") and None in known:
            return _NEVER
        return found.nested({operator: [each for each in known if each is not None]})

    def _absent(self, operator: str) -> Wire:
        return _ALWAYS if operator in _NEGATIVE else _NEVER
