"""Writes: what is staged in a unit of work is committed at once, and tried again when somebody else was faster."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from atakora_data.authorization.access import Access
from atakora_data.errors import (
    NotFound,
    PreconditionFailed,
    ValidationError,
    Violation,
    WriteContention,
)
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.service import bulk, graph
from atakora_data.service.auditing import audit
from atakora_data.service.commands import (
    Act,
    CreateMany,
    Delete,
    DeleteMany,
    Link,
    Put,
    Unlink,
    Update,
    UpdateMany,
)
from atakora_data.service.context import RequestContext
from atakora_data.service.creating import NOTHING
from atakora_data.service.deleting import delete_records
from atakora_data.service.ids import require_fit, stored_id
from atakora_data.service.judging import authorize, current, is_readable, visible
from atakora_data.service.linking import find_linking, link, unlink
from atakora_data.service.overlay import Staged
from atakora_data.service.referring import settle
from atakora_data.service.shaping import visible_part
from atakora_data.service.turns import Turns
from atakora_data.service.units import Unit
from atakora_data.service.updating import act_on_record, find_action, rule_of
from atakora_data.service.work import Tools, Work
from atakora_data.storage.port import Record

T = TypeVar("T")

Stage = Callable[[Work], Awaitable[T]]
"""Stages a write, as often as it is asked to."""

ATTEMPTS: Final = 12
"""How often a write is tried again when others keep changing what it read."""


class Writer:
    """The write side of the service. Each method answers the stored record, unmasked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._turns = Turns()

    async def create(self, access: Access, input: Mapping[str, Any], context: RequestContext) -> Record:
        """Store a new record from input that lacks nothing but defaults and the owner."""
        staged = await self._write(context, lambda work: graph.create(work, access, input, NOTHING))
        return staged.stored

    async def update(self, access: Access, command: Update, context: RequestContext) -> Record:
        """Merge a patch into the record."""

        async def stage(work: Work) -> Staged:
            document = await current(work, access, command.id, command.if_match)
            await authorize(work, access, Operation.UPDATE, document.record)
            return await graph.update(work, access, document, command.patch)

        return (await self._write_one(access.entity, command.id, context, stage)).stored

    async def put(self, access: Access, command: Put, context: RequestContext) -> tuple[Record, bool]:
        """Replace the record, or create it when there is none that the caller may read: a hidden one is as absent."""
        entity = access.entity
        _check_same_id(entity, command)

        async def stage(work: Work) -> tuple[Staged, bool]:
            existing = await work.unit.get(entity.name, command.id)
            if existing is None or not await is_readable(work, access, existing.record):
                return await self._create_at(work, access, command), True
            _refuse_replacing(entity, command)
            access.require_possible(Operation.UPDATE)
            document = await current(work, access, command.id, command.if_match)
            await authorize(work, access, Operation.UPDATE, document.record)
            return await graph.replace(work, access, document, command.input), False

        staged, is_new = await self._write_one(access.entity, command.id, context, stage)
        return staged.stored, is_new

    async def act(self, access: Access, command: Act, context: RequestContext) -> Record:
        """Run an action; its rule, or the update rule, holds on the record before and after."""
        entity = access.entity
        action = find_action(entity, command.action)
        access.require_possible(action)
        parameters = entity.codec.parse_parameters(action, command.input)

        async def stage(work: Work) -> Staged:
            document = await current(work, access, command.id, command.if_match)
            await authorize(work, access, rule_of(action), document.record)
            return await act_on_record(work, access, document, action, parameters)

        return (await self._write_one(access.entity, command.id, context, stage)).stored

    async def delete(self, access: Access, command: Delete, context: RequestContext) -> tuple[Record, Record]:
        """Delete the record, and what its relations say goes with it: how it was, and what of that the caller saw."""

        async def stage(work: Work) -> tuple[Record, Record]:
            document = await current(work, access, command.id, command.if_match)
            seen = await visible(work, access, document.record)
            await delete_records(work, access, [document])
            return document.record, seen

        return await self._write(context, stage)

    async def link(self, access: Access, command: Link, context: RequestContext) -> tuple[Record, bool]:
        """Link two records: the through fields that the caller may see, and whether the link is new."""
        relation = find_linking(access.entity, command.relation)

        async def stage(work: Work) -> tuple[Staged | Record, bool]:
            return await link(work, access, relation, command.id, command.target_id, command.through)

        found, is_new = await self._write(context, stage)
        junction = self._tools.registry[relation.junction]
        stored = found.stored if isinstance(found, Staged) else found
        if not junction.is_junction:
            own = self._tools.gatekeeper.access(junction, context.principal)
            stored = await visible_part(own, stored, self._tools.custom_context(context))
        return {name: stored[name] for name in relation.through if name in stored}, is_new

    async def unlink(self, access: Access, command: Unlink, context: RequestContext) -> None:
        """Take a link away."""
        relation = find_linking(access.entity, command.relation)
        await self._write(context, lambda work: unlink(work, access, relation, command.id, command.target_id))

    async def create_many(self, access: Access, command: CreateMany, context: RequestContext) -> list[Record]:
        """Store new records, all or none."""
        staged = await self._write(context, lambda work: bulk.create_many(work, access, command.inputs))
        return [each.stored for each in staged]

    async def update_many(self, access: Access, command: UpdateMany, context: RequestContext) -> list[Record]:
        """Merge a patch into all records that match, or none."""

        async def stage(work: Work) -> list[Staged]:
            return await bulk.update_many(work, access, command.filter, command.patch, command.max_affected)

        return [each.stored for each in await self._write(context, stage)]

    async def delete_many(
        self, access: Access, command: DeleteMany, context: RequestContext
    ) -> tuple[list[Record], list[Record]]:
        """Delete all records that match, or none: how they were, and what of that the caller saw."""
        return await self._write(
            context, lambda work: bulk.delete_many(work, access, command.filter, command.max_affected)
        )

    async def _create_at(self, work: Work, access: Access, command: Put) -> Staged:
        entity = access.entity
        if command.if_match is not None:
            raise PreconditionFailed(f"There is no {entity.name} `{command.id}` to replace.")
        access.require_possible(Operation.CREATE)
        require_fit(entity, command.id)
        return await graph.create(work, access, {**command.input, "id": command.id}, NOTHING)

    async def _write_one(self, entity: EntityModel, id: str, context: RequestContext, stage: Stage[T]) -> T:
        """As `_write`; the writers of one record take turns, so that none starves."""
        if _shared(context) is not None:
            return await self._write(context, stage)
        async with self._turns.of((entity.name, context.tenant, id)):
            return await self._write(context, stage)

    async def _write(self, context: RequestContext, stage: Stage[T]) -> T:
        """Stage and commit; begin again when somebody else changed meanwhile what was read.

        In a unit that several writes share, this waits until all of them are committed.
        """
        shared = _shared(context)
        for _ in range(ATTEMPTS):
            work = Work(self._tools, context, shared or Unit(self._tools.store, context.tenant))
            result = await stage(work)
            if work.claims:
                await settle(work)
            if work.changed:
                await audit(work)
            try:
                await work.unit.commit()
            except (PreconditionFailed, NotFound):
                continue
            await work.tell()
            return result
        raise WriteContention("What was to be changed kept changing; nothing was written.", hint="Try again.")


def _shared(context: RequestContext) -> Unit | None:
    return context.unit if context.unit is not None and context.unit.is_open else None


def _refuse_replacing(entity: EntityModel, command: Put) -> None:
    if command.only_create:
        raise PreconditionFailed(f"{entity.name} `{command.id}` exists.", hint="Leave out If-None-Match to replace it.")


def _check_same_id(entity: EntityModel, command: Put) -> None:
    given = command.input.get("id", command.id)
    if not isinstance(given, str) or stored_id(entity, given) != command.id:
        raise ValidationError(
            "The id in the body is not the id in the path.",
            errors=[Violation("/id", f"must be `{command.id}` or left out", "immutable")],
        )
