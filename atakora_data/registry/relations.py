"""Relationships as declared, checked against the entities they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import FieldModel, RelationKind, RelationModel, TypeName
from atakora_data.registry.junctions import Linkage
from atakora_data.registry.names import is_field_name, snake
from atakora_data.registry.neighbours import Neighbours, Site
from atakora_data.schema.declarations import DeclaredRelationship
from atakora_data.schema.model import Model
from atakora_data.schema.naming import camel
from atakora_data.schema.relationships import BelongsTo, ManyToMany, Polymorphic, Relationship

Linkages = Mapping[tuple[str, str], Linkage]
"""How many-to-many go over their junctions, by entity and relationship."""


class RelationReader:
    """Reads relationships; of a junction that was made the fields are among the neighbours'."""

    def __init__(self, neighbours: Neighbours, linkages: Linkages) -> None:
        self._neighbours = neighbours
        self._linkages = linkages
        self._refuse = neighbours.refuse

    def read(self, declared: Declared) -> dict[str, RelationModel]:
        """The relations of an entity by wire name; what is wrong with them is reported."""
        named = ((Site(declared, name), each) for name, each in declared.relationships.items())
        found = [self._read_one(site, each) for site, each in named if self._is_fit_name(site)]
        return {relation.wire: relation for relation in found if relation is not None}

    def _is_fit_name(self, site: Site) -> bool:
        if not is_field_name(site.name):
            self._refuse(site, f"{site}: the name is not snake_case.", f"Call it `{snake(site.name) or 'related'}`.")
            return False
        if hasattr(Model, site.name):
            self._refuse(site, f"{site}: the name is taken by pydantic.", f"Call it for instance `{site.name}_list`.")
            return False
        return True

    def _read_one(self, site: Site, each: DeclaredRelationship) -> RelationModel | None:
        relationship = each.relationship
        if relationship is None:
            call = camel_to_call(each.annotated or "")
            self._refuse(site, f"{site} does not say how the records are connected.", f"Write `= {call}(…)`.")
            return None
        if isinstance(relationship, Polymorphic):
            return self._polymorphic(site, each, relationship)
        if self._is_annotated(site, each, relationship) and self._neighbours.is_entity(site, each.targets[0]):
            return self._to(site, relationship, each.targets[0])
        return None

    def _to(self, site: Site, relationship: Relationship[Any], target: str) -> RelationModel | None:
        match relationship:
            case BelongsTo(foreign_key=key):
                return self._belongs_to(site, target, key)
            case ManyToMany():
                return self._many_to_many(site, target)
        return self._has(site, target, relationship.foreign_key, RelationKind(relationship.kind))

    def _is_annotated(self, site: Site, each: DeclaredRelationship, relationship: Relationship[Any]) -> bool:
        written = type(relationship).__name__
        if each.annotated == written and len(each.targets) == 1:
            return True
        self._refuse(
            site,
            f"{site} is made by {relationship.kind}, but its annotation does not name one target for it.",
            f'Write `{site.name}: {written}["Target"] = {relationship.kind}(…)`.',
        )
        return False

    def _belongs_to(self, site: Site, target: str, foreign_key: str) -> RelationModel | None:
        key = self._neighbours.key(site, site.entity, foreign_key, target)
        if key is None:
            return None
        shared = self._polymorphic_over(site.entity, foreign_key)
        if shared is not None:
            said = f"{site}: {key.name} is the id of the polymorphic `{shared.name}`, and not always of a {target}."
            self._refuse(site, said, f"Use `{shared.name}`, or a field of its own.")
            return None
        return _relation(site, RelationKind.BELONGS_TO, target, key)

    def _has(self, site: Site, target: str, foreign_key: str, kind: RelationKind) -> RelationModel | None:
        key = self._neighbours.key(site, target, foreign_key, site.entity)
        if key is None:
            return None
        shared = self._polymorphic_over(target, foreign_key)
        if shared is not None:
            return self._has_by_type(site, target, key, kind, shared)
        if kind is RelationKind.HAS_ONE and not key.primary_key:
            self._make_unique(target, key)
        return _relation(site, kind, target, key)

    def _has_by_type(
        self, site: Site, target: str, key: FieldModel, kind: RelationKind, shared: Polymorphic[Any]
    ) -> RelationModel | None:
        """A has_one or has_many over the id of a polymorphic relationship of the target."""
        type = next((each for each in self._neighbours.fields[target].values() if each.name == shared.type_field), None)
        if type is None or not _are_names(shared.targets):
            return None  # reported where the polymorphic relationship is read
        if site.entity not in shared.targets:
            said = (
                f"{site}: {target}.{shared.name} does not lead to {site.entity}, only to {', '.join(shared.targets)}."
            )
            self._refuse(site, said, f'Add "{site.entity}" to its targets.')
            return None
        return replace(_relation(site, kind, target, key), type_field=type.wire)

    def _make_unique(self, target: str, key: FieldModel) -> None:
        """The store keeps a second one out."""
        fields: Any = self._neighbours.fields[target]
        fields[key.wire] = replace(key, unique=True)

    def _many_to_many(self, site: Site, target: str) -> RelationModel | None:
        linkage = self._linkages.get((site.entity, site.name))
        if linkage is None:
            return None
        through = linkage.through
        if through is None:
            fields = self._neighbours.fields[linkage.junction].values()
            through = tuple(each.name for each in fields if each.name not in ("id", linkage.near, linkage.far))
        return RelationModel(
            name=site.name,
            wire=camel(site.name),
            kind=RelationKind.MANY_TO_MANY,
            target=target,
            foreign_key="",
            junction=linkage.junction,
            near=camel(linkage.near),
            far=camel(linkage.far),
            through=tuple(camel(name) for name in through),
        )

    def _polymorphic(
        self, site: Site, each: DeclaredRelationship, relationship: Polymorphic[Any]
    ) -> RelationModel | None:
        targets = relationship.targets
        if not self._are_targets(site, each, targets):
            return None
        key = self._key_to_all(site, relationship)
        type = self._type_field(site, relationship)
        if key is None or type is None:
            return None
        found = _relation(site, RelationKind.POLYMORPHIC, "", key)
        return replace(found, targets=targets, type_field=type.wire)

    def _are_targets(self, site: Site, each: DeclaredRelationship, targets: tuple[str, ...]) -> bool:
        if not _are_names(targets):
            self._refuse(site, f"{site} names no targets.", 'Give names in quotes: `polymorphic(["Post", …], …)`.')
            return False
        if len(set(targets)) < len(targets):
            self._refuse(site, f"{site} names a target twice.", "Name it once.")
            return False
        if each.annotated != Polymorphic.__name__ or set(each.targets) != set(targets):
            said = f"{site} is made by polymorphic for {' and '.join(targets)}, but its annotation does not name these."
            remedy = f'Write `{site.name}: Polymorphic["{" | ".join(targets)}"] = polymorphic(…)`.'
            self._refuse(site, said, remedy)
            return False
        return [target for target in targets if self._neighbours.is_entity(site, target)] == list(targets)

    def _key_to_all(self, site: Site, relationship: Polymorphic[Any]) -> FieldModel | None:
        """The field that holds the id of any of the targets, which are all of one type."""
        types = {target: self._neighbours.key_type(target) for target in relationship.targets}
        if len(set(types.values())) == 1:
            return self._neighbours.key(site, site.entity, relationship.foreign_key, relationship.targets[0])
        known = ", ".join(f"{target}.id is {type}" for target, type in types.items())
        self._refuse(site, f"{site} keeps all ids in one field, but {known}.", "Give the ids of all targets one type.")
        return None

    def _type_field(self, site: Site, relationship: Polymorphic[Any]) -> FieldModel | None:
        """The field that holds the name of the target; None, and reported, when it cannot hold each of them."""
        fields = {field.name: field for field in self._neighbours.fields[site.entity].values()}
        name: object = relationship.type_field
        names = ", ".join(f'"{target}"' for target in relationship.targets)
        if not isinstance(name, str):
            self._refuse(site, f"{site}: {name!r} is no name of a field.", "Give the name in quotes.")
            return None
        field = fields.get(name)
        if field is None:
            self._refuse(
                site,
                f"{site}: {site.entity} has no field `{name}` to hold the name of the target.",
                perhaps(name, fields) or f"Declare it, such as `{name}: Literal[{names}]`.",
            )
            return None
        if field.type.name not in (TypeName.STRING, TypeName.ENUM):
            said = f"{site}: {site.entity}.{name} is {field.type.name}, and cannot hold the name of the target."
            self._refuse(site, said, f"Declare it as `str`, or as `Literal[{names}]`.")
            return None
        values = field.type.enum.values if field.type.enum is not None else relationship.targets
        missing = [target for target in relationship.targets if target not in values]
        if missing:
            said = f"{site}: {site.entity}.{name} cannot be {' or '.join(missing)}; its values are {', '.join(values)}."
            self._refuse(site, said, f"Declare it as `Literal[{names}]`.")
            return None
        return field

    def _polymorphic_over(self, entity: str, foreign_key: str) -> Polymorphic[Any] | None:
        """The polymorphic relationship of the entity whose id this field is, if any."""
        declared = [each.relationship for each in self._neighbours.declared[entity].relationships.values()]
        found = (each for each in declared if isinstance(each, Polymorphic) and each.foreign_key == foreign_key)
        return next(found, None)


def _relation(site: Site, kind: RelationKind, target: str, key: FieldModel) -> RelationModel:
    return RelationModel(name=site.name, wire=camel(site.name), kind=kind, target=target, foreign_key=key.wire)


def _are_names(targets: tuple[object, ...]) -> bool:
    return bool(targets) and all(isinstance(target, str) for target in targets)


def camel_to_call(annotated: str) -> str:
    """The function that makes a relationship of this type: `BelongsTo` → `belongs_to`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in annotated).lstrip("_")
