"""Relations in the input of a write: what is asked of each, checked for its shape before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec import field as attribute

from atakora_data.errors import ValidationError, Violation, perhaps_one_of
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.registry.violations import pointer
from atakora_data.service.commands import THROUGH
from atakora_data.service.ids import stored_id

_TO_ONE: Final = ("create", "connect", "disconnect")
_TO_MANY: Final = ("create", "connect", "disconnect", "set")


NOT_CONNECTED: Final = "names no {} that is connected"
"""What is told of an id that no link leads to, be it hidden or missing; `{}` is the entity."""


class Item(Struct, frozen=True):
    """One record that is named or to be made. pointer: where it stands, below the relation. fields: of a new one.

    through: what is said of the link, None when nothing is.
    """

    pointer: str
    target: EntityModel
    id: str = ""
    fields: Mapping[str, Any] = attribute(default_factory=dict)
    through: Mapping[str, Any] | None = None


class Nested(Struct, frozen=True):
    """What is asked of one relation. set: None unless exactly these are wanted. is_emptied: of a to-one."""

    relation: RelationModel
    create: tuple[Item, ...] = ()
    connect: tuple[Item, ...] = ()
    disconnect: tuple[Item, ...] = ()
    set: tuple[Item, ...] | None = None
    is_emptied: bool = False

    @property
    def pointer(self) -> str:
        """Where the relation stands in the input."""
        return f"/{self.relation.wire}"

    @property
    def size(self) -> int:
        """How many records it names."""
        return len(self.create) + len(self.connect) + len(self.disconnect) + len(self.set or ())


def split(
    registry: Registry, entity: EntityModel, input: Mapping[str, Any], *, is_new: bool
) -> tuple[Mapping[str, Any], list[Nested]]:
    """The fields of the input, and what it asks of relations; ValidationError says what cannot be meant."""
    if entity.relations.keys().isdisjoint(input):
        return input, []
    fields = {name: value for name, value in input.items() if name not in entity.relations}
    nested = [
        _read(registry, entity.relations[name], value, is_new=is_new)
        for name, value in input.items()
        if name in entity.relations
    ]
    for each in nested:
        _refuse_both(each, fields, nested)
    return fields, nested


def refuse(pointer: str, said: str, code: str, hint: str | None = None) -> ValidationError:
    """The error for one thing wrong at one place."""
    return ValidationError(f"{pointer} {said}", hint=hint, errors=[Violation(pointer, said, code)])


def _read(registry: Registry, relation: RelationModel, value: Any, *, is_new: bool) -> Nested:
    verbs = _TO_MANY if relation.is_to_many else _TO_ONE
    asked = _object(f"/{relation.wire}", value, verbs)
    reader = _Reader(registry, relation)
    for verb in ("disconnect", "set"):
        if is_new and verb in asked:
            raise refuse(
                f"/{relation.wire}/{verb}", "cannot be part of a new record", "invalid", "Use connect or create."
            )
    return reader.to_many(asked) if relation.is_to_many else reader.to_one(asked)


class _Reader(Struct, frozen=True):
    """Reads what is asked of one relation."""

    registry: Registry
    relation: RelationModel

    def to_one(self, asked: Mapping[str, Any]) -> Nested:
        """One of create, connect and disconnect."""
        place = f"/{self.relation.wire}"
        if len(asked) != 1:
            raise refuse(place, f"must have one of {', '.join(_TO_ONE)}", "conflict" if asked else "required")
        [(verb, value)] = asked.items()
        if verb == "disconnect":
            if value is not True:
                raise refuse(f"{place}/disconnect", "must be true", "type")
            return Nested(self.relation, is_emptied=True)
        item = self._item(verb, value, f"/{verb}")
        return Nested(self.relation, create=(item,)) if verb == "create" else Nested(self.relation, connect=(item,))

    def to_many(self, asked: Mapping[str, Any]) -> Nested:
        """Lists; `set` stands alone."""
        place = f"/{self.relation.wire}"
        if "set" in asked and len(asked) > 1:
            others = ", ".join(verb for verb in asked if verb != "set")
            raise refuse(f"{place}/set", f"says all there is to be; it cannot stand beside {others}", "conflict")
        lists = {verb: tuple(self._items(verb, value)) for verb, value in asked.items()}
        self._refuse_twice([*lists.get("connect", ()), *lists.get("disconnect", ()), *lists.get("set", ())])
        none: tuple[Item, ...] = ()
        return Nested(
            self.relation,
            lists.get("create", none),
            lists.get("connect", none),
            lists.get("disconnect", none),
            lists.get("set"),
        )

    def _items(self, verb: str, value: Any) -> Iterator[Item]:
        if not isinstance(value, list | tuple):
            raise refuse(f"/{self.relation.wire}/{verb}", "must be a list", "type")
        for index, each in enumerate(value):
            yield self._item(verb, each, f"/{verb}/{index}")

    def _item(self, verb: str, value: Any, pointer: str) -> Item:
        target = self.registry[self.relation.all_targets[0]]
        if self.relation.kind is RelationKind.POLYMORPHIC:
            place = f"/{self.relation.wire}{pointer}"
            chosen = _object(place, value, self.relation.targets)
            if len(chosen) != 1:
                raise refuse(place, f"must name one of {', '.join(self.relation.targets)}", "conflict")
            [(name, value)] = chosen.items()
            target, pointer = self.registry[name], f"{pointer}/{name}"
        return self._new(target, value, pointer) if verb == "create" else self._named(verb, target, value, pointer)

    def _new(self, target: EntityModel, value: Any, pointer: str) -> Item:
        place = f"/{self.relation.wire}{pointer}"
        if not isinstance(value, Mapping):
            raise refuse(place, f"must be an object with the fields of the {target.name}", "type")
        if self.relation.kind is not RelationKind.MANY_TO_MANY:
            return Item(pointer, target, fields=value)
        fields = {name: each for name, each in value.items() if name != THROUGH}
        return Item(pointer, target, fields=fields, through=self._through(value, place))

    def _named(self, verb: str, target: EntityModel, value: Any, pointer: str) -> Item:
        place = f"/{self.relation.wire}{pointer}"
        is_link = self.relation.kind is RelationKind.MANY_TO_MANY and verb != "disconnect"
        said = _object(place, value, ("id", THROUGH) if is_link else ("id",))
        id = said.get("id")
        if id is None:
            raise refuse(f"{place}/id", "is required", "required")
        if not isinstance(id, str):
            raise refuse(f"{place}/id", "must be a string", "type")
        return Item(pointer, target, stored_id(target, id), through=self._through(said, place))

    def _through(self, value: Mapping[str, Any], place: str) -> Mapping[str, Any] | None:
        if THROUGH not in value:
            return None
        return read_through(self.relation, value[THROUGH], f"{place}/{THROUGH}")

    def _refuse_twice(self, items: list[Item]) -> None:
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                raise refuse(f"/{self.relation.wire}{item.pointer}", "names a record that is named already", "conflict")
            seen.add(item.id)


def read_through(relation: RelationModel, value: Any, place: str = "") -> Mapping[str, Any]:
    """What is said of a link: only its through fields."""
    return _object(place, value, relation.through)


def _object(place: str, value: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise refuse(place, f"must be an object with {', '.join(known) or 'nothing'}", "type")
    for name in value:
        if name not in known:
            hint = perhaps_one_of(str(name), known)
            raise refuse(place + pointer((str(name),)), "is not known here", "unknown_field", hint)
    return value


def _refuse_both(asked: Nested, fields: Mapping[str, Any], others: list[Nested]) -> None:
    """A key is written as a field or by one relation."""
    if not asked.relation.holds_key:
        return
    relation = asked.relation
    for name in (relation.foreign_key, relation.type_field):
        if name and name in fields:
            raise refuse(f"/{name}", f"is set by `{relation.wire}` already", "conflict", "Leave one of the two out.")
    for other in others:
        if other is not asked and other.relation.holds_key and other.relation.foreign_key == relation.foreign_key:
            raise refuse(other.pointer, f"sets what `{relation.wire}` sets already", "conflict", "Leave one out.")
