"""Writes: every change is judged on the record as it is and on the record as it will be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import UTC, datetime
from typing import Any

from atakora_data.authorization.access import Access, Gatekeeper, check_owner
from atakora_data.errors import (
    AlreadyExists,
    Forbidden,
    NotFound,
    PreconditionFailed,
    ValidationError,
    Violation,
    WriteContention,
    perhaps_one_of,
)
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.service.commands import Act, Delete, Put, Update
from atakora_data.service.context import RequestContext
from atakora_data.service.field_rights import changed, patchable, refuse_unseen_owner, require_writable
from atakora_data.service.hooks import run, run_after, run_before
from atakora_data.service.ids import require_fit, stored_id
from atakora_data.service.input import refuse_read_only
from atakora_data.service.merge_patch import merge
from atakora_data.service.shaping import visible_part
from atakora_data.service.turns import Turns
from atakora_data.storage.port import Document, EntityStore, Insert, Metadata, Record, Remove, Replace, Target

_SHOWN = 80

ATTEMPTS = 12
"""How often an update without `if_match` is tried again when others keep changing the record."""


@dataclass(frozen=True, slots=True)
class Writer:
    """The write side of the service. Each method answers the stored record, unmasked."""

    store: EntityStore
    gatekeeper: Gatekeeper
    custom_context: Callable[[RequestContext], Any]
    hook_context: Callable[[RequestContext], Any]
    turns: Turns = attribute(default_factory=Turns)

    async def create(
        self, entity: EntityModel, access: Access, input: Mapping[str, Any], context: RequestContext
    ) -> Record:
        """Store a new record from input that lacks nothing but defaults and the owner."""
        if not context.principal.is_system:
            refuse_read_only(entity, input, None)
        draft = entity.codec.parse(_with_owner(entity, input, context))
        draft = await run_before(entity, "before_create", draft, self._hooks(entity, "before_create", context))
        record = _settle(entity, draft, has_hooks="before_create" in entity.hooks)
        await self._authorize(access, Operation.CREATE, record, context)
        await self._authorize_fields(access, input, record, context)
        await check_owner(access, None, record, self._owner_context(entity, context))
        stored = await self._insert(entity, record, context)
        await self._after(entity, "after_create", stored, context)
        return stored

    async def update(self, entity: EntityModel, access: Access, command: Update, context: RequestContext) -> Record:
        """Merge a patch into the record."""

        async def change(document: Document) -> Record:
            visible = await self._visible(access, document.record, context)
            await self._authorize_input(entity, access, command.patch, document.record, visible, context)
            known = patchable(entity, document.record, visible, command.patch)
            record = await self._revise(entity, merge(entity.fields, known, command.patch), context)
            await self._authorize_fields(access, command.patch, record, context)
            return record

        return await self._rewrite(entity, access, command.id, command.if_match, change, context)

    async def put(
        self, entity: EntityModel, access: Access, command: Put, context: RequestContext
    ) -> tuple[Record, bool]:
        """Replace the record, or create it when there is none that the caller may read: a hidden one is as absent."""
        _check_same_id(entity, command)
        existing = await self.store.get(Target(entity.name, context.tenant), command.id)
        if existing is None or not await self._is_readable(access, existing.record, context):
            if command.if_match is not None:
                raise PreconditionFailed(f"There is no {entity.name} `{command.id}` to replace.")
            access.require_possible(Operation.CREATE)
            require_fit(entity, command.id)
            return await self.create(entity, access, {**command.input, "id": command.id}, context), True
        if command.only_create:
            raise PreconditionFailed(
                f"{entity.name} `{command.id}` exists.", hint="Leave out If-None-Match to replace it."
            )
        access.require_possible(Operation.UPDATE)
        return await self._replace(entity, access, command, context), False

    async def _replace(self, entity: EntityModel, access: Access, command: Put, context: RequestContext) -> Record:
        async def change(document: Document) -> Record:
            visible = await self._visible(access, document.record, context)
            await self._authorize_input(entity, access, command.input, document.record, visible, context)
            kept = await self._kept(entity, access, document.record, visible, context)
            record = await self._revise(entity, {**kept, **command.input}, context)
            replaced = [name for name in changed(document.record, record) if name not in kept]
            await self._authorize_fields(access, {*command.input, *replaced}, record, context)
            return record

        return await self._rewrite(entity, access, command.id, command.if_match, change, context)

    async def _kept(
        self, entity: EntityModel, access: Access, record: Record, visible: Record, context: RequestContext
    ) -> Record:
        """What a replacement leaves as it is unless the input names it: what the caller cannot set or cannot see."""
        custom = self.custom_context(context) if access.writable else None
        return {
            name: record[name]
            for name, field in entity.fields.items()
            if name in record
            and (
                field.read_only
                or field.immutable
                or field.primary_key
                or field.owner
                or name not in visible
                or not await access.may_write(name, record, custom)
            )
        }

    async def _visible(self, access: Access, record: Record, context: RequestContext) -> Record:
        return await visible_part(access, record, None if access.always_readable else self.custom_context(context))

    async def _is_readable(self, access: Access, record: Record, context: RequestContext) -> bool:
        return await access.allows(Operation.READ, record, self._custom(access, Operation.READ, context))

    async def act(self, entity: EntityModel, access: Access, command: Act, context: RequestContext) -> Record:
        """Run an action; its rule, or the update rule, holds on the record before and after."""
        action = entity.actions.get(command.action)
        if action is None:
            raise NotFound(
                f"{entity.name} has no action `{command.action}`.", hint=perhaps_one_of(command.action, entity.actions)
            )
        access.require_possible(action)
        parameters = entity.codec.parse_parameters(action, command.input)
        rule: Operation | ActionModel = Operation.UPDATE if action.rule is None else action

        async def change(document: Document) -> Record:
            instance = entity.codec.load(document.record)
            result = await run(entity, action.function, instance, self.hook_context(context), **parameters)
            draft = instance if result is None else result
            if not isinstance(draft, entity.record):
                msg = f"{entity.name}.{action.name} returned {type(draft).__name__}; return the {entity.name} or None."
                raise TypeError(msg)
            return await self._revise(entity, entity.codec.dump(draft), context)

        return await self._rewrite(entity, access, command.id, command.if_match, change, context, rule=rule)

    async def delete(self, entity: EntityModel, access: Access, command: Delete, context: RequestContext) -> Record:
        """Delete the record."""
        target = Target(entity.name, context.tenant)
        for _ in range(ATTEMPTS):
            document = await self._current(entity, access, command.id, command.if_match, context)
            await self._authorize(access, Operation.DELETE, document.record, context)
            draft = entity.codec.load(document.record)
            await run_before(entity, "before_delete", draft, self._hooks(entity, "before_delete", context))
            try:
                await self.store.apply([Remove(target, command.id, document.record["_etag"])])
            except PreconditionFailed:
                continue
            except NotFound:
                raise not_found(entity, command.id) from None
            await self._after(entity, "after_delete", document.record, context)
            return document.record
        raise _contention(entity, command.id)

    async def _rewrite(
        self,
        entity: EntityModel,
        access: Access,
        id: str,
        if_match: tuple[str, ...] | None,
        change: Callable[[Document], Any],
        context: RequestContext,
        rule: Operation | ActionModel = Operation.UPDATE,
    ) -> Record:
        """Read, judge, change, judge, write; begin again when somebody else wrote in between."""
        async with self.turns.of((entity.name, context.tenant, id)):
            for _ in range(ATTEMPTS):
                document = await self._current(entity, access, id, if_match, context)
                await self._authorize(access, rule, document.record, context)
                record = await change(document)
                await self._judge_result(entity, access, rule, document.record, record, context)
                try:
                    stored = await self._store_again(entity, id, record, document, context)
                except PreconditionFailed:
                    continue
                except NotFound:
                    raise not_found(entity, id) from None
                await self._after(entity, "after_update", stored, context)
                return stored
        raise _contention(entity, id)

    async def _judge_result(
        self,
        entity: EntityModel,
        access: Access,
        rule: Operation | ActionModel,
        before: Record,
        after: Record,
        context: RequestContext,
    ) -> None:
        if after["id"] != before["id"]:
            raise ValidationError("The id cannot change.", errors=[Violation("/id", "cannot change", "immutable")])
        await self._authorize(access, rule, after, context)
        if rule is Operation.UPDATE:
            await check_owner(access, before, after, self._owner_context(entity, context))

    async def _revise(self, entity: EntityModel, data: Mapping[str, Any], context: RequestContext) -> Record:
        """The next state of a record: validated, stamped, through the hooks, in canonical form."""
        draft = entity.codec.parse(data)
        for field in entity.fields.values():
            if field.on_update is not None:
                setattr(draft, field.name, field.on_update())
        draft = await run_before(entity, "before_update", draft, self._hooks(entity, "before_update", context))
        return _settle(entity, draft, has_hooks="before_update" in entity.hooks)

    async def _current(
        self,
        entity: EntityModel,
        access: Access,
        id: str,
        if_match: tuple[str, ...] | None,
        context: RequestContext,
    ) -> Document:
        document = await self.store.get(Target(entity.name, context.tenant), id)
        if document is None or not await self._is_readable(access, document.record, context):
            raise not_found(entity, id)
        if if_match is not None and "*" not in if_match and document.record["_etag"] not in if_match:
            raise PreconditionFailed(
                f"{entity.name} `{id}` has changed since it was read.", hint="Read it again and repeat the change."
            )
        return document

    async def _authorize(
        self, access: Access, rule: Operation | ActionModel, record: Record, context: RequestContext
    ) -> None:
        """Forbidden unless the rule of the operation, or of the action, allows this state of the record."""
        custom = self._custom(access, rule, context)
        if isinstance(rule, Operation):
            allowed, word = await access.allows(rule, record, custom), rule.value
        else:
            allowed, word = await access.allows_action(rule, record, custom), rule.name
        if not allowed:
            raise Forbidden(f"The rules do not allow you to {word} this {access.entity.name}.")

    def _custom(self, access: Access, rule: Operation | ActionModel, context: RequestContext) -> Any:
        is_immediate = isinstance(rule, Operation) and access.is_immediate(rule)
        return None if is_immediate else self.custom_context(context)

    async def _authorize_input(
        self,
        entity: EntityModel,
        access: Access,
        input: Mapping[str, Any],
        record: Record,
        visible: Record,
        context: RequestContext,
    ) -> None:
        """Refuse what cannot be named in a change of this record, before anything is worked out from hidden values."""
        refuse_read_only(entity, input, visible)
        refuse_unseen_owner(access, input.keys(), visible)
        await self._authorize_fields(access, input, record, context)

    async def _authorize_fields(
        self, access: Access, names: Iterable[str], state: Record, context: RequestContext
    ) -> None:
        await require_writable(access, names, state, lambda: self.custom_context(context))

    async def _insert(self, entity: EntityModel, record: Record, context: RequestContext) -> Record:
        record["_version"] = 1
        insert = Insert(Target(entity.name, context.tenant), record["id"], record, _metadata(entity, context, 1, None))
        [stored] = await self.store.apply([insert])
        if stored is None:
            raise AlreadyExists(f"{entity.name} `{record['id']}` was not stored.")
        return stored

    async def _store_again(
        self, entity: EntityModel, id: str, record: Record, document: Document, context: RequestContext
    ) -> Record:
        version = int(document.record["_version"]) + 1
        record["_version"] = version
        metadata = _metadata(entity, context, version, document.metadata)
        target = Target(entity.name, context.tenant)
        [stored] = await self.store.apply([Replace(target, id, record, metadata, document.record["_etag"])])
        return record if stored is None else stored

    def _owner_context(self, entity: EntityModel, context: RequestContext) -> Any:
        return self.custom_context(context) if entity.owner and entity.owner.wire in entity.field_write_rules else None

    def _hooks(self, entity: EntityModel, moment: str, context: RequestContext) -> Any:
        return self.hook_context(context) if moment in entity.hooks else None

    async def _after(self, entity: EntityModel, moment: str, record: Record, context: RequestContext) -> None:
        if moment in entity.hooks:
            await run_after(entity, moment, entity.codec.load(record), self.hook_context(context))


def not_found(entity: EntityModel, id: str) -> NotFound:
    """The same words whether the record is missing or hidden."""
    shown = id if len(id) <= _SHOWN else f"{id[:_SHOWN]}…"
    return NotFound(f"There is no {entity.name} `{shown}`.")


def _contention(entity: EntityModel, id: str) -> WriteContention:
    return WriteContention(f"{entity.name} `{id}` kept changing; nothing was written.", hint="Try again.")


def _with_owner(entity: EntityModel, input: Mapping[str, Any], context: RequestContext) -> Mapping[str, Any]:
    owner = entity.owner
    if owner is None or owner.wire in input or context.principal.id is None:
        return input
    return {**input, owner.wire: context.principal.id}


def _settle(entity: EntityModel, draft: Any, *, has_hooks: bool) -> Record:
    """The draft in wire form; what hooks put in is validated like any input."""
    record = entity.codec.dump(draft)
    return entity.codec.dump(entity.codec.parse(record)) if has_hooks else record


def _check_same_id(entity: EntityModel, command: Put) -> None:
    given = command.input.get("id", command.id)
    if not isinstance(given, str) or stored_id(entity, given) != command.id:
        raise ValidationError(
            "The id in the body is not the id in the path.",
            errors=[Violation("/id", f"must be `{command.id}` or left out", "immutable")],
        )


def _metadata(entity: EntityModel, context: RequestContext, version: int, before: Metadata | None) -> Metadata:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    who = context.principal.id
    return {
        "entityType": entity.name,
        "version": version,
        "schemaVersion": entity.schema_version,
        "createdAt": now if before is None else before["createdAt"],
        "updatedAt": now,
        "createdBy": who if before is None else before["createdBy"],
        "updatedBy": who,
    }
