"""What the rules say of one record in a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atakora_data.authorization.access import Access, check_owner
from atakora_data.errors import Forbidden, NotFound, PreconditionFailed
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.service.field_rights import refuse_unseen_owner, require_writable
from atakora_data.service.input import refuse_read_only
from atakora_data.service.shaping import visible_part
from atakora_data.service.work import Work
from atakora_data.storage.port import Document, Record

NOT_READABLE = "names no {} that exists and that you may read"
"""What is told of an id that leads nowhere, in the same words for every reason; `{}` is the entity."""

_SHOWN = 80


async def readable(work: Work, access: Access, id: str) -> Document:
    """The record as it is now in this unit; NotFound, in the same words, when it is missing or hidden."""
    document = await work.unit.get(access.entity.name, id)
    if document is None or not await is_readable(work, access, document.record):
        raise not_found(access.entity, id)
    return document


async def current(work: Work, access: Access, id: str, if_match: tuple[str, ...] | None) -> Document:
    """As `readable`; PreconditionFailed when the caller has seen another state of it."""
    document = await readable(work, access, id)
    if if_match is not None and "*" not in if_match and document.record["_etag"] not in if_match:
        raise PreconditionFailed(
            f"{access.entity.name} `{id}` has changed since it was read.", hint="Read it again and repeat the change."
        )
    return document


def enter(work: Work, entity: EntityModel, operation: Operation) -> Access:
    """The caller's access to a related entity; Forbidden, or SignInRequired, when nothing of this kind is allowed."""
    access = work.access(entity)
    if operation.value not in entity.operations and not access.principal.is_system:
        raise Forbidden(f"{entity.name} is not open for {operation.value}.", hint="Its schema leaves it out.")
    access.require_possible(operation)
    return access


async def is_readable(work: Work, access: Access, record: Record) -> bool:
    """Whether the caller may read the record."""
    if access.is_immediate(Operation.READ):
        return access.allows_exactly(Operation.READ, record)
    return await access.allows(Operation.READ, record, work.custom())


async def visible(work: Work, access: Access, record: Record) -> Record:
    """The record without the fields the caller may not read."""
    return record if access.always_readable else await visible_part(access, record, work.custom())


async def authorize(work: Work, access: Access, rule: Operation | ActionModel, record: Record) -> None:
    """Forbidden unless the rule of the operation, or of the action, allows this state of the record."""
    if isinstance(rule, ActionModel):
        allowed = await access.allows_action(rule, record, work.custom())
    elif access.is_immediate(rule):
        allowed = access.allows_exactly(rule, record)
    else:
        allowed = await access.allows(rule, record, work.custom())
    if not allowed:
        word = rule.name if isinstance(rule, ActionModel) else rule.value
        raise Forbidden(f"The rules do not allow you to {word} this {access.entity.name}.")
    if access.entity.trail:
        work.judged[access.entity.name, record["id"]] = rule


async def authorize_owner(work: Work, access: Access, before: Record | None, after: Record) -> None:
    """FieldForbidden when somebody else becomes the owner, unless a rule allows that."""
    await check_owner(access, before, after, work.custom() if access.writable else None)


async def authorize_fields(work: Work, access: Access, names: Iterable[str], state: Record) -> None:
    """FieldForbidden when the rules do not let the caller write these fields in this state of the record."""
    await require_writable(access, names, state, work.custom)


async def authorize_input(
    work: Work, access: Access, input: Mapping[str, Any], record: Record, visible: Record
) -> None:
    """Refuse what cannot be named in a change of this record, before anything is worked out from hidden values."""
    refuse_read_only(access.entity, input, visible)
    refuse_unseen_owner(access, input.keys(), visible)
    if access.writable:
        await authorize_fields(work, access, input, record)


def not_found(entity: EntityModel, id: str) -> NotFound:
    """The same words whether the record is missing or hidden."""
    shown = id if len(id) <= _SHOWN else f"{id[:_SHOWN]}…"
    return NotFound(f"There is no {entity.name} `{shown}`.")
