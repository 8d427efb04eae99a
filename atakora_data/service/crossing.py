"""From one entity to another along a relation: only what the caller may read counts on the way and at the end.

What only a function could allow does not count: no store can ask it. Rules that functions decide hold all the same
where records themselves are answered.
"""

from __future__ import annotations

from msgspec.structs import replace

from atakora_data.authorization.access import Access
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    Compare,
    FieldRef,
    Filter,
    Link,
    Operator,
    all_of,
    some,
    transform,
)
from atakora_data.query.page import Hop
from atakora_data.registry.entity import RelationModel
from atakora_data.registry.links import Path, paths


def ways(access: Access, relation: RelationModel) -> tuple[Path, ...]:
    """How a relation of the accessed entity leads to its targets."""
    found: tuple[Path, ...] | None = access.ways.get(relation.wire)
    if found is None:
        found = access.ways[relation.wire] = paths(access.entities, access.entity, relation)
    return found


def leads_to(access: Access, path: Path, wanted: Filter) -> Filter:
    """That the path leads to a record which the caller may read and which matches; `wanted` is guarded already."""
    target = access.of(path.target.name)
    found = all_of(target.surely_readable, guard(path.there, target), wanted)
    here = guard(path.here, access)
    if len(path.links) == 1:
        return all_of(here, some(guarded_link(path.links[0], access, target), found))
    first, second = path.links
    between = access.of(first.target)
    onward = all_of(readable_link(between), some(guarded_link(second, between, target), found))
    return all_of(here, some(guarded_link(first, access, between), onward))


def readable_link(junction: Access) -> Filter:
    """Which records of a junction count: those of the framework's own have no rules but those at their ends."""
    return EVERYTHING if junction.entity.is_junction else junction.surely_readable


def hop(access: Access, path: Path) -> Hop:
    """The way over a to-one relation, as far as the caller may read."""
    target = access.of(path.target.name)
    return Hop(guarded_link(path.links[0], access, target), all_of(target.surely_readable, guard(path.there, target)))


def guarded_link(link: Link, access: Access, target: Access) -> Link:
    """The link, leading nowhere by what the caller may not read at either end."""
    return Link(link.target, guarded_field(link.local, access), guarded_field(link.remote, target))


def guarded_field(field: FieldRef, access: Access) -> FieldRef:
    """The field, counting as null wherever the caller may not read it."""
    if access.always_readable or access.entity.is_junction:
        return field
    condition = access.guarded(field.path[0])
    return field if condition is None else replace(field, guard=condition)


def guard(item: Filter, access: Access) -> Filter:
    """The filter with every field that the caller may not read counting as null; related records are not touched."""
    if access.always_readable or access.entity.is_junction:
        return item
    return transform(item, lambda leaf: _guarded(leaf, access), lambda asked: asked)


def _guarded(leaf: Compare, access: Access) -> Filter:
    condition = access.guarded(leaf.field.path[0])
    if condition is None:
        return leaf
    if condition == NOTHING:
        return EVERYTHING if leaf.operator is Operator.IS_NULL else NOTHING
    return replace(leaf, field=replace(leaf.field, guard=condition))
