"""Field rules for reading: what of a record one principal sees, and where a field counts as null in filters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.ruling import Ruling
from atakora_data.query.filter import Filter


class Mask:
    """Takes out of records what may not be read. The unit is the field of the record, not what is nested in it.

    hidden: the fields that are hidden whatever the record. is_open: nothing is hidden.
    is_immediate: every rule can be told from the record alone. crossing: the fields whose rules are exact but cross
    relations, and where each is readable, as a store can tell.
    """

    __slots__ = ("_closed", "_depending", "crossing", "hidden", "is_immediate", "is_open")

    def __init__(self, readable: Mapping[str, Ruling]) -> None:
        self._closed = {name: ruling for name, ruling in readable.items() if ruling.constant is not True}
        self._depending = [(name, ruling) for name, ruling in self._closed.items() if not ruling.is_impossible]
        self.hidden = frozenset(name for name, ruling in self._closed.items() if ruling.is_impossible)
        self.is_immediate = all(ruling.is_immediate for ruling in self._closed.values())
        self.is_open = not self._closed
        self.crossing = {name: each.upper for name, each in self._depending if each.is_exact and not each.is_immediate}

    def guard(self, name: str) -> Filter | None:
        """Where the field counts as readable: None for everywhere; what only a function could allow does not count."""
        ruling = self._closed.get(name)
        return None if ruling is None else ruling.lower

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record without what may not be read, the same object when all of it may; only where it is immediate."""
        hidden = [name for name, ruling in self._depending if not ruling.passes(record)]
        return _without(record, [*self.hidden, *hidden])

    async def reveal(self, record: dict[str, Any], custom: CustomContext | None) -> dict[str, Any]:
        """As `apply`, asking the functions of the rules, and for related records."""
        if self.is_immediate:
            return self.apply(record)
        hidden = [name for name, ruling in self._depending if not await ruling.allows(record, custom)]
        return _without(record, [*self.hidden, *hidden])

    async def reveal_given(
        self, record: dict[str, Any], custom: CustomContext | None, readable: Mapping[str, Collection[str]]
    ) -> dict[str, Any]:
        """As `reveal`, when a store has told of `crossing` fields, by name, in which records they may be read."""
        hidden = [
            name
            for name, ruling in self._depending
            if not (record["id"] in readable[name] if name in readable else await ruling.allows(record, custom))
        ]
        return _without(record, [*self.hidden, *hidden])


def _without(record: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names} if names else record
