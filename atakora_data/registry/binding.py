"""From rules over Python names to rules over wire names, with their values in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from atakora_data.errors import perhaps
from atakora_data.query.filter import NOTHING
from atakora_data.registry.conditions import ConditionBinder, Unbindable
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere, FieldModel, TypeName
from atakora_data.registry.graph import Graph, ToldAlready
from atakora_data.schema.rules import AllOf, AnyOf, Complement, OwnerRule, RelationshipRule, Rule, WhereRule


class Binder(Struct, frozen=True):
    """Binds the rules of one entity."""

    graph: Graph
    entity: str

    @property
    def fields(self) -> Mapping[str, FieldModel]:
        """The fields of the entity by Python name."""
        return self.graph.fields_of(self.entity)

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
        except ToldAlready:
            return BoundWhere(NOTHING)
        except Unbindable as error:
            report(error)
            return BoundWhere(NOTHING)

    @property
    def _conditions(self) -> ConditionBinder:
        return ConditionBinder(self.graph, self.entity)

    def _leaf(self, rule: Rule) -> BoundRule:
        match rule:
            case OwnerRule(field):
                return BoundOwner(self._owner(field).ref())
            case WhereRule(condition):
                return BoundWhere(self._conditions.bind(condition))
            case RelationshipRule(name):
                return BoundWhere(self._conditions.reaching_the_caller(name), f"relationship({name!r})")
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
