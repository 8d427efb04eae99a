"""Changes one record: judged as it is and as it will be, and staged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.authorization.access import Access
from atakora_data.errors import NotFound, ValidationError, Violation, perhaps_one_of
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.service.creating import NOTHING, settled
from atakora_data.service.field_rights import changed, patchable
from atakora_data.service.hooks import run
from atakora_data.service.judging import authorize, authorize_fields, authorize_input, authorize_owner, visible
from atakora_data.service.merge_patch import merge
from atakora_data.service.overlay import Staged
from atakora_data.service.referring import claim
from atakora_data.service.work import Work
from atakora_data.storage.port import Document, Record


async def update_record(
    work: Work, access: Access, document: Document, patch: Mapping[str, Any], vouched: Mapping[str, Any] = NOTHING
) -> Staged:
    """Merge a patch into a record that the caller may update as it is.

    vouched: further fields, which lead to records that this very write has found or made.
    """
    entity, before = access.entity, document.record
    named = {**patch, **vouched} if vouched else patch
    seen = await visible(work, access, before)
    await authorize_input(work, access, named, before, seen)
    known = patchable(entity, before, seen, named)
    record = await _revised(work, entity, merge(entity.fields, known, named))
    if access.writable:
        await authorize_fields(work, access, named, record)
    return await _stage(work, access, document, record, patch, seen)


async def replace_record(
    work: Work, access: Access, document: Document, input: Mapping[str, Any], vouched: Mapping[str, Any] = NOTHING
) -> Staged:
    """Put the input in place of a record that the caller may update as it is; what it cannot set or see stays."""
    before = document.record
    named = {**input, **vouched} if vouched else input
    seen = await visible(work, access, before)
    await authorize_input(work, access, named, before, seen)
    kept = await _kept(work, access, before, seen)
    record = await _revised(work, access.entity, {**kept, **named})
    replaced = [name for name in changed(before, record) if name not in kept]
    await authorize_fields(work, access, {*named, *replaced}, record)
    return await _stage(work, access, document, record, input, seen)


async def act_on_record(
    work: Work, access: Access, document: Document, action: ActionModel, parameters: Mapping[str, Any]
) -> Staged:
    """Run an action on a record whose state its rule allows; with parameters, the caller has a say in all it sets."""
    entity = access.entity
    instance = entity.codec.load(document.record)
    result = await run(entity, action.function, instance, work.hooks(), **parameters)
    draft = instance if result is None else result
    if not isinstance(draft, entity.record):
        msg = f"{entity.name}.{action.name} returned {type(draft).__name__}; return the {entity.name} or None."
        raise TypeError(msg)
    record = await _revised(work, entity, entity.codec.dump(draft))
    named = record if parameters else NOTHING
    return await _stage(work, access, document, record, named, document.record, action)


def find_action(entity: EntityModel, name: str) -> ActionModel:
    """The action of this wire name; NotFound offers the likely one."""
    action = entity.actions.get(name)
    if action is None:
        raise NotFound(f"{entity.name} has no action `{name}`.", hint=perhaps_one_of(name, entity.actions))
    return action


def rule_of(action: ActionModel) -> Operation | ActionModel:
    """The rule that holds on the record before and after the action: its own, or that of an update."""
    return Operation.UPDATE if action.rule is None else action


async def _stage(
    work: Work,
    access: Access,
    document: Document,
    record: Record,
    named: Mapping[str, Any],
    seen: Mapping[str, Any],
    action: ActionModel | None = None,
) -> Staged:
    """Judge the next state, with it in place, and stage it.

    named: what the caller chose, by field. seen: what it knows of the record as it is; a key that it names without
    seeing it is a new one to it, for else it could find out by guessing.
    """
    entity, before = access.entity, document.record
    if record["id"] != before["id"]:
        raise ValidationError("The id cannot change.", errors=[Violation("/id", "cannot change", "immutable")])
    staged = work.unit.replace(entity.name, document, record, work.metadata(entity, document.metadata))
    rule = Operation.UPDATE if action is None else rule_of(action)
    await authorize(work, access, rule, record)
    if rule is Operation.UPDATE and entity.owner is not None:
        await authorize_owner(work, access, before, record)
    if seen is before:
        known = before
    else:
        known = {name: value for name, value in before.items() if name in seen or name not in named}
    claim(work, access, record, known, named)
    work.after(entity, "after_update", staged)
    return staged


async def _revised(work: Work, entity: EntityModel, data: Mapping[str, Any]) -> Record:
    """The next state of a record: validated, stamped, through the hooks, in canonical form."""
    draft = entity.codec.parse(data)
    for field in entity.fields.values():
        if field.on_update is not None:
            setattr(draft, field.name, field.on_update())
    if "before_update" in entity.hooks:
        draft = await work.before(entity, "before_update", draft)
    return settled(entity, draft, "before_update")


async def _kept(work: Work, access: Access, record: Record, visible: Record) -> Record:
    """What a replacement leaves as it is unless the input names it: what the caller cannot set or cannot see."""
    custom = work.custom() if access.writable else None
    return {
        name: record[name]
        for name, field in access.entity.fields.items()
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
