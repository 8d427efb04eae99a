"""From conditions over Python names to filters over wire names, through relations, with values in canonical form.

A field of a related record that is not there is null, as an absent field is: `this.blog.owner_id != "x"` holds for a
post without a blog, and `~` of a condition holds exactly where the condition does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from msgspec import Struct
from pydantic import BaseModel

from atakora_data.errors import InvalidFilter, perhaps
from atakora_data.query.filter import (
    EVERYTHING,
    And,
    Compare,
    Filter,
    Not,
    Operator,
    Or,
    Parameter,
    Some,
    all_of,
    any_of,
    negate,
    some,
)
from atakora_data.registry.conversion import canonical
from atakora_data.registry.entity import FieldModel, RelationKind, RelationModel
from atakora_data.registry.graph import Graph
from atakora_data.registry.links import Way
from atakora_data.registry.operators import compare
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


class Unbindable(Exception):  # a reason, not an error of this program
    """A rule that names what the entity does not have: what is wrong, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class ConditionBinder(Struct, frozen=True):
    """Binds the conditions of one entity's rules. at: the entity whose records are asked about, the same at first."""

    graph: Graph
    entity: str
    at: str = ""

    @property
    def asked(self) -> str:
        """The entity whose records are asked about."""
        return self.at or self.entity

    def bind(self, condition: Condition) -> Filter:
        """The condition as a filter; raises Unbindable."""
        match condition:
            case AllConditions(items):
                return all_of(*(self.bind(item) for item in items))
            case AnyCondition(items):
                return any_of(*(self.bind(item) for item in items))
            case NotCondition(item):
                return negate(self.bind(item))
            case FieldCondition(path):
                self._require_own(path, condition.of)
                return self._ask(condition, path)
            case RelatedCondition(path):
                self._require_own(path, condition.of)
                return self._ask(condition, path)

    def reaching_the_caller(self, name: str) -> Filter:
        """That the relation of this name leads to the record whose id is the caller's."""
        relation = self.graph.relation(self.entity, name)
        if relation is None:
            known = self.graph.relations[self.entity].values()
            names = [each.name for each in known]
            listed = f"Its relationships are {', '.join(names)}." if names else "It has no relationships."
            raise Unbindable(
                f"{self.entity}: allow.relationship({name!r}) names a relationship that is missing.",
                perhaps(name, names) or listed,
            )
        found = self.graph.ways(self.entity, relation)
        if len(found) > 1:
            said = f"{self.entity}: allow.relationship({name!r}) may lead to {' or '.join(relation.targets)}."
            example = f"this.{name}.is_a({relation.targets[0]!r}, this.id == principal.id)"
            raise Unbindable(said, f"Say which: allow.where({example}).")
        id = self.graph.fields_of(found[0].target)["id"].ref()
        return _over(found[0], Compare(id, Operator.EQ, Parameter("id")))

    def _ask(self, condition: FieldCondition | RelatedCondition, path: tuple[str, ...]) -> Filter:
        """What the condition asks, from the entity at which the path begins."""
        relation = self.graph.relation(self.asked, path[0])
        if relation is None:
            return self._plain(condition, path)
        if len(path) == 1:
            return self._ask_relation(condition, relation)
        way = self._only_way(condition, relation)
        return _across(way, self._of(way.target)._ask(condition, path[1:]))  # noqa: SLF001  # one like this

    def _of(self, target: str) -> ConditionBinder:
        return ConditionBinder(self.graph, self.entity, target)

    def _only_way(self, condition: FieldCondition | RelatedCondition, relation: RelationModel) -> Way:
        """The way of a relation that leads to one record of one entity."""
        where, name = ".".join(condition.path), relation.name
        if relation.is_to_many:
            raise Unbindable(
                f"{self.entity}: allow.where names `{where}`, but {name} leads to many records.",
                f"Write `this.{name}.some(…)`, or every or none.",
            )
        found = self.graph.ways(self.asked, relation)
        if len(found) > 1:
            raise Unbindable(
                f"{self.entity}: allow.where names `{where}`, but {name} may lead to {' or '.join(relation.targets)}.",
                f"Say which: `this.{name}.is_a({relation.targets[0]!r}, …)`.",
            )
        return found[0]

    def _ask_relation(self, condition: FieldCondition | RelatedCondition, relation: RelationModel) -> Filter:
        if isinstance(condition, RelatedCondition):
            return self._related(condition, relation)
        if condition.operator != "isNull" or relation.is_to_many:
            form = f"this.{relation.name}.some(…)" if relation.is_to_many else f"this.{relation.name}.id == …"
            raise Unbindable(
                f"{self.entity}: allow.where compares `{'.'.join(condition.path)}`, which leads to records.",
                f"Write `{form}`.",
            )
        present = any_of(*(_over(way, EVERYTHING) for way in self.graph.ways(self.asked, relation)))
        return negate(present) if condition.operand else present

    def _related(self, condition: RelatedCondition, relation: RelationModel) -> Filter:
        is_polymorphic = relation.kind is RelationKind.POLYMORPHIC
        known = relation.targets if is_polymorphic else QUANTIFIERS if relation.is_to_many else ()
        word, where = condition.word, ".".join(condition.path)
        if word not in known:
            asked = f"is_a({word!r}, …)" if word[:1].isupper() else f"{word}(…)"
            raise Unbindable(
                f"{self.entity}: allow.where asks `this.{where}.{asked}`, which {relation.kind} does not have.",
                perhaps(word, known) or _form(relation),
            )
        way = next(each for each in self.graph.ways(self.asked, relation) if each.target == word or not is_polymorphic)
        wanted = self._of(way.target).bind(condition.condition)
        if word == "every":
            return negate(_over(way, negate(wanted)))
        return negate(_over(way, wanted)) if word == "none" else _over(way, wanted)

    def _plain(self, condition: FieldCondition | RelatedCondition, path: tuple[str, ...]) -> Filter:
        """A question about the record's own field."""
        parents, field = self._resolve(condition, path)
        if isinstance(condition, RelatedCondition):
            said = f"{self.entity}: allow.where asks for records of `{'.'.join(condition.path)}`, which has none."
            raise Unbindable(said, perhaps(path[-1], self._relations()) or "Compare the field instead.")
        try:
            return compare(field, parents, condition.operator, wire_value(condition.operand), _canonical)
        except InvalidFilter as error:
            raise Unbindable(
                f"{self.entity}: in allow.where, {error.detail}", error.hint or "See the operators of its type."
            ) from None

    def _resolve(
        self, condition: FieldCondition | RelatedCondition, path: tuple[str, ...]
    ) -> tuple[list[str], FieldModel]:
        fields, parents, where = self.graph.fields_of(self.asked), list[str](), ".".join(condition.path)
        known = [*fields, *self._relations()]
        for name in path[:-1]:
            found = self._field(name, fields, known, where)
            if found.type.object is None:
                raise Unbindable(
                    f"{self.entity}: allow.where names `{where}`, but {name} is no nested model and no relationship.",
                    f"Compare `{name}` itself.",
                )
            parents.append(found.wire)
            fields = {each.name: each for each in found.type.object.fields.values()}
            known = list(fields)
        return parents, self._field(path[-1], fields, known, where)

    def _field(self, name: str, fields: Mapping[str, FieldModel], known: list[str], where: str) -> FieldModel:
        found = fields.get(name)
        if found is None:
            whose = "" if self.asked == self.entity else f" in {self.asked}"
            raise Unbindable(
                f"{self.entity}: allow.where names `{where}`, a field that is missing{whose}.",
                perhaps(name, known) or f"The fields are {', '.join(fields)}.",
            )
        return found

    def _relations(self) -> list[str]:
        return [each.name for each in self.graph.relations[self.asked].values()]

    def _require_own(self, path: tuple[str, ...], of: type[Any] | None) -> None:
        """A condition over the fields of another class is a slip, even where a field of that name exists."""
        if of is None or self.graph.is_of(self.asked, of):
            return
        raise Unbindable(
            f"{self.entity}: allow.where asks {of.__name__}.{'.'.join(path)} of {self.asked} records.",
            f"Write `this.{'.'.join(path)}` for a field of {self.asked}, or follow its relationships.",
        )


