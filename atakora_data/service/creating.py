"""Creates one record: validated, hooked, judged as it will be, and staged."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from atakora_data.authorization.access import Access
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.service.context import RequestContext
from atakora_data.service.input import refuse_read_only
from atakora_data.service.judging import authorize, authorize_fields, authorize_owner
from atakora_data.service.overlay import Staged
from atakora_data.service.referring import claim
from atakora_data.service.work import Work
from atakora_data.storage.port import Record

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


async def create_record(
    work: Work, access: Access, input: Mapping[str, Any], vouched: Mapping[str, Any] = NOTHING
) -> Staged:
    """Stage a new record from input that lacks nothing but defaults and the owner.

    vouched: further fields, which lead to records that this very write has found or made.
    """
    entity = access.entity
    named = {**input, **vouched} if vouched else input
    if not access.principal.is_system:
        refuse_read_only(entity, named, None)
    draft = entity.codec.parse(_with_owner(entity, named, work.context))
    if "before_create" in entity.hooks:
        draft = await work.before(entity, "before_create", draft)
    record = settled(entity, draft, "before_create")
    await authorize(work, access, Operation.CREATE, record)
    if access.writable:
        await authorize_fields(work, access, named, record)
    if entity.owner is not None:
        await authorize_owner(work, access, None, record)
    claim(work, access, record, None, input)
    staged = work.unit.insert(entity.name, record, work.metadata(entity))
    work.after(entity, "after_create", staged)
    return staged


def settled(entity: EntityModel, draft: Any, moment: str) -> Record:
    """The draft in wire form; what the hooks of this moment put in is validated like any input."""
    record = entity.codec.dump(draft)
    return entity.codec.dump(entity.codec.parse(record)) if moment in entity.hooks else record


def _with_owner(entity: EntityModel, input: Mapping[str, Any], context: RequestContext) -> Mapping[str, Any]:
    owner = entity.owner
    if owner is None or owner.wire in input or context.principal.id is None:
        return input
    return {**input, owner.wire: context.principal.id}
