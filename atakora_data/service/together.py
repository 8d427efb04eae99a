"""Runs several writes in one unit of work: all of them are committed at once, or none is.

Each operation runs as it would alone. Where it would commit it waits, and the next one is begun; once all wait, or have
nothing to write, one commit answers for all, and they go on. A write sees what earlier ones have staged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from msgspec.structs import replace

from atakora_data.errors import AlreadyExists, NotFound, PreconditionFailed, UniqueViolation, WriteContention
from atakora_data.query.filter import Compare, FieldRef, Kind, Operator
from atakora_data.query.page import Query
from atakora_data.service.context import RequestContext
from atakora_data.service.overlay import Staged
from atakora_data.service.units import Unit
from atakora_data.storage.port import BY_ID, EntityStore

T = TypeVar("T")

Writing: TypeAlias = Callable[[RequestContext], Awaitable[T]]
"""Writes with the context it is given. It may be begun again, when somebody else changed what it had read."""

ATTEMPTS: Final = 12
"""How often all operations are begun again when others keep changing what they read."""


class OperationFailed(Exception):
    """One operation was refused, so nothing was written.

    index: which one, None when the commit of all was refused and no one is to blame. error: why.
    """

    def __init__(self, index: int | None, error: Exception) -> None:
        super().__init__(str(error))
        self.index = index
        self.error = error


async def run_together(operations: Sequence[Writing[T]], context: RequestContext, store: EntityStore) -> list[T]:
    """What the operations answer, once all of them are written; OperationFailed when nothing was."""
    for _ in range(ATTEMPTS):
        unit = SharedUnit(store, context.tenant)
        tasks: list[asyncio.Task[T]] = []
        try:
            for index, operation in enumerate(operations):
                tasks.append(asyncio.ensure_future(_run(operation, replace(context, unit=unit))))
                await unit.wait_for(tasks[-1], index)
            if not await _commit(unit):
                continue
            return [await task for task in tasks]
        finally:
            await _end(tasks)
    raise WriteContention("What was to be changed kept changing; nothing was written.", hint="Try again.")


async def _run(operation: Writing[T], context: RequestContext) -> T:
    return await operation(context)


async def _commit(unit: SharedUnit) -> bool:
    """Whether all is written; not when somebody else changed meanwhile what was read."""
    try:
        await unit.commit_all()
    except (PreconditionFailed, NotFound):
        return False
    except Exception as error:
        raise OperationFailed(await unit.author_of(error), error) from error
    return True


async def _end(tasks: Sequence[asyncio.Task[T]]) -> None:
    """Let nothing go on that waits for what does not come."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class SharedUnit(Unit):
    """The changes of several writes. `commit` waits until those of all are written."""

    def __init__(self, store: EntityStore, tenant: str) -> None:
        super().__init__(store, tenant)
        self._gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._staged_one = asyncio.Event()

    async def commit(self) -> None:
        """Tell that one write is staged, and wait for the others."""
        self._staged_one.set()
        await asyncio.shield(self._gate)

    async def wait_for(self, task: asyncio.Task[T], index: int) -> None:
        """Let an operation run until it has staged or ended; OperationFailed when it raised."""
        self.writer = index
        self._staged_one.clear()
        task.add_done_callback(lambda _: self._staged_one.set())
        await self._staged_one.wait()
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, Exception):
            raise OperationFailed(index, error) from error

    async def commit_all(self) -> None:
        """Write everything, and let all go on: what they write from now on they write by themselves."""
        await super().commit()
        self.is_open = False
        self._gate.set_result(None)

    async def author_of(self, error: Exception) -> int | None:
        """Which operation caused what the store refused, if that can be told."""
        match error:
            case _ if error in self.authors:
                return self.authors[error]
            case AlreadyExists():
                return await self._first_whose_id_exists()
            case UniqueViolation(entity=entity, field=field):
                return await self._first_to_repeat(entity, field)
        return None

    async def _first_whose_id_exists(self) -> int | None:
        for each in self._staged.values():
            if each.base is None and await self.store.get(each.target, each.id) is not None:
                return each.writer
        return None

    async def _first_to_repeat(self, entity: str, field: str) -> int | None:
        seen: set[str] = set()
        for each in self._staged_of(entity):
            value = None if each.record is None else each.record.get(field)
            if value is not None and (str(value) in seen or await self._is_taken(each, field)):
                return each.writer
            seen.add(str(value))
        return None

    async def _is_taken(self, staged: Staged, field: str) -> bool:
        """Whether a stored record that stays as it is has the value already."""
        wanted = Compare(FieldRef((field,), Kind.STRING), Operator.EQ, (staged.record or {})[field])
        found = await self.store.select(staged.target, Query(wanted, BY_ID, 2))
        return any((staged.target.entity, each["id"]) not in self._staged for each in found)
