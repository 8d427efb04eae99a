"""What a relationship is checked against: the other entities, and their fields that hold ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import FieldModel, TypeName
from atakora_data.registry.fields import Fields
from atakora_data.registry.findings import Findings
from atakora_data.schema.declarations import DeclaredRelationship


class Site(NamedTuple):
    """A relationship where it is declared."""

    declared: Declared
    name: str

    def __str__(self) -> str:
        return f"{self.entity}.{self.name}"

    @property
    def entity(self) -> str:
        """The entity that declares it."""
        return self.declared.name


class Neighbours(Struct, frozen=True):
    """All entities, by name. unreadable: names that a broken module may declare, of which nothing is said."""

    findings: Findings
    declared: Mapping[str, Declared]
    fields: Mapping[str, Fields]
    unreadable: frozenset[str]

    def sites(self) -> Iterable[tuple[Site, DeclaredRelationship]]:
        """All relationships of all entities."""
        for declared in self.declared.values():
            for name, each in declared.relationships.items():
                yield Site(declared, name), each

    def is_entity(self, site: Site, target: str) -> bool:
        """Whether the target of a relationship is an entity; what is none is reported."""
        if target in self.declared:
            return True
        if target in self.fields:
            remedy = f"Declare {target} as an entity of your own, with both keys; it stays the junction."
            self.refuse(
                site, f"{site} leads to `{target}`, the junction that the framework made, which has no doors.", remedy
            )
        elif target not in self.unreadable:
            known = ", ".join(sorted(self.declared))
            self.refuse(
                site,
                f"{site} leads to `{target}`, which is no entity.",
                perhaps(target, self.declared) or f"The entities are {known}.",
            )
        return False

    def key(self, site: Site, holder: str, field: object, pointed: str) -> FieldModel | None:
        """The field (by Python name) of the holder that holds ids of the entity pointed to; reported when unfit."""
        if not isinstance(field, str):
            self.refuse(site, f"{site}: {field!r} is no name of a field.", "Give the name in quotes.")
            return None
        fields = {each.name: each for each in self.fields[holder].values()}
        key = fields.get(field)
        if key is None:
            self.refuse(
                site,
                f"{site}: {holder} has no field `{field}` to hold the id of the {pointed}.",
                perhaps(field, fields) or f"Declare it in {holder}.",
            )
            return None
        type = self.key_type(pointed)
        if key.type.name is not type:
            said = f"{site}: {holder}.{key.name} is {key.type.name}, but {pointed}.id is {type}."
            self.refuse(site, said, "Give both the same type.")
            return None
        return key

    def key_type(self, entity: str) -> TypeName:
        """The type of a field that holds ids of the entity."""
        id = self.fields[entity].get("id")
        return TypeName.STRING if id is None else id.type.name

    def refuse(self, site: Site, message: str, remedy: str) -> None:
        """Report a problem of a relationship."""
        self.findings.refuse(site.declared.cls, site.name, message, remedy)
