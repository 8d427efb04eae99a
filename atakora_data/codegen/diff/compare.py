"""Compares two sides in everything that both of them tell."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from atakora_data.codegen.diff.change import Area, Change, Severity, in_order
from atakora_data.codegen.diff.containers import container_changes
from atakora_data.codegen.diff.graphql import graphql_changes
from atakora_data.codegen.diff.records import registry_changes
from atakora_data.codegen.diff.rest import rest_changes
from atakora_data.codegen.diff.side import Side
from atakora_data.errors import SettingsError


class Difference(Struct, frozen=True):
    """The changes, the worst first. untold: areas of which one of the sides tells nothing."""

    changes: list[Change]
    untold: list[Area]

    def count(self, severity: Severity) -> int:
        """How many there are of a kind."""
        return sum(each.severity is severity for each in self.changes)

    @property
    def is_breaking(self) -> bool:
        """Whether something that worked does not any more."""
        return self.count(Severity.BREAKING) > 0


def compare(old: Side, new: Side) -> Difference:
    """All changes. SettingsError: a file that was to be generated is not as it was generated."""
    try:
        found = {area: [*changes] for area, changes in _areas(old, new)}
    except (LookupError, TypeError, AttributeError) as error:
        if old.registry is not None and new.registry is not None:
            raise
        raise SettingsError(f"A generated file is not as it was generated ({error!r}). Generate it anew.") from error
    untold = [area for area in Area if area not in found]
    return Difference(in_order(each for changes in found.values() for each in changes), untold)


def _areas(old: Side, new: Side) -> Iterator[tuple[Area, Iterator[Change]]]:
    if old.openapi is not None and new.openapi is not None:
        yield Area.REST, rest_changes(old.openapi, new.openapi)
    if old.sdl is not None and new.sdl is not None:
        yield Area.GRAPHQL, graphql_changes(old.sdl, new.sdl)
    if old.containers is not None and new.containers is not None:
        yield Area.CONTAINERS, container_changes(old.containers, new.containers)
    if old.registry is not None and new.registry is not None:
        both = [*registry_changes(old.registry, new.registry)]
        for area in (Area.RECORDS, Area.RULES):
            yield area, (each for each in both if each.area is area)
