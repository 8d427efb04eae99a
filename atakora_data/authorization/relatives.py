"""What a filter asks of related records, answered for one record before the filter is judged in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atakora_data.authorization.evaluate import RelatedReader
from atakora_data.query.evaluate import Related, matches, read
from atakora_data.query.filter import Filter, Some, somes


def crosses(*filters: Filter) -> bool:
    """Whether any of the filters asks of related records."""
    return any(True for each in filters for _ in somes(each))


async def answered(filters: Iterable[Filter], record: Mapping[str, Any], reader: RelatedReader) -> Related:
    """All that the filters ask of the related records of this one, looked up."""
    questions: list[Some] = []
    for asked in (asked for each in filters for asked in somes(each)):
        if asked not in questions:
            questions.append(asked)
    answers = [await _tell(asked, record, reader) for asked in questions]
    return lambda asked, _record: answers[questions.index(asked)]


async def holds(filter: Filter, record: Mapping[str, Any], reader: RelatedReader) -> bool:
    """Whether the record matches."""
    return matches(filter, record, await answered([filter], record, reader))


async def _tell(asked: Some, record: Mapping[str, Any], reader: RelatedReader) -> bool:
    local = asked.link.local
    if local.guard is not None and not await holds(local.guard, record, reader):
        return False
    value = read(local.unguarded, record)
    return value is not None and await reader.exists(asked.link, value, asked.filter)
