"""What a filter names that the caller can never read: subscribed to by it, nothing would ever arrive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from atakora_data.authorization.access import Access
from atakora_data.errors import Violation
from atakora_data.query.filter import NOTHING
from atakora_data.registry.entity import RelationKind, RelationModel
from atakora_data.registry.links import Path
from atakora_data.service.crossing import ways

_Asked: TypeAlias = Mapping[str, Any]


def unreadable(access: Access, filter: _Asked, pointer: str = "/filter") -> Iterator[Violation]:
    """The fields and relations, each where it is named. The filter is one that `parse_filter` understands."""
    for name, value in filter.items():
        place = f"{pointer}/{name}"
        if name in access.entity.fields:
            if _is_hidden(access, name):
                yield _refused(place)
        elif name == "not":
            yield from unreadable(access, value, place)
        elif name in ("and", "or"):
            for index, each in enumerate(value):
                yield from unreadable(access, each, f"{place}/{index}")
        else:
            yield from _across(access, access.entity.relations[name], value, place)


def _across(access: Access, relation: RelationModel, value: _Asked, place: str) -> Iterator[Violation]:
    """What cannot be read on the way, or else at its end."""
    is_polymorphic = relation.kind is RelationKind.POLYMORPHIC
    for path in ways(access, relation):
        name = path.target.name
        if is_polymorphic and name not in value and "isNull" not in value:
            continue
        if _is_closed(access, relation, path):
            yield _refused(f"{place}/{name}" if is_polymorphic and name in value else place)
            continue
        for below, inner in _inner(relation, name, value, place):
            yield from unreadable(access.of(name), inner, below)


def _inner(relation: RelationModel, target: str, value: _Asked, place: str) -> Sequence[tuple[str, _Asked]]:
    """The filters on the target, and where they stand."""
    if relation.is_to_many:
        return [(f"{place}/{word}", each) for word, each in value.items()]
    if relation.kind is RelationKind.POLYMORPHIC:
        return [(f"{place}/{target}", value[target])] if target in value else []
    return [(place, {name: each for name, each in value.items() if name != "isNull"})]


def _is_closed(access: Access, relation: RelationModel, path: Path) -> bool:
    """Whether no record that the path leads to could count for the caller."""
    stops = [access, *(access.of(link.target) for link in path.links)]
    ends = zip(path.links, stops, stops[1:], strict=False)
    typed = access if relation.holds_key else stops[-1]
    return (
        any(
            _is_hidden(here, link.local.path[0]) or _is_hidden(there, link.remote.path[0]) for link, here, there in ends
        )
        or any(each.surely_readable == NOTHING for each in stops[1:] if not each.entity.is_junction)
        or (relation.type_field != "" and _is_hidden(typed, relation.type_field))
    )


def _is_hidden(access: Access, name: str) -> bool:
    return access.guarded(name) == NOTHING


def _refused(place: str) -> Violation:
    return Violation(place, "can never be read by you", "field_forbidden")
