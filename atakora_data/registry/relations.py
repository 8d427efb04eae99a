"""Relationships as declared, checked against the entities they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import FieldModel, RelationKind, RelationModel
from atakora_data.registry.fields import Fields
from atakora_data.registry.findings import Findings
from atakora_data.schema.declarations import DeclaredRelationship
from atakora_data.schema.naming import camel
from atakora_data.schema.relationships import BelongsTo, HasMany, Relationship

_ON_DELETE: Final = ("restrict", "cascade", "set_null")


class RelationReader:
    """Reads relationships. fields: of all entities, by entity. unreadable: names that a broken module may declare."""

    def __init__(self, findings: Findings, fields: Mapping[str, Fields], unreadable: frozenset[str]) -> None:
        self._findings = findings
        self._fields = fields
        self._unreadable = unreadable

    def read(self, declared: Declared) -> dict[str, RelationModel]:
        """The relations of an entity by wire name; what is wrong with them is reported."""
        found = [self._read_one(declared, name, each) for name, each in declared.relationships.items()]
        return {relation.wire: relation for relation in found if relation is not None}

    def _read_one(self, declared: Declared, name: str, each: DeclaredRelationship) -> RelationModel | None:
        relationship = each.relationship
        where = f"{declared.name}.{name}"
        if relationship is None:
            call = camel_to_call(each.annotated or "")
            self._refuse(
                declared, name, f"{where} does not say how the records are connected.", f"Write `= {call}(…)`."
            )
            return None
        if not isinstance(relationship, BelongsTo | HasMany):
            self._refuse(declared, name, f"{where}: {relationship.kind} is not available yet.", _instead(relationship))
            return None
        if each.annotated != type(relationship).__name__ or len(each.targets) != 1:
            self._refuse(
                declared,
                name,
                f"{where} is made by {relationship.kind}, but its annotation does not name one target for it.",
                f'Write `{name}: {type(relationship).__name__}["Target"] = {relationship.kind}(…)`.',
            )
            return None
        return self._connected(declared, name, relationship, each.targets[0])

    def _connected(
        self, declared: Declared, name: str, relationship: Relationship[Any], target: str
    ) -> RelationModel | None:
        if target not in self._fields:
            if target not in self._unreadable:
                known = ", ".join(sorted(self._fields))
                self._refuse(
                    declared,
                    name,
                    f"{declared.name}.{name} leads to `{target}`, which is no entity.",
                    perhaps(target, self._fields) or f"The entities are {known}.",
                )
            return None
        holder, pointed = (declared.name, target) if isinstance(relationship, BelongsTo) else (target, declared.name)
        key = self._foreign_key(declared, name, relationship, holder, pointed)
        if key is None:
            return None
        return RelationModel(
            name=name,
            wire=camel(name),
            kind=RelationKind(relationship.kind),
            target=target,
            foreign_key=key.wire,
            on_delete=relationship.on_delete,
        )

    def _foreign_key(
        self, declared: Declared, name: str, relationship: Relationship[Any], holder: str, pointed: str
    ) -> FieldModel | None:
        fields = {field.name: field for field in self._fields[holder].values()}
        key = fields.get(relationship.foreign_key)
        where = f"{declared.name}.{name}"
        if key is None:
            self._refuse(
                declared,
                name,
                f"{where}: {holder} has no field `{relationship.foreign_key}` to hold the id of the {pointed}.",
                perhaps(relationship.foreign_key, fields) or f"Declare it in {holder}.",
            )
            return None
        self._check_type(declared, name, key, holder, pointed)
        self._check_on_delete(declared, name, relationship, key, holder)
        return key

    def _check_type(self, declared: Declared, name: str, key: FieldModel, holder: str, pointed: str) -> None:
        id = self._fields[pointed].get("id")
        if id is None or key.type.name is id.type.name:
            return
        self._refuse(
            declared,
            name,
            f"{declared.name}.{name}: {holder}.{key.name} is {key.type.name}, but {pointed}.id is {id.type.name}.",
            "Give both the same type.",
        )

    def _check_on_delete(
        self, declared: Declared, name: str, relationship: Relationship[Any], key: FieldModel, holder: str
    ) -> None:
        where = f"{declared.name}.{name}"
        if relationship.on_delete not in _ON_DELETE:
            self._refuse(
                declared,
                name,
                f"{where}: on_delete is {relationship.on_delete!r}.",
                perhaps(str(relationship.on_delete), _ON_DELETE) or f"It is one of {', '.join(_ON_DELETE)}.",
            )
        elif relationship.on_delete == "set_null" and not key.type.nullable:
            self._refuse(
                declared,
                name,
                f"{where}: on_delete is set_null, but {holder}.{key.name} cannot be null.",
                "Make that field optional (`| None`), or choose cascade or restrict.",
            )

    def _refuse(self, declared: Declared, name: str, message: str, remedy: str) -> None:
        self._findings.refuse(declared.cls, name, message, remedy)


def camel_to_call(annotated: str) -> str:
    """The function that makes a relationship of this type: `BelongsTo` → `belongs_to`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in annotated).lstrip("_")


def _instead(relationship: Relationship[Any]) -> str:
    match relationship.kind:
        case "has_one":
            return "Use has_many, and make its foreign key unique."
        case "many_to_many":
            return "Declare the junction as an entity with two belongs_to, and has_many to it on both sides."
    return "Declare one optional belongs_to for each target."