def _over(way: Way, wanted: Filter) -> Filter:
    """That the way leads to a record for which the filter holds."""
    found = all_of(way.there, wanted)
    for link in reversed(way.links):
        found = some(link, found)
    return all_of(way.here, found)


def _across(way: Way, wanted: Filter) -> Filter:
    """That the filter holds for the record that the way leads to, all of whose fields are null if there is none."""
    if _holds_of_nothing(wanted):
        return negate(_over(way, negate(wanted)))
    return _over(way, wanted)


def _holds_of_nothing(filter: Filter) -> bool:
    """Whether the filter holds where every field is null and every relation leads nowhere."""
    match filter:
        case And(items):
            return all(_holds_of_nothing(each) for each in items)
        case Or(items):
            return any(_holds_of_nothing(each) for each in items)
        case Not(item):
            return not _holds_of_nothing(item)
        case Compare(_, operator):
            return operator is Operator.IS_NULL
        case Some():
            return False


def _form(relation: RelationModel) -> str:
    """What can be asked of the records of a relation."""
    name = relation.name
    if relation.is_to_many:
        return f"Write `this.{name}.some(…)`, or every or none."
    if relation.kind is RelationKind.POLYMORPHIC:
        return f"It leads to {' or '.join(relation.targets)}."
    return f"Compare the fields of its record, such as `this.{name}.id == …`."


def wire_value(value: Any) -> Any:  # noqa: PLR0911 - one a kind
    """A Python value as JSON data, nested models by their wire names; a value of the caller becomes a parameter."""
    match value:
        case PrincipalValue(name):
            return Parameter(name)
        case Enum():
            return value.value
        case UUID() | Decimal() | datetime() | date() | time():
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
        case list() | tuple() | set() | frozenset():
            return [wire_value(item) for item in value]
        case dict():
            return {key: wire_value(item) for key, item in value.items()}
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
    return value


def _canonical(field: FieldModel, value: Any) -> Any:
    return canonical(field.type, value)
