"""What a principal may do and see, asserted by the rules themselves; a failure says which rule decided."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from pydantic import BaseModel

from atakora_data.api.typed.data import SYSTEM, entity_of
from atakora_data.authorization.access import Access, check_owner
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.explain import Explanation
from atakora_data.authorization.ruling import Ruling
from atakora_data.errors import FieldForbidden, Forbidden, NotFound, SignInRequired, perhaps_one_of
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.schema.naming import camel
from atakora_data.service.commands import Get
from atakora_data.storage.port import Record
from atakora_data.testing.client import Client

_OPERATIONS: Final = tuple(each.value for each in Operation)


async def assert_allowed(client: Client, operation: str, record: BaseModel, *, field: str | None = None) -> None:
    """The client's principal may do this with the record, or with one of its fields.

    operation: `create`, `read`, `update`, `delete`, or the name of an action. record: of a new one its draft; all
    others are judged as they are stored. field: by Python name; `create` and `update` ask whether it may be written.
    """
    for told in await _judge(client, operation, record, field):
        if told.allowed is not True:
            raise AssertionError(f"{_sentence(client, operation, record, field)} is denied:\n{told.render(1)}")


async def assert_denied(client: Client, operation: str, record: BaseModel, *, field: str | None = None) -> None:
    """The client's principal may not do this with the record, or with one of its fields: see `assert_allowed`."""
    told = await _judge(client, operation, record, field)
    if all(each.allowed is True for each in told):
        why = "\n".join(each.render(1) for each in told)
        raise AssertionError(f"{_sentence(client, operation, record, field)} is allowed:\n{why}")


async def assert_visible(client: Client, record: BaseModel) -> None:
    """The client's principal finds the record, by its id and in lists."""
    by_id, listed = await _finds(client, record)
    if not (by_id and listed):
        where = "in no list" if by_id else "not by its id" if listed else "neither by its id nor in lists"
        why = "\n".join(each.render(1) for each in await _judge(client, "read", record, None))
        raise AssertionError(f"{_called(client)} finds {_named(record)} {where}:\n{why}")


async def assert_hidden(client: Client, record: BaseModel) -> None:
    """The client's principal finds the record neither by its id nor in lists."""
    by_id, listed = await _finds(client, record)
    if by_id or listed:
        where = "by its id and in lists" if by_id and listed else "by its id" if by_id else "in lists"
        why = "\n".join(each.render(1) for each in await _judge(client, "read", record, None))
        raise AssertionError(f"{_called(client)} finds {_named(record)} {where}:\n{why}")


async def _finds(client: Client, record: BaseModel) -> tuple[bool, bool]:
    """Whether the real service answers the record by its id, and in a list."""
    records, id = client.data[type(record)], getattr(record, "id", None)
    try:
        by_id = await records.get(id) is not None
        return by_id, await records.query().where("id", "==", id).first() is not None
    except (Forbidden, SignInRequired):
        return False, False


async def _judge(client: Client, operation: str, record: BaseModel, field: str | None) -> list[Explanation]:
    """The decisions that must all allow it: what may be changed must be readable, too."""
    application, context = client.application, client.context
    entity = entity_of(application.registry, type(record))
    access = application.gatekeeper.access(entity, client.principal)
    judged = await _stored(client, entity, record) if operation != Operation.CREATE else entity.codec.dump(record)
    rulings = [_ruling(access, operation)]
    if operation not in (Operation.CREATE, Operation.READ):
        rulings.append(access.rulings[Operation.READ])
    if field is not None:
        rulings.extend(_of_field(access, operation, field))
    custom = application.service.rule_context(context)
    told = [await each.explain(judged, custom) for each in rulings]
    return [*told, await _of_owner(access, judged, custom)] if operation == Operation.CREATE else told


async def _of_owner(access: Access, draft: Record, custom: CustomContext) -> Explanation:
    """A new record is the caller's own, unless a rule lets it choose the owner."""
    try:
        await check_owner(access, None, draft, custom)
    except FieldForbidden as error:
        return Explanation(allowed=False, words="the owner of a new record", reason=error.detail)
    return Explanation(allowed=True, words="the owner of a new record")


async def _stored(client: Client, entity: EntityModel, record: BaseModel) -> Record:
    """The record as it is stored now: the instance may be older."""
    id = str(getattr(record, "id", ""))
    try:
        found = await client.application.service.get(Get(entity.name, id), replace(client.context, principal=SYSTEM))
    except NotFound:
        raise LookupError(f"There is no {entity.name} `{id}`: store it first, or ask for `create`.") from None
    return {name: found[name] for name in entity.fields if name in found}


def _ruling(access: Access, operation: str) -> Ruling:
    if operation in _OPERATIONS:
        return access.rulings[Operation(operation)]
    actions = {each.name: each for each in access.entity.actions.values()}
    if operation not in actions:
        hint = perhaps_one_of(operation, [*_OPERATIONS, *actions])
        raise ValueError(f"{access.entity.name} has no operation and no action `{operation}`. {hint}")
    return access.action_ruling(actions[operation])


def _of_field(access: Access, operation: str, name: str) -> list[Ruling]:
    field = access.entity.fields.get(camel(name))
    if field is None or field.name != name:
        hint = perhaps_one_of(name, [each.name for each in access.entity.fields.values()])
        raise ValueError(f"{access.entity.name} has no field `{name}`. {hint}")
    rules = access.readable if operation == Operation.READ else access.writable
    return [rules[field.wire]] if field.wire in rules else []


def _sentence(client: Client, operation: str, record: BaseModel, field: str | None) -> str:
    what = _named(record) if field is None else f"`{field}` of {_named(record)}"
    return f"{operation} {what} as {_called(client)}"


def _called(client: Client) -> str:
    principal = client.principal
    held = ", ".join(sorted([*principal.roles, *principal.groups]))
    who = "the system" if principal.is_system else principal.id or "anonymous"
    return f"{who} ({held})" if held else who


def _named(record: BaseModel) -> str:
    return f"{type(record).__name__} `{getattr(record, 'id', '')}`"
