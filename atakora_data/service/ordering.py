"""From the order a client wrote to order keys: over fields, nested objects and to-one relations."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.errors import InvalidOrder, perhaps_one_of
from atakora_data.query.page import Hop, Order, OrderKey
from atakora_data.registry.entity import FieldModel, RelationModel
from atakora_data.service.crossing import guarded_field, hop, ways

MAX_ORDER_KEYS = 8
"""How many fields a list may be ordered by."""

MAX_ORDER_HOPS = 4
"""How many relations an order may follow to its field."""


def complete_order(access: Access, terms: tuple[str, ...]) -> Order:
    """The order asked for, ended by the primary key so that it never ties."""
    last = OrderKey(access.entity.primary_key.ref())
    if not terms:
        return (last,)
    if len(terms) > MAX_ORDER_KEYS:
        raise InvalidOrder(f"orderBy names {len(terms)} fields; at most {MAX_ORDER_KEYS} are allowed.")
    keys: list[OrderKey] = []
    for term in terms:
        name = term.removeprefix("-")
        key = _Term(name, access).key(name.split("."), descending=term.startswith("-"))
        if any(other.field.path == key.field.path and other.via == key.via for other in keys):
            raise InvalidOrder(f"orderBy names {name} twice.")
        keys.append(key)
    if not any(key.field.path == last.field.path and not key.via for key in keys):
        keys.append(last)
    return tuple(keys)


class _Term(Struct, frozen=True):
    """One term of an order, as far as it has been followed. access: to the entity that was reached."""

    text: str
    access: Access
    via: tuple[Hop, ...] = ()

    def key(self, names: list[str], *, descending: bool) -> OrderKey:
        first, *rest = names
        relation = self.access.entity.relations.get(first)
        if relation is not None and rest:
            return self._follow(relation).key(rest, descending=descending)
        field = _last(self.access, names)
        ref = guarded_field(field.ref(*names[:-1]), self.access)
        return OrderKey(ref, descending, self.via)

    def _follow(self, relation: RelationModel) -> _Term:
        if not relation.is_to_one:
            raise InvalidOrder(
                f"{self.access.entity.name}.{relation.wire} does not lead to one {relation.target or 'entity'}.",
                hint="Order by a field of the record itself, or of a relation that leads to a single record.",
            )
        if len(self.via) >= MAX_ORDER_HOPS:
            raise InvalidOrder(f"{self.text[:100]} follows more than {MAX_ORDER_HOPS} relations.")
        (way,) = ways(self.access, relation)
        return _Term(self.text, self.access.of(way.target.name), (*self.via, hop(self.access, way)))


def _last(access: Access, names: list[str]) -> FieldModel:
    """The field that the names lead to, within one record."""
    entity = access.entity
    fields: Mapping[str, FieldModel] = entity.fields
    *parents, last = names
    for parent in parents:
        field = fields.get(parent)
        if field is None or field.type.object is None:
            known = [*fields, *entity.relations] if fields is entity.fields else [*fields]
            raise InvalidOrder(
                f"{entity.name} has no nested object `{parent[:100]}`.", hint=perhaps_one_of(parent, known)
            )
        fields = field.type.object.fields
    found = fields.get(last)
    if found is None:
        raise InvalidOrder(f"{entity.name} has no field `{last[:100]}` to order by.", hint=_hint(access, last, fields))
    if not found.type.is_scalar:
        raise InvalidOrder(f"{entity.name}.{'.'.join(names)} has the type {found.type.name}, which has no order.")
    return found


def _hint(access: Access, name: str, fields: Mapping[str, FieldModel]) -> str | None:
    relation = access.entity.relations.get(name)
    if relation is not None and fields is access.entity.fields and relation.is_to_one:
        return f"`{name}` is a relation: order by one of its fields, such as {name}.id."
    return perhaps_one_of(name, fields)
