"""What becomes of the records that hold an id when the record of that id is deleted: one answer for each foreign key.

Several relationships may go over one key. Those that say `on_delete` must agree, and the others follow them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec.structs import replace

from atakora_data.errors import perhaps
from atakora_data.registry.entity import RelationKind, RelationModel
from atakora_data.registry.neighbours import Neighbours, Site

Relations = dict[str, RelationModel]
"""By wire name."""

_CHOICES: Final = {
    RelationKind.HAS_ONE: ("restrict", "cascade", "set_null"),
    RelationKind.HAS_MANY: ("restrict", "cascade", "set_null"),
    RelationKind.MANY_TO_MANY: ("cascade", "restrict"),
}


class Key(NamedTuple):
    """A field of the holder that holds ids of the entity pointed to. All but the entities are wire names."""

    holder: str
    field: str
    pointed: str


class Said(NamedTuple):
    """What one relationship says of a key; None when it leaves it open."""

    site: Site
    relation: RelationModel
    on_delete: str | None


def settle_deletions(neighbours: Neighbours, relations: Mapping[str, Relations]) -> dict[str, Relations]:
    """The relations of all entities with their `on_delete`; what is wrong or contradictory is reported."""
    return _Settling(neighbours, relations).settled()


class _Settling:
    """Gathers what is said of each key: by the end it points to, and by the other end of its junction."""

    def __init__(self, neighbours: Neighbours, relations: Mapping[str, Relations]) -> None:
        self._neighbours = neighbours
        self._relations = relations
        self._own: dict[Key, list[Said]] = {}
        self._opposite: dict[Key, list[Said]] = {}
        for entity, named in relations.items():
            for relation in named.values():
                self._gather(entity, relation)

    def settled(self) -> dict[str, Relations]:
        for key, all_said in self._own.items():
            self._check(key, all_said)
        return {
            entity: {wire: self._with_answer(entity, relation) for wire, relation in named.items()}
            for entity, named in self._relations.items()
        }

    def _gather(self, entity: str, relation: RelationModel) -> None:
        if relation.kind not in _CHOICES:
            return
        site = Site(self._neighbours.declared[entity], relation.name)
        said = Said(site, relation, self._choice(site, relation))
        self._own.setdefault(_key(entity, relation), []).append(said)
        if relation.kind is RelationKind.MANY_TO_MANY:
            self._opposite.setdefault(Key(relation.junction, relation.far, relation.target), []).append(said)

    def _choice(self, site: Site, relation: RelationModel) -> str | None:
        """What it says, if it may say that; else it is reported."""
        relationship = site.declared.relationships[site.name].relationship
        said, choices = relationship and relationship.on_delete, _CHOICES[relation.kind]
        if said is None or said in choices:
            return said
        if said == "set_null":
            remedy = "Use cascade: it takes the links away, never their targets. Or refuse the deletion by restrict."
        else:
            remedy = perhaps(str(said), choices) or f"It is one of {', '.join(choices)}."
        self._neighbours.refuse(site, f"{site}: on_delete is {said!r}.", remedy)
        return None

    def _check(self, key: Key, all_said: list[Said]) -> None:
        first: Said | None = None
        for each in all_said:
            if each.on_delete is None:
                continue
            first = first or each
            if each.on_delete != first.on_delete:
                field = f"{key.holder}.{self._neighbours.fields[key.holder][key.field].name}"
                said = f"{each.site} says {each.on_delete} of {field}, but {first.site} says {first.on_delete}."
                self._neighbours.refuse(each.site, said, "Say it once, or the same.")
            if each.on_delete == "set_null":
                self._check_nullable(key, each)
        self._check_number(key, all_said)

    def _check_nullable(self, key: Key, each: Said) -> None:
        fields = self._neighbours.fields[key.holder]
        for wire in filter(None, (key.field, each.relation.type_field)):
            if not fields[wire].type.nullable:
                self._neighbours.refuse(
                    each.site,
                    f"{each.site}: on_delete is set_null, but {key.holder}.{fields[wire].name} cannot be null.",
                    "Make that field optional (`| None`), or choose cascade or restrict.",
                )

    def _check_number(self, key: Key, all_said: list[Said]) -> None:
        one = next((each for each in all_said if each.relation.kind is RelationKind.HAS_ONE), None)
        many = next((each for each in all_said if each.relation.kind is not RelationKind.HAS_ONE), None)
        if one is not None and many is not None:
            field = f"{key.holder}.{self._neighbours.fields[key.holder][key.field].name}"
            said = f"{one.site} leads to one by {field}, but {many.site} to many."
            self._neighbours.refuse(one.site, said, "Keep one of them.")

    def _with_answer(self, entity: str, relation: RelationModel) -> RelationModel:
        if relation.kind not in _CHOICES:
            return relation
        return replace(relation, on_delete=self._answer(_key(entity, relation)))

    def _answer(self, key: Key) -> str:
        """What was said of the key; else what the other end of the junction said; else the default."""
        own, opposite = self._own[key], self._opposite.get(key, [])
        for all_said in (own, opposite):
            said = {each.on_delete for each in all_said} - {None}
            if said:
                return str(min(said, key=_CHOICES[RelationKind.HAS_ONE].index))
        links = opposite or [each for each in own if each.relation.kind is RelationKind.MANY_TO_MANY]
        return "cascade" if links else "restrict"


def _key(entity: str, relation: RelationModel) -> Key:
    """The key over which a relation leads from this entity."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        return Key(relation.junction, relation.near, entity)
    return Key(relation.target, relation.foreign_key, entity)
