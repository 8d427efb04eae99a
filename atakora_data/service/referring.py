"""Foreign keys that a write sets: each names a record that exists, and that the caller may read if it named it.

Claims are collected while the write is staged, and looked up together: one round trip a target entity. The store holds
them again when it commits. What a hook or an action sets is the app's own choice: it must exist, no more. An owner
field with the caller's own id needs no record: the token vouches for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from atakora_data.authorization.access import Access
from atakora_data.authorization.values import own_id
from atakora_data.errors import UniqueViolation, ValidationError, Violation, perhaps_one_of
from atakora_data.query.filter import Compare, Operator, all_of, negate
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.links import is_of_type
from atakora_data.service.input import is_same
from atakora_data.service.judging import NOT_READABLE, is_readable
from atakora_data.service.keys import Key, Single
from atakora_data.service.work import Claim, Work, place
from atakora_data.storage.port import Absent, Record, Require, Target


def claim(work: Work, access: Access, record: Record, before: Record | None, named: Mapping[str, Any]) -> None:
    """Note what the foreign keys of this new state must lead to. named: what the caller sent, by field."""
    entity, keys = access.entity, work.tools.keys
    for key in keys.held_by(entity):
        if record.get(key.field) is not None and _is_new(key, record, before):
            _claim(work, access, key, record, named)
    for single in keys.singles_of(entity):
        if record.get(single.field) is not None and _is_new(single, record, before):
            _claim_alone(work, entity, single, record)


async def settle(work: Work) -> None:
    """Look up what was claimed; ValidationError tells all that leads nowhere, in the same words for every reason."""
    claims, work.claims = work.claims, []
    refused: list[Claim] = []
    for name in dict.fromkeys(each.target for each in claims):
        refused += await _unmet(work, name, [each for each in claims if each.target == name])
    if refused:
        raise _refusal(refused)


async def _unmet(work: Work, name: str, claims: Sequence[Claim]) -> list[Claim]:
    ids = list(dict.fromkeys(each.id for each in claims))
    found = await work.unit.get_many(name, ids)
    access = work.access(work.tools.registry[name])
    readable: dict[str, bool] = {}
    for each in claims:
        if each.is_judged and each.id in found and each.id not in readable:
            readable[each.id] = await is_readable(work, access, found[each.id])
    unmet = [each for each in claims if each.id not in found or (each.is_judged and not readable[each.id])]
    for id in ids:
        if not work.unit.is_staged(name, id):
            refusal = _refusal([next(each for each in claims if each.id == id)])
            work.unit.check_first(Require(Target(name, work.unit.tenant), id, refusal))
    return unmet


def _refusal(claims: Sequence[Claim]) -> ValidationError:
    errors = [Violation(each.pointer, NOT_READABLE.format(each.target), "reference") for each in claims]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return ValidationError(f"{errors[0].pointer} {errors[0].detail}{more}", errors=errors)


def _is_new(key: Key | Single, record: Record, before: Record | None) -> bool:
    if before is None or record.get(key.field) != before.get(key.field):
        return True
    return bool(key.type_field) and record.get(key.type_field) != before.get(key.type_field)


def _claim(work: Work, access: Access, key: Key, record: Record, named: Mapping[str, Any]) -> None:
    entity, value = access.entity, record[key.field]
    if _is_own(work, entity, key, value):
        return
    is_judged = not access.principal.is_system and _is_named(entity, key, value, named)
    for target in _targets(key, record):
        work.claims.append(Claim(target, value, is_judged, work.spelling(f"/{key.field}")))


def _is_own(work: Work, entity: EntityModel, key: Key, value: Any) -> bool:
    owner, principal = entity.owner, work.context.principal
    if owner is None or owner.wire != key.field:
        return False
    return value == principal.id or bool(value == own_id(principal, owner.ref(), entity.fields))


def _is_named(entity: EntityModel, key: Key, value: Any, named: Mapping[str, Any]) -> bool:
    if key.field in named:
        return is_same(entity, entity.fields[key.field], named[key.field], value)
    return bool(key.type_field) and key.type_field in named


def _targets(key: Key, record: Record) -> tuple[str, ...]:
    if not key.type_field:
        return key.targets
    name = record.get(key.type_field)
    if name in key.targets:
        return (name,)
    said = f"is required beside {key.field}" if name is None else f"must be one of {', '.join(key.targets)}"
    pointer = f"/{key.type_field}"
    raise ValidationError(
        f"{pointer} {said}",
        hint=None if name is None else perhaps_one_of(str(name), key.targets),
        errors=[Violation(pointer, said, "required" if name is None else "enum")],
    )


def _claim_alone(work: Work, entity: EntityModel, single: Single, record: Record) -> None:
    """Let no other record have the same key once the write is done."""
    key = Compare(entity.fields[single.field].ref(), Operator.EQ, record[single.field])
    of_type = is_of_type(entity.fields, single.type_field, record.get(single.type_field, ""))
    others = negate(Compare(entity.primary_key.ref(), Operator.EQ, record["id"]))
    refusal = UniqueViolation(entity.name, single.field)
    place(refusal, work.pointer)
    work.unit.check_last(Absent(Target(entity.name, work.unit.tenant), all_of(key, of_type, others), refusal))
