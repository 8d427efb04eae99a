"""What becomes of a field by its declaration, before any rule of its own is asked."""

from __future__ import annotations

from typing import Final

from atakora_data.authorization.access import Access
from atakora_data.authorization.explain import Explanation
from atakora_data.registry.entity import FieldModel

APART: Final = "no rule of its own"
"""How it is told that a field goes with its record."""


def ruled_apart() -> Explanation:
    """The field has no rule of its own."""
    return Explanation(allowed=True, words=APART, reason="it goes with the record")


def fixed_in(access: Access, name: str, *, is_new: bool) -> Explanation | None:
    """What the declaration says of writing the field; None when it leaves that to the rules."""
    entity = access.entity
    if access.principal.is_system and is_new:
        return None
    if name in entity.computed:
        return _never("computed")
    field = entity.fields[name]
    if field.read_only:
        return _never("read_only")
    if not is_new and (field.primary_key or field.immutable):
        return _never("primary key" if field.primary_key else "immutable", "it is set on create only")
    return _of_owner(access, field, is_new=is_new)


def _of_owner(access: Access, field: FieldModel, *, is_new: bool) -> Explanation | None:
    """An owner field without a write rule is the caller's own."""
    if not field.owner or access.principal.is_system or field.wire in access.writable:
        return None
    if is_new:
        return Explanation(None, "owner", reason="only the caller's own id may be given")
    return _never("owner", "it may be repeated, not changed")


def _never(words: str, reason: str = "no client sets it") -> Explanation:
    return Explanation(allowed=False, words=words, reason=reason)
