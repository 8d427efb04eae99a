"""The one place that decides: every door, hook and action comes through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.errors import NotFound, perhaps
from atakora_data.query.cursor import CursorSigner
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.registry.registry import Registry
from atakora_data.schema.data import Data
from atakora_data.schema.hooks import HookContext
from atakora_data.service.commands import (
    Act,
    Aggregate,
    Create,
    CreateMany,
    Delete,
    DeleteMany,
    Explain,
    Get,
    Link,
    ListRecords,
    ListRelated,
    Put,
    Selection,
    Unlink,
    Update,
    UpdateMany,
)
from atakora_data.service.context import RequestContext
from atakora_data.service.ids import stored_id, with_stored_id
from atakora_data.service.input import is_same
from atakora_data.service.judging import not_found
from atakora_data.service.keys import Keys
from atakora_data.service.loading import Loader, are_by_id
from atakora_data.service.planning import Plan, plan_list, sign_cursor
from atakora_data.service.reading import count, read_page, read_stored_page
from atakora_data.service.related import StoredRelatives, position_of
from atakora_data.service.shaping import BOOKKEEPING, is_as_stored, visible_part
from atakora_data.service.together import Writing, run_together
from atakora_data.service.work import Tools
from atakora_data.service.writing import Writer
from atakora_data.storage.port import EntityStore, Record, Target

Linking = TypeVar("Linking", Link, Unlink)

DataFactory = Callable[[RequestContext], Data]
"""Makes the typed data API that hooks, actions and custom rules get."""


class EntityService:
    """Validates, authorizes, runs hooks, stores and answers what the caller may see.

    Every operation raises `errors.RequestError` for what the caller did wrong or may not do:
    SignInRequired or Forbidden when no record could satisfy the rules, NotFound for what may not be read.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        store: EntityStore,
        gatekeeper: Gatekeeper,
        signer: CursorSigner,
        data_for: DataFactory,
    ) -> None:
        self.registry = registry
        self._store = store
        self._gatekeeper = gatekeeper
        self._signer = signer
        self._data_for = data_for
        self._loader = Loader(registry, store, gatekeeper, signer, self.rule_context)
        self._writer = Writer(Tools(registry, store, gatekeeper, self.rule_context, self._hook_context, Keys(registry)))

    async def get(self, command: Get, context: RequestContext) -> Record:
        """The record, if there is one the caller may read."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        record = await self._readable(entity, access, stored_id(entity, command.id), context)
        return await self._present(entity, record, command.selection, context)

    async def list(self, command: ListRecords, context: RequestContext) -> dict[str, Any]:
        """A page `{"items", "nextToken"}` of the records the caller may read, with `count` when asked."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        plan = plan_list(entity, access, command, context, self._signer)
        target, custom = Target(entity.name, context.tenant), self._custom_unless_immediate(access, context)
        found = await read_page(self._store, target, access, plan.query, custom)
        items = await self._loader.present(entity, found.records, command.selection, context)
        return await self._page(entity, access, plan, items, found.resume, command, context)

    async def list_json(self, command: ListRecords, context: RequestContext) -> dict[str, Any]:
        """As `list`, for a door that writes JSON: what is answered as it is stored may be an `orjson.Fragment`."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        if not is_as_stored(entity, access, command.selection) or not are_by_id(entity, command.selection):
            return await self.list(command, context)
        plan = plan_list(entity, access, command, context, self._signer)
        found = await read_stored_page(self._store, Target(entity.name, context.tenant), plan.query)
        items = await self._loader.as_stored(access, found.records, command.selection, context)
        return await self._page(entity, access, plan, items, found.resume, command, context)

    async def related(self, command: ListRelated, context: RequestContext) -> Any:
        """What a record's relation leads to: a page, or one record or None."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        record = await self._readable(entity, access, stored_id(entity, command.id), context)
        wanted = Selection(frozenset(), (command.relation,))
        answer = await self._present(entity, record, wanted, context)
        return answer[command.relation.key]

    async def aggregate(self, command: Aggregate, context: RequestContext) -> Sequence[dict[str, Any]]:
        """How many records the caller may read, and what their fields amount to, by groups."""
        from atakora_data.service.aggregating import aggregate, plan_aggregate

        entity, access = self._enter(command.entity, Operation.READ, context)
        plan = plan_aggregate(access, command)
        return await aggregate(
            self._store, Target(entity.name, context.tenant), access, plan, self.rule_context(context)
        )

    async def may_read(self, entity: str, record: Record, context: RequestContext) -> bool:
        """Whether the caller may read the record as it is given, be it stored or not.

        Of one that is gone, what went with it may have been so or otherwise: neither way it may keep the caller out.
        """
        access = self._gatekeeper.access(self._entity(entity), context.principal)
        if access.is_impossible(Operation.READ) or not await self._may_read(access, record, context):
            return False
        if not access.crosses or not await self.is_gone(entity, record, context):
            return True
        return await access.allows(Operation.READ, record, self._gone_context(context))

    async def present(self, entity: str, record: Record, selection: Selection, context: RequestContext) -> Record:
        """What the caller may see of a record that it may read, be it stored or not, with the relations selected."""
        model = self._entity(entity)
        access, visible = self._gatekeeper.access(model, context.principal), None
        if not access.masks_exactly and access.crosses and await self.is_gone(entity, record, context):
            visible = [await access.reveal(record, self._gone_context(context))]
        return (await self._loader.present(model, [record], selection, context, visible=visible))[0]

    async def is_gone(self, entity: str, record: Record, context: RequestContext) -> bool:
        """Whether the record is stored no more."""
        return await self._store.get(Target(entity, context.tenant), record["id"]) is None

    async def create(self, command: Create, context: RequestContext) -> Record:
        """Validate, run hooks, authorize the final draft, store it, answer what the caller may see."""
        entity, access = self._enter(command.entity, Operation.CREATE, context)
        stored = await self._writer.create(access, command.input, context)
        return await self._answer(entity, access, stored, command.input, command.selection, context)

    async def update(self, command: Update, context: RequestContext) -> Record:
        """Merge the patch into the record; without `if_match` it is retried until no other write is lost."""
        entity, access = self._enter(command.entity, Operation.UPDATE, context)
        stored = await self._writer.update(access, with_stored_id(entity, command), context)
        return await self._answer(entity, access, stored, command.patch, command.selection, context)

    async def put(self, command: Put, context: RequestContext) -> tuple[Record, bool]:
        """Replace the record, or create it when there is none: the record and whether it was created."""
        entity, access = self._approach(command.entity, context)
        stored, is_new = await self._writer.put(access, with_stored_id(entity, command), context)
        return await self._answer(entity, access, stored, command.input, command.selection, context), is_new

    async def delete(self, command: Delete, context: RequestContext) -> Record:
        """Delete the record; the answer is the record as it was."""
        entity, access = self._enter(command.entity, Operation.DELETE, context)
        removed, seen = await self._writer.delete(access, with_stored_id(entity, command), context)
        return (await self._loader.present(entity, [removed], command.selection, context, visible=[seen]))[0]

    async def act(self, command: Act, context: RequestContext) -> Record:
        """Run an action on the record and store what it made of it."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        stored = await self._writer.act(access, with_stored_id(entity, command), context)
        return await self._answer(entity, access, stored, {}, command.selection, context)

    async def link(self, command: Link, context: RequestContext) -> tuple[Record, bool]:
        """Link two records: the through fields of the link, and whether it is new."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        return await self._writer.link(access, self._with_stored_ids(entity, command), context)

    async def unlink(self, command: Unlink, context: RequestContext) -> None:
        """Take the link between two records away."""
        entity, access = self._enter(command.entity, Operation.READ, context)
        await self._writer.unlink(access, self._with_stored_ids(entity, command), context)

    async def create_many(self, command: CreateMany, context: RequestContext) -> Sequence[Record]:
        """Store new records, all or none, in the order of their inputs."""
        _, access = self._enter(command.entity, Operation.CREATE, context)
        stored = await self._writer.create_many(access, command, context)
        written = [*zip(stored, command.inputs, strict=True)]
        return await self._answers(access, written, command.selection, context)

    async def update_many(self, command: UpdateMany, context: RequestContext) -> Sequence[Record]:
        """Merge a patch into all records that match and may be read, or into none."""
        _, access = self._enter(command.entity, Operation.UPDATE, context)
        stored = await self._writer.update_many(access, command, context)
        return await self._answers(access, [(each, command.patch) for each in stored], command.selection, context)

    async def delete_many(self, command: DeleteMany, context: RequestContext) -> Sequence[Record]:
        """Delete all records that match and may be read, or none; the answers are the records as they were."""
        entity, access = self._enter(command.entity, Operation.DELETE, context)
        removed, seen = await self._writer.delete_many(access, command, context)
        return await self._loader.present(entity, removed, command.selection, context, visible=seen)

    async def together(self, writes: Sequence[Writing[Any]], context: RequestContext) -> Sequence[Any]:
        """What the writes answer once all are stored, each with the context it is given; OperationFailed: none is."""
        return await run_together(writes, context, self._store)

    async def explain(self, command: Explain, context: RequestContext) -> dict[str, Any]:
        """Why the caller may do something or not, be it to what it may not read: for those who ask about others.

        NotFound: there is no such entity, operation or record.
        """
        from atakora_data.service.explaining import Explainer, asked_of, told_of, without_tenant

        entity = self._entity(command.entity)
        asked, told = asked_of(entity, command.operation), told_of(command, context.principal)
        if context.tenant_id is None:
            return {**told, **without_tenant(context.principal)}
        target = Target(entity.name, context.tenant)
        document = None if command.id is None else await self._store.get(target, stored_id(entity, command.id))
        if command.id is not None and document is None:
            raise not_found(entity, command.id)
        access, record = self._gatekeeper.access(entity, context.principal), document and document.record
        explainer = Explainer(access, record, self.rule_context(context), target)
        return {**told, **await explainer.tell(asked, self._store)}

    def _with_stored_ids(self, entity: EntityModel, command: Linking) -> Linking:
        relation = entity.relations.get(command.relation)
        found = with_stored_id(entity, command)
        if relation is None or not relation.target:
            return found
        return replace(found, target_id=stored_id(self.registry[relation.target], command.target_id))

    async def _page(
        self,
        entity: EntityModel,
        access: Access,
        plan: Plan,
        items: Sequence[Any],
        resume: Record | None,
        command: ListRecords,
        context: RequestContext,
    ) -> dict[str, Any]:
        token = await self._token(plan, resume, context) if resume is not None and command.continues else None
        page: dict[str, Any] = {"items": items, "nextToken": token}
        if command.count:
            target, custom = Target(entity.name, context.tenant), self._custom_unless_immediate(access, context)
            page["count"] = await count(self._store, target, access, plan.query, entity, custom)
        return page

    async def _token(self, plan: Plan, resume: Record, context: RequestContext) -> str:
        place = await position_of(self._store, context.tenant, plan.query.order, resume)
        return sign_cursor(self._signer, plan, place)

    def _entity(self, name: str) -> EntityModel:
        entity = self.registry.entities.get(name)
        if entity is None:
            raise NotFound(f"There is no entity `{name}`.", hint=perhaps(name, self.registry.entities))
        return entity

    def _enter(self, name: str, operation: Operation, context: RequestContext) -> tuple[EntityModel, Access]:
        """The entity and the caller's access to it, refused at once when no record at all could be allowed."""
        entity, access = self._approach(name, context)
        access.require_possible(operation)
        return entity, access

    def _approach(self, name: str, context: RequestContext) -> tuple[EntityModel, Access]:
        """The entity and the caller's access to it; SignInRequired, NoTenant: the caller has no tenant."""
        context.require_tenant()
        entity = self._entity(name)
        return entity, self._gatekeeper.access(entity, context.principal)

    async def _readable(self, entity: EntityModel, access: Access, id: str, context: RequestContext) -> Record:
        document = await self._store.get(Target(entity.name, context.tenant), id)
        if document is None:
            raise not_found(entity, id)
        if not await self._may_read(access, document.record, context):
            raise not_found(entity, id)
        return document.record

    async def _may_read(self, access: Access, record: Record, context: RequestContext) -> bool:
        if access.is_immediate(Operation.READ):
            return access.allows_exactly(Operation.READ, record)
        return await access.allows(Operation.READ, record, self.rule_context(context))

    async def _present(
        self, entity: EntityModel, record: Record, selection: Selection, context: RequestContext
    ) -> Record:
        return (await self._loader.present(entity, [record], selection, context))[0]

    async def _answer(
        self,
        entity: EntityModel,
        access: Access,
        stored: Record,
        sent: Mapping[str, Any],
        selection: Selection,
        context: RequestContext,
    ) -> Record:
        """The stored record as the caller may see it: of one it may not read, only what it sent itself."""
        if await self._may_read(access, stored, context):
            return await self._present(entity, stored, selection, context)
        return await self._known(access, stored, sent, context)

    async def _answers(
        self,
        access: Access,
        written: Sequence[tuple[Record, Mapping[str, Any]]],
        selection: Selection,
        context: RequestContext,
    ) -> Sequence[Record]:
        """As `_answer` for each record with what was sent of it; relations are loaded once for all."""
        custom = self._custom_unless_immediate(access, context)
        readable = [stored for stored, _ in written if await access.allows(Operation.READ, stored, custom)]
        presented = await self._loader.present(access.entity, readable, selection, context)
        answers = {stored["id"]: answer for stored, answer in zip(readable, presented, strict=True)}
        for stored, sent in written:
            if stored["id"] not in answers:
                answers[stored["id"]] = await self._known(access, stored, sent, context)
        return [answers[stored["id"]] for stored, _ in written]

    async def _known(self, access: Access, stored: Record, sent: Mapping[str, Any], context: RequestContext) -> Record:
        """What the caller knows of a record that it wrote and may not read."""
        visible = await visible_part(access, stored, self.rule_context(context))
        return {name: value for name, value in visible.items() if _is_known(access.entity, name, value, sent)}

    def _custom_unless_immediate(self, access: Access, context: RequestContext) -> Any:
        return None if access.is_immediate(Operation.READ) else self.rule_context(context)

    def rule_context(self, context: RequestContext) -> CustomContext:
        """What rules are asked with: who asks, the data API as that caller, and where to look for related records."""
        related = StoredRelatives(self._store, context.tenant)
        return CustomContext(principal=context.principal, data=self._data_alone(context), related=related)

    def _gone_context(self, context: RequestContext) -> CustomContext:
        return replace(self.rule_context(context), is_gone=True)

    def _hook_context(self, context: RequestContext) -> HookContext:
        return HookContext(
            principal=context.principal,
            data=self._data_alone(context),
            correlation_id=context.correlation_id,
            tenant=context.tenant,
        )

    def _data_alone(self, context: RequestContext) -> Any:
        """The data API, which writes at once even where the caller's own write waits for others."""
        return self._data_for(context if context.unit is None else replace(context, unit=None))


def _is_known(entity: EntityModel, name: str, value: Any, sent: Mapping[str, Any]) -> bool:
    """Whether the caller knows this value of a record it may not read: what a hook made of its input is not its own."""
    if name == "id" or name in BOOKKEEPING:
        return True
    field = entity.fields.get(name)
    return field is not None and name in sent and is_same(entity, field, sent[name], value)
