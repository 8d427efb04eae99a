"""What the input of a write says of the records that a many-to-many links to the written one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from atakora_data.errors import TooManyAffected, ValidationError
from atakora_data.registry.entity import EntityModel
from atakora_data.service.children import MOST, Make
from atakora_data.service.commands import THROUGH
from atakora_data.service.creating import NOTHING
from atakora_data.service.judging import NOT_READABLE, is_readable
from atakora_data.service.linking import Links
from atakora_data.service.nested import NOT_CONNECTED, Item, Nested, refuse
from atakora_data.service.work import Work
from atakora_data.storage.port import Record


class Joined(Struct, frozen=True):
    """The records that one relation of the written record `id` links."""

    work: Work
    asked: Nested
    id: str
    make: Make

    async def write(self) -> None:
        """First what is to leave, then what is to come; what there is already is looked up at once."""
        asked = self.asked
        named = [item.id for item in (*asked.connect, *asked.disconnect, *(asked.set or ()))]
        targets = await self._readable(named)
        if asked.set is None:
            links = await self._links.to(named)
        else:
            links = {link[asked.relation.far]: link for link in await self._present()}
            await self._leave(links, {item.id for item in asked.set})
        for item in asked.disconnect:
            with self.work.at(self._place(item)):
                await self._disconnect(item, targets, links)
        for item in (*asked.connect, *(asked.set or ())):
            with self.work.at(self._place(item)):
                await self._connect(item, targets, links)
        for item in asked.create:
            with self.work.at(self._place(item)):
                made = await self.make(self.work, item, NOTHING)
                await self._put(made.id, item.through, None)

    async def _present(self) -> list[Record]:
        """All links, whoever may read them."""
        found = await self._links.all(MOST + 1)
        if len(found) > MOST:
            raise TooManyAffected(
                f"{self.asked.pointer} has more than {MOST} links; nothing was written.",
                hint="Use connect and disconnect.",
            )
        return found

    async def _leave(self, links: Mapping[str, Record], wanted: Collection[str]) -> None:
        """Take away what is not wanted; what the caller cannot read stays, be it the link or its target."""
        unwanted = [far_id for far_id in links if far_id not in wanted]
        readable = await self._readable(unwanted)
        with self.work.at(f"{self.asked.pointer}/set"):
            for far_id in unwanted:
                if far_id in readable and await self._links.is_readable(links[far_id]):
                    await self._links.take_away(links[far_id])

    async def _connect(self, item: Item, targets: Mapping[str, Record], links: Mapping[str, Record]) -> None:
        if item.id not in targets:
            raise self._unknown(NOT_READABLE)
        await self._put(item.id, item.through, links.get(item.id))

    async def _disconnect(self, item: Item, targets: Mapping[str, Record], links: Mapping[str, Record]) -> None:
        link = links.get(item.id) if item.id in targets else None
        if link is None or not await self._links.is_readable(link):
            raise self._unknown(NOT_CONNECTED)
        await self._links.take_away(link)

    async def _put(self, far_id: str, through: Mapping[str, Any] | None, link: Record | None) -> None:
        with self.work.at(f"/{THROUGH}"):
            await self._links.put(far_id, through, link)

    async def _readable(self, ids: Sequence[str]) -> dict[str, Record]:
        if not ids:
            return {}
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
