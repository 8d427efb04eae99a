"""Writes the records of a file through the service, as the system: validated, hooked and stored like any other.

Every line counts: a bad one is told and the next one is tried. A record that is there already with the same values is
skipped, so that a seed that was cut off can be run again; one with other values is a problem and stays as it is.
One that refers to a record which is not there waits for later ones, as reports wait for their manager.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from atakora_data.cli.caller import SYSTEM
from atakora_data.cli.seeding.lines import Line, batches, read_lines
from atakora_data.cli.seeding.plan import SeedFile
from atakora_data.errors import RequestError, StoreUnavailable
from atakora_data.registry.entity import EntityModel
from atakora_data.service.commands import Create, CreateMany, ListRecords
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService


class Fault(Struct, frozen=True):
    """Why one line was not loaded. pointer: where in the record, "" for all of it."""

    location: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return ": ".join(each for each in (self.location, self.pointer, self.message) if each)


class Outcome(Struct, frozen=True):
    """What became of one line: created, or there already, unless there are faults.

    is_waiting: all that is wrong is that it refers to records which are not there; they may still come.
    """

    is_created: bool = False
    faults: tuple[Fault, ...] = ()
    is_waiting: bool = False


class Loaded(Struct):
    """What became of one file. waiting: the lines that may be loaded once others are, and what they lack so far.

    context: as whom they are loaded.
    """

    file: SeedFile
    context: RequestContext
    created: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list)
    waiting: list[tuple[Line, Outcome]] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one more line."""
        self.created += outcome.is_created
        self.skipped += not outcome.is_created and not outcome.faults
        self.faults += outcome.faults


async def load(
    file: SeedFile, service: EntityService, advance: Callable[[int], None], context: RequestContext = SYSTEM
) -> Loaded:
    """Load one file; `advance` is told how many more lines are done. Lines of a batch are written together."""
    loaded = Loaded(file, context)
    for batch in batches(read_lines(file.path), file.entity.max_limit):
        await _load_lines(loaded, batch, service)
        advance(len(batch))
    return loaded


async def load_waiting(results: Sequence[Loaded], service: EntityService) -> None:
    """Load the lines that wait for what came later, in any file; those that nothing helps any more are faulty.

    The last come first: what the first wait for is among them.
    """
    is_moving = True
    while is_moving:
        before = sum(each.created for each in results)
        for loaded in results:
            lines, loaded.waiting = [line for line, _ in reversed(loaded.waiting)], []
            for start in range(0, len(lines), loaded.file.entity.max_limit):
                await _load_lines(loaded, lines[start : start + loaded.file.entity.max_limit], service)
        is_moving = before < sum(each.created for each in results)
    for loaded in results:
        for _, outcome in loaded.waiting:
            loaded.add(outcome)
        loaded.waiting = []


async def _load_lines(loaded: Loaded, lines: Sequence[Line], service: EntityService) -> None:
    """Load lines together, and again those that waited for others among them."""
    entity, remaining = loaded.file.entity, list(lines)
    present = await _present(entity, remaining, service, loaded.context)
    new = [each for each in remaining if _is_new(entity, each, present)]
    if len(new) > 1 and await _are_created(entity, new, service, loaded.context):
        loaded.created += len(new)
        remaining = [each for each in remaining if not _is_new(entity, each, present)]
    while remaining:
        tried = (_load_line(entity, each, present, service, loaded.context) for each in remaining)
        outcomes = await asyncio.gather(*tried)
        waiting = [(line, each) for line, each in zip(remaining, outcomes, strict=True) if each.is_waiting]
        for outcome in outcomes:
            if not outcome.is_waiting:
                loaded.add(outcome)
        if not any(outcome.is_created for outcome in outcomes):
            loaded.waiting += waiting
            return
        remaining = [line for line, _ in waiting]


def _is_new(entity: EntityModel, line: Line, present: Mapping[str, Any]) -> bool:
    return line.record is not None and _id(entity, line.record) not in present


async def _are_created(
    entity: EntityModel, lines: Sequence[Line], service: EntityService, context: RequestContext
) -> bool:
    """Create all of the lines at once, where nothing is wrong with any: they may refer to each other in any order."""
    try:
        await service.create_many(CreateMany(entity.name, tuple([each.record or {} for each in lines])), context)
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001 - nothing was written: one by one it shows which line is wrong, and what
        return False
    return True


async def _load_line(
    entity: EntityModel,
    line: Line,
    present: Mapping[str, dict[str, Any]],
    service: EntityService,
    context: RequestContext,
) -> Outcome:
    if line.record is None:
        return Outcome(faults=(Fault(line.location, "", line.fault),))
    stored = present.get(_id(entity, line.record) or "")
    if stored is not None:
        return _compare(entity, line, line.record, stored)
    try:
        await service.create(Create(entity.name, line.record), context)
    except StoreUnavailable:
        raise
    except RequestError as error:
        is_waiting = bool(error.errors) and all(each.code == "reference" for each in error.errors)
        return Outcome(faults=_faults(line, error), is_waiting=is_waiting)
    except Exception as error:  # noqa: BLE001 - a hook failed: its line is told, the others are tried
        return Outcome(faults=(Fault(line.location, "", f"could not be created: {type(error).__name__}: {error}"),))
    return Outcome(is_created=True)


async def _present(
    entity: EntityModel, batch: list[Line], service: EntityService, context: RequestContext
) -> dict[str, dict[str, Any]]:
    """Find the records of the batch that are stored already, by id, in one round trip."""
    ids = {_id(entity, line.record) for line in batch if line.record is not None} - {None}
    if not ids:
        return {}
    command = ListRecords(entity.name, filter={"id": {"in": sorted(map(str, ids))}}, limit=entity.max_limit)
    page = await service.list(command, context)
    return {record["id"]: record for record in page["items"]}


def _id(entity: EntityModel, record: Mapping[str, Any]) -> str | None:
    """Read the id as it is stored; None when it is absent or wrong, which creating the record will tell."""
    try:
        return str(entity.codec.canonical(entity.primary_key, record["id"]))
    except (KeyError, ValueError, TypeError):
        return None


def _compare(entity: EntityModel, line: Line, given: Mapping[str, Any], stored: Mapping[str, Any]) -> Outcome:
    others = [name for name, value in given.items() if not _is_same(entity, name, value, stored)]
    message = (
        f"{entity.name} `{stored['id']}` exists with another value. It was left as it is; delete it to load this one."
    )
    return Outcome(faults=tuple(Fault(line.location, f"/{name}", message) for name in others))


def _is_same(entity: EntityModel, name: str, value: Any, stored: Mapping[str, Any]) -> bool:
    if name not in entity.fields:
        return False
    if value == stored.get(name):
        return True
    try:
        return value is not None and bool(entity.codec.canonical(entity.fields[name], value) == stored.get(name))
    except (ValueError, TypeError):
        return False


def _faults(line: Line, error: RequestError) -> tuple[Fault, ...]:
    if error.errors:
        return tuple(Fault(line.location, each.pointer, each.detail) for each in error.errors)
    return (Fault(line.location, "", error.detail),)
