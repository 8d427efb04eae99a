"""Keeps who did what to which record, when, and by which rule: staged with the change, both are stored or none."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from atakora_data.authorization.explain import Explanation
from atakora_data.registry.entity import ActionModel, EntityModel
from atakora_data.service.journal import now
from atakora_data.service.overlay import Staged
from atakora_data.service.work import Work
from atakora_data.storage.port import Record

_DONE: Final = {"after_create": "created", "after_update": "updated", "after_delete": "deleted"}
_BOOKKEEPING: Final = frozenset({"_etag", "_version"})
_ALONG: Final = "on_delete"
"""What allows a change that nobody asked for: a record that it referred to is deleted."""


async def audit(work: Work) -> None:
    """Stage an entry for each change of the write."""
    for entity, moment, staged in work.changed:
        trail = work.tools.registry[work.tools.registry[entity.name].trail]
        entry = await _entry(work, entity, _DONE[moment], staged)
        work.unit.insert(trail.name, entry, work.metadata(trail))


async def _entry(work: Work, entity: EntityModel, operation: str, staged: Staged) -> Record:
    before = {} if staged.base is None else staged.base.record
    record = staged.stored if staged.record is None else staged.record
    asked = work.judged.get((entity.name, staged.id))
    return {
        "id": str(uuid4()),
        "recordId": staged.id,
        "operation": operation,
        "action": asked.wire if isinstance(asked, ActionModel) else None,
        "at": now(),
        "by": work.context.principal.id,
        "rule": await _rule(work, entity, staged.id, record),
        "changed": [] if operation == "deleted" else _changed(before, record),
        "recordVersion": int(record["_version"]) + (operation == "deleted"),
    }


async def _rule(work: Work, entity: EntityModel, id: str, record: Record) -> str:
    """The part of the rule that allowed it, in words."""
    asked = work.judged.get((entity.name, id))
    if asked is None:
        return _ALONG
    access = work.access(entity)
    ruling = access.action_ruling(asked) if isinstance(asked, ActionModel) else access.rulings[asked]
    return _deciding(await ruling.explain(record, work.custom()))


def _deciding(told: Explanation) -> str:
    """Of alternatives the first that allows, of conditions all."""
    if told.words == "any of":
        return next((_deciding(part) for part in told.parts if part.allowed), told.words)
    if told.words == "all of":
        return " & ".join(_deciding(part) for part in told.parts)
    return f"not {_deciding(told.parts[0])}" if told.parts else told.words


def _changed(before: Record, record: Record) -> list[str]:
    return [name for name, value in record.items() if name not in _BOOKKEEPING and before.get(name) != value]
