"""What of a record is wanted: `fields=id,title` and `include=author,comments.user`."""

from __future__ import annotations

from typing import Any

from atakora_data.errors import InvalidSelection, QueryTooExpensive, perhaps_one_of
from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import ALL, RelationSelection, Selection

MAX_INCLUDE_DEPTH = 4
"""How many relations one path of `include` may follow."""

MAX_INCLUDED = 50_000
"""How many records an answer may hold, full pages assumed."""

_ALWAYS = ("_etag", "_version")


def parse_selection(registry: Registry, entity: EntityModel, fields: str | None, include: str | None) -> Selection:
    """The selection that the two parameters write; InvalidSelection offers the likely names."""
    if fields is None and include is None:
        return ALL
    wanted = None if fields is None else _fields(entity, fields)
    return Selection(wanted, () if include is None else _relations(registry, entity, include))


def _fields(entity: EntityModel, text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    for name in names:
        if name not in entity.fields and name not in entity.computed and name not in _ALWAYS:
            raise InvalidSelection(f"{entity.name} has no field `{name[:100]}`.", hint=_field_hint(entity, name))
    return names


def _field_hint(entity: EntityModel, name: str) -> str | None:
    if name in entity.relations:
        return f"`{name}` is a relation: write include={name}."
    return perhaps_one_of(name[:100], [*entity.fields, *entity.computed])


def _relations(registry: Registry, entity: EntityModel, text: str) -> tuple[RelationSelection, ...]:
    tree: dict[str, Any] = {}
    for path in text.split(","):
        names = path.split(".")
        if len(names) > MAX_INCLUDE_DEPTH:
            raise InvalidSelection(
                f"`{path[:100]}` follows {len(names)} relations; at most {MAX_INCLUDE_DEPTH} are allowed.",
                hint="Ask for the deeper records in a request of their own.",
            )
        branch = tree
        for name in names:
            branch = branch.setdefault(name, {})
    return _select(registry, entity, tree)


def _select(registry: Registry, entity: EntityModel, tree: dict[str, Any]) -> tuple[RelationSelection, ...]:
    return tuple(
        RelationSelection(name, name, Selection(None, _select(registry, _target(registry, entity, name), below)))
        for name, below in tree.items()
    )


def _target(registry: Registry, entity: EntityModel, name: str) -> EntityModel:
    return registry[find_relation(entity, name).target]


def find_relation(entity: EntityModel, name: str) -> RelationModel:
    """The relation of this wire name; InvalidSelection offers the likely one."""
    relation = entity.relations.get(name)
    if relation is None:
        raise InvalidSelection(
            f"{entity.name} has no relation `{name[:100]}`.", hint=perhaps_one_of(name[:100], entity.relations)
        )
    return relation


def check_included(registry: Registry, entity: EntityModel, selection: Selection, records: int) -> None:
    """Raise QueryTooExpensive when so many records, with all they include, could be too many for one answer."""
    found = _count(registry, entity, selection, records)
    if found > MAX_INCLUDED:
        raise QueryTooExpensive(
            f"The answer could hold {found} records; at most {MAX_INCLUDED} are allowed.",
            hint="Set a smaller limit, or include less and ask in several requests.",
        )


def _count(registry: Registry, entity: EntityModel, selection: Selection, records: int) -> int:
    total = records
    for each in selection.relations:
        relation = entity.relations[each.relation]
        target = registry[relation.target]
        below = records * target.default_limit if relation.is_to_many else records
        total += _count(registry, target, each.selection, below)
    return total
