"""Deletes records, and what their relations say goes with them: all in one unit, or nothing.

cascade    the records that refer to a deleted one are deleted too, with their before- and after-hooks. It is what
the schema declares, so their own delete rules are not asked.
set_null   their key is emptied: version, etag and `on_update` fields move, hooks do not run.
restrict   the deletion is refused, unless what refers is deleted by the same write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from atakora_data.authorization.access import Access
from atakora_data.errors import PreconditionFailed, StillReferenced, TooManyAffected
from atakora_data.query.filter import Filter
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.registry.references import Reference
from atakora_data.service.judging import authorize
from atakora_data.service.keys import emptied, holds_target
from atakora_data.service.work import Work
from atakora_data.storage.port import Absent, Document, Record, Target

MOST: Final = 5000
"""How many records one write may delete or empty a key of."""

_TOGETHER: Final = 500
"""How many ids are looked for at once."""


async def delete_records(work: Work, access: Access, documents: Sequence[Document]) -> None:
    """Stage that records go which the caller may read, with what goes with them; Forbidden unless all may go."""
    for document in documents:
        await authorize(work, access, Operation.DELETE, document.record)
    await _Deletion(work).run(access.entity, documents)


class _Deletion:
    """One deletion. gone: the ids of all that go, by entity."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._gone: dict[str, list[str]] = {}
        self._affected = 0

    async def run(self, entity: EntityModel, documents: Sequence[Document]) -> None:
        """Level by level: what refers to what goes, until nothing more has to."""
        level = {entity.name: list(documents)}
        while level:
            for name, found in level.items():
                await self._remove(self._work.tools.registry[name], found)
            level = await self._referring({name: _ids(found) for name, found in level.items()})
        referring = {each: list(self._referring_to(each, self._gone[each.target])) for each in self._references()}
        for reference, filters in referring.items():
            if reference.on_delete == "set_null":
                await self._empty(reference, filters)
        for reference, filters in referring.items():
            if reference.on_delete == "restrict":
                await self._refuse(reference, filters)
            self._keep_away(reference, filters)

    async def _remove(self, entity: EntityModel, documents: Sequence[Document]) -> None:
        work = self._work
        self._count(entity, len(documents))
        for document in documents:
            if "before_delete" in entity.hooks:
                await work.before(entity, "before_delete", entity.codec.load(document.record))
            work.after(entity, "after_delete", work.unit.remove(entity.name, document))
            self._gone.setdefault(entity.name, []).append(document.record["id"])

    async def _referring(self, level: dict[str, list[str]]) -> dict[str, list[Document]]:
        """What goes because it refers to these; what goes already is not found again."""
        found: dict[str, dict[str, Document]] = {}
        for name, ids in level.items():
            for reference in self._work.tools.keys.referring_to(self._work.tools.registry[name]):
                if reference.on_delete == "cascade":
                    holders = found.setdefault(reference.holder, {})
                    records = await self._found(reference, self._referring_to(reference, ids))
                    holders |= {each["id"]: Document(each, {}) for each in records}
        return {name: list(documents.values()) for name, documents in found.items() if documents}

    async def _empty(self, reference: Reference, filters: Sequence[Filter]) -> None:
        """Empty the key of those that refer to what goes, and stay."""
        work, holder = self._work, self._work.tools.registry[reference.holder]
        for record in await self._found(reference, filters):
            document = await work.unit.get(holder.name, record["id"])
            if document is None:
                raise PreconditionFailed(f"A {holder.name} was deleted meanwhile.")
            self._count(holder, 1)
            state = _without(holder, reference, document.record)
            staged = work.unit.replace(holder.name, document, state, work.metadata(holder, document.metadata))
            if holder.trail:
                work.changed.append((holder, "after_update", staged))

    async def _refuse(self, reference: Reference, filters: Sequence[Filter]) -> None:
        for filter in filters:
            if await self._work.unit.select(reference.holder, filter, 1):
                raise StillReferenced(reference.target, reference.holder, reference.field)

    def _keep_away(self, reference: Reference, filters: Sequence[Filter]) -> None:
        """Let the unit be tried again when somebody comes to refer to what goes before it is committed."""
        unit = self._work.unit
        for filter in filters:
            meanwhile = PreconditionFailed(f"A {reference.holder} came to refer to what is deleted.")
            unit.check_last(Absent(Target(reference.holder, unit.tenant), filter, meanwhile))

    async def _found(self, reference: Reference, filters: Iterable[Filter]) -> list[Record]:
        found: list[Record] = []
        for filter in filters:
            found += await self._work.unit.select(reference.holder, filter, MOST - self._affected + 1)
        return found

    def _referring_to(self, reference: Reference, ids: Sequence[str]) -> Iterator[Filter]:
        holder = self._work.tools.registry[reference.holder]
        for start in range(0, len(ids), _TOGETHER):
            some = tuple(ids[start : start + _TOGETHER])
            yield holds_target(holder, reference.field, reference.type_field, reference.target, some)

    def _references(self) -> Iterator[Reference]:
        """The keys that may refer to what goes."""
        for name in self._gone:
            yield from self._work.tools.keys.referring_to(self._work.tools.registry[name])

    def _count(self, entity: EntityModel, more: int) -> None:
        self._affected += more
        if self._affected > MOST:
            raise TooManyAffected(
                f"More than {MOST} records, of {entity.name} among others, would go with it or change; nothing did.",
                hint=f"First delete what refers to it in parts: {entity.name} by filter.",
            )


def _ids(documents: Sequence[Document]) -> list[str]:
    return [each.record["id"] for each in documents]


def _without(holder: EntityModel, reference: Reference, record: Record) -> Record:
    """The record without its key, stamped."""
    instance = holder.codec.load(record)
    nothing = emptied(holder, reference.field, reference.type_field)
    for field in holder.fields.values():
        if field.on_update is not None:
            setattr(instance, field.name, field.on_update())
        if field.wire in nothing:
            setattr(instance, field.name, None)
    return holder.codec.dump(instance)
