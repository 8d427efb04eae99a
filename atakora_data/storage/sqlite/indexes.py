"""The indexes an entity asks for, as SQL: the declared ones, one a foreign key, one a unique field.

Each is a partial index of one entity over (tenant, values, id). Its name says what it is and ends with a digest of its
definition: it is stable, collides with no other, and a changed definition is another index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from atakora_data.registry.entity import EntityModel, FieldModel, IndexKey, RelationKind
from atakora_data.storage.sqlite.documents import Documents, quoted

PREFIX = "atakora:"
"""How the names of our own indexes begin; no other index is ever dropped."""

_UNIQUE = "unique"
_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """One index: its name, the statement that creates it, and the field it keeps unique, if any."""

    name: str
    create: str
    model: EntityModel
    unique: FieldModel | None = None


def index_definitions(model: EntityModel) -> Iterator[IndexDefinition]:
    """All indexes of one entity; two that would hold the same are one."""
    seen = set()
    for definition in (*_unique(model), *_declared(model), *_foreign_keys(model), *_of_ids(model)):
        body = definition.create.partition(" ON ")[2]
        if body not in seen:
            seen.add(body)
            yield definition


def unique_field(index: str) -> tuple[str, str] | None:
    """The entity and the wire name of the field that the index of this name keeps unique."""
    match index.removeprefix(PREFIX).split(":"):
        case [entity, purpose, wire, _] if purpose == _UNIQUE:
            return entity, wire
    return None


def _unique(model: EntityModel) -> Iterator[IndexDefinition]:
    documents = Documents.of(model)
    for field in model.unique_fields:
        if not field.primary_key:
            yield _definition(model, (_UNIQUE, field.wire), [documents.field(field.ref(), "")], field)


def _declared(model: EntityModel) -> Iterator[IndexDefinition]:
    for index in model.indexes:
        yield _ordered(model, ("declared", index.name), *index.keys)


def _foreign_keys(model: EntityModel) -> Iterator[IndexDefinition]:
    for relation in model.relations.values():
        if relation.kind is RelationKind.BELONGS_TO:
            key = IndexKey(model.fields[relation.foreign_key].ref())
            yield _ordered(model, ("relation", relation.foreign_key), key)


def _of_ids(model: EntityModel) -> Iterator[IndexDefinition]:
    if not Documents.of(model).has_text_id:
        yield _ordered(model, ("id", "id"))


def _ordered(model: EntityModel, purpose: tuple[str, str], *keys: IndexKey) -> IndexDefinition:
    documents, id = Documents.of(model), model.primary_key.ref()
    complete = keys if any(key.field == id for key in keys) else (*keys, IndexKey(id))
    values = [documents.field(key.field, "") + (" DESC" if key.descending else "") for key in complete]
    return _definition(model, purpose, values)


def _definition(
    model: EntityModel, purpose: tuple[str, str], values: list[str], unique: FieldModel | None = None
) -> IndexDefinition:
    body = f"{Documents.of(model).table}(tenant,{','.join(values)}) WHERE entity='{model.name}'"
    kind = "UNIQUE INDEX" if unique else "INDEX"
    digest = hashlib.blake2b(f"{kind} {body}".encode(), digest_size=_DIGEST_BYTES).hexdigest()
    name = PREFIX + ":".join((model.name, *purpose, digest))
    return IndexDefinition(name, f"CREATE {kind} IF NOT EXISTS {quoted(name)} ON {body}", model, unique)
