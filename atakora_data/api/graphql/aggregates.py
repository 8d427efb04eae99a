"""What a query wants to have worked out, and what came of it: nested objects have dots in the service's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from atakora_data.api.graphql.collection import Collector, Parent
from atakora_data.query.aggregate import MEASURES


def measures(collector: Collector, nodes: Iterable[Parent]) -> dict[str, tuple[str, ...]]:
    """Of which fields what is selected: `{"sum": ("views", "metadata.words")}`."""
    found: dict[str, dict[str, None]] = {}
    for below in collector.collect(nodes).values():
        name = below[0].name.value
        if name in MEASURES:
            found.setdefault(name, {}).update(dict.fromkeys(_paths(collector, below)))
    return {name: tuple(paths) for name, paths in found.items()}


def _paths(collector: Collector, nodes: Iterable[Parent]) -> Iterator[str]:
    for below in collector.collect(nodes).values():
        name = below[0].name.value
        if below[0].selection_set is not None:
            yield from (f"{name}.{each}" for each in _paths(collector, below))
        elif not name.startswith("__"):
            yield name


def nested(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item with objects where its names have dots."""
    return {name: _nested(value) if isinstance(value, Mapping) else value for name, value in item.items()}


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        *parents, last = name.split(".")
        place = found
        for each in parents:
            place = place.setdefault(each, {})
        place[last] = value
    return found
