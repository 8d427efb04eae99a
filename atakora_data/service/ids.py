"""The ids of records as callers write them."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from atakora_data.errors import ValidationError, Violation
from atakora_data.registry.entity import EntityModel, TypeName
from atakora_data.schema.formats import canonical_uuid
from atakora_data.service.commands import Act, Delete, Link, Put, Unlink, Update

Change = TypeVar("Change", Act, Delete, Link, Put, Unlink, Update)


def stored_id(entity: EntityModel, id: str) -> str:
    """The id as records have it: a UUID may be written in upper case, too. What can be no id stays as it is."""
    if entity.primary_key.type.name is not TypeName.UUID:
        return id
    try:
        return canonical_uuid(id)
    except ValueError:
        return id


def with_stored_id(entity: EntityModel, command: Change) -> Change:
    """The command with the id as the record has it."""
    id = stored_id(entity, command.id)
    return command if id == command.id else replace(command, id=id)


def require_fit(entity: EntityModel, id: str) -> None:
    """Raise ValidationError when the entity's ids have another form."""
    try:
        entity.codec.canonical(entity.primary_key, id)
    except ValueError as error:
        raise ValidationError(f"/id {error}", errors=[Violation("/id", str(error), "format")]) from None
