"""Which fields a write may name, judged so that no answer depends on what the writer may not see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from atakora_data.authorization.access import Access, owner_refusal
from atakora_data.errors import FieldForbidden, Violation
from atakora_data.registry.entity import EntityModel
from atakora_data.storage.port import Record


async def require_writable(access: Access, names: Iterable[str], state: Record, custom: Callable[[], Any]) -> None:
    """Raise FieldForbidden when the rules do not let the caller write these fields in this state of the record."""
    guarded = [name for name in names if name in access.writable]
    if not guarded:
        return
    context = custom()
    refused = [name for name in guarded if not await access.may_write(name, state, context)]
    if refused:
        raise FieldForbidden(
            f"The rules do not allow you to write {', '.join(refused)}.",
            hint="Leave the field out.",
            errors=[Violation(f"/{name}", "may not be written by you", "field_forbidden") for name in refused],
        )


def refuse_unseen_owner(access: Access, names: Collection[str], visible: Mapping[str, Any]) -> None:
    """Raise FieldForbidden when the caller names an owner it may not see: repeating the right one would tell it."""
    owner = access.entity.owner
    if owner is None or access.principal.is_system or owner.wire not in names or owner.wire in visible:
        return
    if owner.wire not in access.writable:
        raise owner_refusal(access.entity, "changed")


def patchable(entity: EntityModel, record: Record, visible: Mapping[str, Any], patch: Mapping[str, Any]) -> Record:
    """What a patch is merged into: for the caller a field it may not see is absent, so what it sends is the whole."""
    if visible is record:
        return {name: record[name] for name in entity.fields if name in record}
    return {name: record[name] for name in entity.fields if name in record and (name in visible or name not in patch)}


def changed(before: Record, after: Record) -> list[str]:
    """The fields whose values differ."""
    return [name for name, value in after.items() if before.get(name) != value]
