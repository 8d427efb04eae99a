"""What the input of a write says of the records that a many-to-many links to the written one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from atakora_data.errors import TooManyAffected, ValidationError
from atakora_data.registry.entity import EntityModel
from atakora_data.service.children import MOST, Make
from atakora_data.service.creating import NOTHING
from atakora_data.service.judging import is_readable
from atakora_data.service.linking import Links
from atakora_data.service.nested import THROUGH, Item, Nested, refuse
from atakora_data.service.work import Work
from atakora_data.storage.port import Record


@dataclass(frozen=True, slots=True)
class Joined:
    """The records that one relation of the written record `id` links."""

    work: Work
    asked: Nested
    id: str
    make: Make

    async def write(self) -> None:
        """First what is to leave, then what is to come."""
        if self.asked.set is not None:
            await self._set(self.asked.set)
        for item in self.asked.disconnect:
            with self.work.at(self._place(item)):
                await self._disconnect(item)
        for item in self.asked.connect:
            with self.work.at(self._place(item)):
                await self._connect(item)
        for item in self.asked.create:
            with self.work.at(self._place(item)):
                made = await self.make(self.work, item, NOTHING)
                await self._put(made.id, item.through)

    async def _set(self, items: tuple[Item, ...]) -> None:
        """Those that the caller cannot read stay linked."""
        wanted = {item.id for item in items}
        present = await self._links.all(MOST)
        if len(present) > MOST:
            raise TooManyAffected(
                f"{self.asked.pointer} has more than {MOST} links; nothing was written.",
                hint="Use connect and disconnect.",
            )
        far = self.asked.relation.far
        readable = await self._readable([link[far] for link in present])
        for link in present:
            if link[far] not in wanted and link[far] in readable:
                with self.work.at(f"{self.asked.pointer}/set"):
                    await self._links.take_away(link)
        for item in items:
            with self.work.at(self._place(item)):
                await self._connect(item)

    async def _connect(self, item: Item) -> None:
        if item.id not in await self._readable([item.id]):
            raise self._unknown("names no {} that exists and that you may read")
        await self._put(item.id, item.through)

    async def _disconnect(self, item: Item) -> None:
        link = await self._links.find(item.id) if item.id in await self._readable([item.id]) else None
        if link is None or not await is_readable(self.work, self._links.access, link):
            raise self._unknown("names no {} that is connected")
        await self._links.take_away(link)

    async def _put(self, far_id: str, through: Mapping[str, Any] | None) -> None:
        with self.work.at(f"/{THROUGH}"):
            await self._links.put(far_id, through)

    async def _readable(self, ids: list[str]) -> dict[str, Record]:
        found = await self.work.unit.get_many(self._target.name, ids)
        access = self.work.access(self._target)
        return {id: record for id, record in found.items() if await is_readable(self.work, access, record)}

    def _place(self, item: Item) -> str:
        return f"{self.asked.pointer}{item.pointer}"

    @property
    def _links(self) -> Links:
        return Links(self.work, self.asked.relation, self.id)

    @property
    def _target(self) -> EntityModel:
        return self.work.tools.registry[self.asked.relation.target]

    def _unknown(self, words: str) -> ValidationError:
        return refuse("/id", words.format(self._target.name), "reference")
