"""What of a record is wanted: `fields=id,title` and `include=author,comments.user`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from atakora_data.errors import InvalidSelection, QueryTooExpensive, perhaps_one_of
from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import ALL, RelationSelection, Selection

MAX_INCLUDE_DEPTH = 4
"""How many relations one path of `include` may follow."""

MAX_INCLUDED = 50_000
"""How many records an answer may hold, full pages assumed."""

_ALWAYS = ("_etag", "_version")

_Tree: TypeAlias = dict[str, Any]
"""Names of relations to what is included behind them."""


def parse_selections(
    registry: Registry, entities: Sequence[EntityModel], fields: str | None, include: str | None
) -> list[Selection]:
    """What the two parameters want of records of each entity; InvalidSelection offers the likely names.

    entities: what the records may be. A name must stand for something in one of them at least.
    """
    if fields is None and include is None:
        return [ALL] * len(entities)
    wanted = None if fields is None else _fields(entities, fields)
    tree = {} if include is None else _paths(registry, entities, include)
    return [Selection(wanted, _select(registry, entity, tree)) for entity in entities]


def _fields(entities: Sequence[EntityModel], text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    known = _named(entities)
    for name in names:
        if name not in known and name not in _ALWAYS:
            said = f"{_called(entities)} has no field `{name[:100]}`."
            raise InvalidSelection(said, hint=_field_hint(entities, name))
    return names


def _called(entities: Sequence[EntityModel]) -> str:
    return " or ".join(each.name for each in entities)


def _field_hint(entities: Sequence[EntityModel], name: str) -> str | None:
    if any(name in each.relations for each in entities):
        return f"`{name}` is a relation: write include={name}."
    return perhaps_one_of(name[:100], _named(entities))


def _named(entities: Sequence[EntityModel]) -> dict[str, None]:
    return dict.fromkeys(name for each in entities for name in (*each.fields, *each.computed))


def _paths(registry: Registry, entities: Sequence[EntityModel], text: str) -> _Tree:
    tree: _Tree = {}
    for path in text.split(","):
        names = path.split(".")
        if len(names) > MAX_INCLUDE_DEPTH:
            raise InvalidSelection(
                f"`{path[:100]}` follows {len(names)} relations; at most {MAX_INCLUDE_DEPTH} are allowed.",
                hint="Ask for the deeper records in a request of their own.",
            )
        branch, reached = tree, entities
        for name in names:
            reached = _follow(registry, reached, name)
            branch = branch.setdefault(name, {})
    return tree


def _follow(registry: Registry, entities: Sequence[EntityModel], name: str) -> list[EntityModel]:
    """What the relation of this name leads to from those entities that have it; InvalidSelection when none has."""
    found = [each.relations[name] for each in entities if name in each.relations]
    if not found:
        known = dict.fromkeys(wire for each in entities for wire in each.relations)
        raise InvalidSelection(
            f"{_called(entities)} has no relation `{name[:100]}`.", hint=perhaps_one_of(name[:100], known)
        )
    return [registry[target] for target in dict.fromkeys(target for each in found for target in each.all_targets)]


def _select(registry: Registry, entity: EntityModel, tree: _Tree) -> tuple[RelationSelection, ...]:
    """The relations to load of one entity; what it does not have, another of the possible ones has."""
    return tuple(
        _relation(registry, entity.relations[name], below) for name, below in tree.items() if name in entity.relations
    )


def _relation(registry: Registry, relation: RelationModel, tree: _Tree) -> RelationSelection:
    selections = {
        name: Selection(None, _select(registry, registry[name], tree)) if tree else ALL for name in relation.all_targets
    }
    if relation.targets:
        return RelationSelection(relation.wire, relation.wire, selections=selections)
    return RelationSelection(relation.wire, relation.wire, selections[relation.target], as_json=True)


def check_included(registry: Registry, entity: EntityModel, selection: Selection, records: int) -> None:
    """Raise QueryTooExpensive when so many records, with all they include, could be too many for one answer."""
    found = _count(registry, entity, selection, records)
    if found > MAX_INCLUDED:
        raise QueryTooExpensive(
            f"The answer could hold {found} records; at most {MAX_INCLUDED} are allowed.",
            hint="Set a smaller limit, or include less and ask in several requests.",
        )


def _count(registry: Registry, entity: EntityModel, selection: Selection, records: int) -> int:
    return records + sum(_behind(registry, entity, each, records) for each in selection.relations)


def _behind(registry: Registry, entity: EntityModel, wanted: RelationSelection, records: int) -> int:
    relation = entity.relations[wanted.relation]
    if relation.targets:
        chosen = wanted.selections or {}
        return max(_count(registry, registry[name], chosen.get(name, ALL), records) for name in relation.targets)
    target = registry[relation.target]
    return _count(registry, target, wanted.selection, records * (target.default_limit if relation.is_to_many else 1))
