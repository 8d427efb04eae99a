"""What the input of a write says of the records that hold the written one's id: `has_one` and `has_many`.

To connect or disconnect such a record is to update it: its own update rule, field rules and hooks hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.errors import TooManyAffected, ValidationError
from atakora_data.query.filter import Filter
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.service.judging import NOT_READABLE, authorize, enter, is_readable, visible
from atakora_data.service.keys import emptied, holds_target
from atakora_data.service.nested import NOT_CONNECTED, Item, Nested, refuse
from atakora_data.service.overlay import Staged
from atakora_data.service.updating import update_record
from atakora_data.service.work import Work
from atakora_data.storage.port import Document, Record

MOST: Final = 1000
"""Of how many related records `set` may say which are to be left."""

Make = Callable[[Work, Item, Mapping[str, Any]], Awaitable[Staged]]
"""Makes the new record of an item, with the fields that lead back."""


class Children(Struct, frozen=True):
    """The records behind one relation of the written record `id`."""

    work: Work
    parent: EntityModel
    asked: Nested
    id: str
    make: Make

    async def write(self) -> None:
        """First what is to leave, then what is to come."""
        if self.asked.set is not None:
            await self._set(self.asked.set)
        if self.asked.is_emptied:
            for record in await self._present():
                await self._leave(record, f"{self.asked.pointer}/disconnect")
        for item in self.asked.disconnect:
            await self._disconnect(item)
        for item in self.asked.connect:
            await self._connect(item)
        for item in self.asked.create:
            with self.work.at(f"{self.asked.pointer}{item.pointer}"):
                self._refuse_key(item)
                await self.make(self.work, item, self._key)

    @property
    def _target(self) -> EntityModel:
        return self.work.tools.registry[self.asked.relation.target]

    @property
    def _key(self) -> dict[str, Any]:
        relation = self.asked.relation
        key: dict[str, Any] = {relation.foreign_key: self.id}
        return {**key, relation.type_field: self.parent.name} if relation.type_field else key

    async def _set(self, items: tuple[Item, ...]) -> None:
        wanted = {item.id for item in items}
        present = await self._present()
        for record in present:
            if record["id"] not in wanted:
                await self._leave(record, f"{self.asked.pointer}/set")
        connected = {record["id"] for record in present}
        for item in items:
            if item.id not in connected:
                await self._connect(item)

    async def _present(self) -> list[Record]:
        """Those that the caller may see here; others stay as they are."""
        found = await self.work.unit.select(self._target.name, self._mine, MOST + 1)
        if len(found) > MOST:
            raise TooManyAffected(
                f"{self.asked.pointer} has more than {MOST} records; nothing was written.",
                hint="Use connect and disconnect.",
            )
        access = self.work.access(self._target)
        return [each for each in found if await self._is_seen_here(access, each)]

    async def _connect(self, item: Item) -> None:
        with self.work.at(f"{self.asked.pointer}{item.pointer}"):
            enter(self.work, self._target, Operation.UPDATE)
            document = await self._readable(item, NOT_READABLE)
            await self._change(document, self._key)

    async def _disconnect(self, item: Item) -> None:
        with self.work.at(f"{self.asked.pointer}{item.pointer}"):
            enter(self.work, self._target, Operation.UPDATE)
            document = await self._readable(item, NOT_CONNECTED)
            if not await self._is_seen_here(self.work.access(self._target), document.record):
                raise self._unknown(NOT_CONNECTED)
        await self._leave(document.record, f"{self.asked.pointer}{item.pointer}")

    async def _leave(self, record: Record, place: str) -> None:
        relation, target = self.asked.relation, self._target
        if not target.fields[relation.foreign_key].type.nullable:
            raise refuse(
                place,
                f"cannot leave a {target.name} without {relation.foreign_key}, which must not be empty",
                "required",
                "Delete it, or connect it to another record.",
            )
        with self.work.at(place):
            document = await self.work.unit.get(target.name, record["id"])
            if document is None:
                raise self._unknown(NOT_CONNECTED)
            await self._change(document, emptied(target, relation.foreign_key, relation.type_field))

    async def _change(self, document: Document, key: Mapping[str, Any]) -> None:
        access = enter(self.work, self._target, Operation.UPDATE)
        await authorize(self.work, access, Operation.UPDATE, document.record)
        await update_record(self.work, access, document, {}, key)

    async def _readable(self, item: Item, words: str) -> Document:
        document = await self.work.unit.get(self._target.name, item.id)
        if document is None or not await is_readable(self.work, self.work.access(self._target), document.record):
            raise self._unknown(words)
        return document

    async def _is_seen_here(self, access: Access, record: Record) -> bool:
        """Whether the caller may read the record, and that it belongs here."""
        if not await is_readable(self.work, access, record):
            return False
        seen = await visible(self.work, access, record)
        return all(seen.get(name) == value for name, value in self._key.items())

    def _unknown(self, words: str) -> ValidationError:
        return refuse("/id", words.format(self._target.name), "reference")

    def _refuse_key(self, item: Item) -> None:
        for name in self._key:
            if name in item.fields:
                raise refuse(f"/{name}", "is set by the relation already", "conflict", "Leave it out.")

    @property
    def _mine(self) -> Filter:
        relation = self.asked.relation
        return holds_target(self._target, relation.foreign_key, relation.type_field, self.parent.name, (self.id,))
