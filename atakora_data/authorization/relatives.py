"""What a filter asks of related records, answered for one record before the filter is judged in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from atakora_data.authorization.evaluate import RelatedReader
from atakora_data.query.evaluate import Related, matches, read
from atakora_data.query.filter import EVERYTHING, Filter, Some, somes


def crosses(*filters: Filter) -> bool:
    """Whether any of the filters asks of related records."""
    return any(True for each in filters for _ in somes(each))


async def answered(filters: Iterable[Filter], record: Mapping[str, Any], reader: RelatedReader) -> Related:
    """All that the filters ask of the related records of this one, looked up."""
    questions = _questions(filters)
    return _knowing(questions, [await _tell(asked, record, reader) for asked in questions])


async def possible(filters: Iterable[Filter], record: Mapping[str, Any], reader: RelatedReader) -> list[Related]:
    """All that the answers may have been for a record that is gone: what led to it went with it, or may have."""
    questions = _questions(filters)
    known = [await _remember(asked, record, reader) for asked in questions]
    ways = product(*((True, False) if each is None else (each,) for each in known))
    return [_knowing(questions, answers) for answers in ways]


def _questions(filters: Iterable[Filter]) -> list[Some]:
    questions: list[Some] = []
    for asked in (asked for each in filters for asked in somes(each)):
        if asked not in questions:
            questions.append(asked)
    return questions


def _knowing(questions: Sequence[Some], answers: Sequence[bool]) -> Related:
    return lambda asked, _record: answers[questions.index(asked)]


async def holds(filter: Filter, record: Mapping[str, Any], reader: RelatedReader) -> bool:
    """Whether the record matches."""
    return matches(filter, record, await answered([filter], record, reader))


async def surely_holds(filter: Filter, record: Mapping[str, Any], reader: RelatedReader) -> bool:
    """Whether a record that is gone matched, whatever it was related to that cannot be looked up any more."""
    return all(matches(filter, record, related) for related in await possible([filter], record, reader))


async def _remember(asked: Some, record: Mapping[str, Any], reader: RelatedReader) -> bool | None:
    """As `_tell`, None when nobody knows any more: only keys of its own still lead from the record to what is there."""
    if asked.link.remote.path != ("id",):
        return None
    if await _tell(Some(asked.link, EVERYTHING), record, reader):
        return await _tell(asked, record, reader)
    return False if read(asked.link.local.unguarded, record) is None else None


async def _tell(asked: Some, record: Mapping[str, Any], reader: RelatedReader) -> bool:
    local = asked.link.local
    if local.guard is not None and not await holds(local.guard, record, reader):
        return False
    value = read(local.unguarded, record)
    return value is not None and await reader.exists(asked.link, value, asked.filter)
