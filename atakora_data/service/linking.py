"""Links of a many-to-many: records of the junction between, made, changed and taken away.

The framework's own junction has no rules: who may update the record that declares the relation may link it to what it
can read. A junction that is an entity of its own is written by its own rules, like any record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.errors import AlreadyExists, NotFound, PreconditionFailed, perhaps_one_of
from atakora_data.query.filter import Compare, Filter, Operator, all_of
from atakora_data.registry.entity import EntityModel, Operation, RelationKind, RelationModel
from atakora_data.service.creating import NOTHING, create_record
from atakora_data.service.deleting import delete_records
from atakora_data.service.input import refuse_read_only
from atakora_data.service.judging import authorize, is_readable, readable
from atakora_data.service.nested import read_through
from atakora_data.service.overlay import Staged
from atakora_data.service.updating import update_record
from atakora_data.service.work import Work
from atakora_data.storage.port import Absent, Document, Record, Target


def find_linking(entity: EntityModel, name: str) -> RelationModel:
    """The many-to-many of this wire name; NotFound offers the likely one."""
    known = [each.wire for each in entity.relations.values() if each.kind is RelationKind.MANY_TO_MANY]
    if name not in known:
        raise NotFound(f"{entity.name} has no many-to-many `{name}`.", hint=perhaps_one_of(name, known))
    return entity.relations[name]


async def link(
    work: Work, access: Access, relation: RelationModel, id: str, target_id: str, through: Mapping[str, Any]
) -> tuple[Staged | Record, bool]:
    """Stage a link, or other through fields of one that there is, and tell whether it is new."""
    links = await _between(work, access, relation, id, target_id, Operation.CREATE, Operation.UPDATE)
    return await links.put(target_id, read_through(relation, through), await links.find(target_id))


async def unlink(work: Work, access: Access, relation: RelationModel, id: str, target_id: str) -> None:
    """Stage that a link goes; NotFound when there is none that the caller may read."""
    links = await _between(work, access, relation, id, target_id, Operation.DELETE)
    found = await links.find(target_id)
    if found is None or not await links.is_readable(found):
        raise NotFound(f"This {access.entity.name} is not linked to that {relation.target}.")
    await links.take_away(found)


async def _between(
    work: Work, access: Access, relation: RelationModel, id: str, target_id: str, *wanted: Operation
) -> Links:
    """The links of a record that the caller may read, for a target it may read. wanted: any of these of the links.

    Of the framework's own junction the caller must be able to update the record that declares the relation.
    """
    links = Links(work, relation, id)
    if links.junction.is_junction:
        access.require_possible(Operation.UPDATE)
    elif all(links.access.is_impossible(each) for each in wanted):
        links.access.require_possible(wanted[0])
    document = await readable(work, access, id)
    if links.junction.is_junction:
        await authorize(work, access, Operation.UPDATE, document.record)
    await readable(work, work.access(work.tools.registry[relation.target]), target_id)
    return links


class Links(Struct, frozen=True):
    """The links of one record by one relation."""

    work: Work
    relation: RelationModel
    near_id: str

    @property
    def junction(self) -> EntityModel:
        """The entity between."""
        return self.work.tools.registry[self.relation.junction]

    @property
    def access(self) -> Access:
        """What may be done with links."""
        junction = self.junction
        return self.work.access_of_app(junction) if junction.is_junction else self.work.access(junction)

    async def find(self, far_id: str) -> Record | None:
        """The link to this target, whoever may read it."""
        return (await self.to([far_id])).get(far_id)

    async def to(self, far_ids: Sequence[str]) -> dict[str, Record]:
        """The links to these targets, by target, whoever may read them."""
        if not far_ids:
            return {}
        far = self.relation.far
        wanted = Compare(self.junction.fields[far].ref(), Operator.IN, tuple(far_ids))
        found = await self.work.unit.select(self.junction.name, all_of(self._near, wanted), len(far_ids))
        return {link[far]: link for link in found}

    async def all(self, most: int) -> list[Record]:
        """At most so many of all links, whoever may read them."""
        return await self.work.unit.select(self.junction.name, self._near, most)

    async def is_readable(self, link: Record) -> bool:
        """Whether the caller may read the link."""
        return await is_readable(self.work, self.access, link)

    async def put(
        self, far_id: str, through: Mapping[str, Any] | None, link: Record | None
    ) -> tuple[Staged | Record, bool]:
        """The link to this target with these through fields, and whether it is new. link: the one there is."""
        if link is None:
            return await self._make(far_id, through or NOTHING), True
        access = self.access
        if not await self.is_readable(link):
            raise AlreadyExists(f"A {self.junction.name} links these records already.", hint="You may not read it.")
        if not through:
            return link, False
        access.require_possible(Operation.UPDATE)
        document = await readable(self.work, access, link["id"])
        await authorize(self.work, access, Operation.UPDATE, document.record)
        return await update_record(self.work, access, document, through), False

    async def take_away(self, link: Record) -> None:
        """No longer link."""
        self.access.require_possible(Operation.DELETE)
        await delete_records(self.work, self.access, [Document(link, {})])

    async def _make(self, far_id: str, through: Mapping[str, Any]) -> Staged:
        self.access.require_possible(Operation.CREATE)
        if not self.work.context.principal.is_system:
            refuse_read_only(self.junction, through, None)
        ends = {self.relation.near: self.near_id, self.relation.far: far_id}
        staged = await create_record(self.work, self.access, through, ends)
        if not self.work.unit.has_removed(self.junction.name):
            taken = PreconditionFailed(f"Another {self.junction.name} links these records meanwhile.")
            target = Target(self.junction.name, self.work.unit.tenant)
            same = Compare(self.junction.fields[self.relation.far].ref(), Operator.EQ, far_id)
            self.work.unit.check_first(Absent(target, all_of(self._near, same), taken))
        return staged

    @property
    def _near(self) -> Filter:
        return Compare(self.junction.fields[self.relation.near].ref(), Operator.EQ, self.near_id)
