"""The indexes an entity asks for, as SQL: the declared ones, one a foreign key, one a unique field or pair, and one
over the times of its changes where its records expire.

Each is a partial index of one entity over (tenant, values, id). Its name says what it is and ends with a digest of its
definition: it is stable, collides with no other, and a changed definition is another index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from msgspec import Struct

from atakora_data.registry.entity import EntityModel, FieldModel, IndexKey
from atakora_data.registry.references import linked_pairs, references_of
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.documents import Documents, changed_at, quoted
from atakora_data.storage.sqlite.seeking import Leading

PREFIX = "atakora:"
"""How the names of our own indexes begin; no other index is ever dropped."""

_UNIQUE = "unique"
_PAIR = "pair"
_DIGEST_BYTES = 8


class IndexDefinition(Struct, frozen=True):
    """One index: its name, the statement that creates it, and the fields whose values together it keeps unique."""

    name: str
    create: str
    model: EntityModel
    unique: tuple[FieldModel, ...] = ()


def index_definitions(registry: Registry, model: EntityModel) -> Iterator[IndexDefinition]:
    """All indexes of one entity; two that would hold the same are one."""
    seen = set()
    pairs = linked_pairs(registry, model)
    keys = _foreign_keys(registry, model, {near for near, _ in pairs})
    for definition in (
        *_unique(model),
        *_pairs(model, pairs),
        *_declared(model),
        *keys,
        *_of_ids(model),
        *_of_times(model),
    ):
        body = definition.create.partition(" ON ")[2]
        if body not in seen:
            seen.add(body)
            yield definition


def leading(registry: Registry, model: EntityModel) -> Leading:
    """What the indexes of one entity begin with: conditions on these fields are sought."""
    keys = {reference.field for reference in references_of(registry, model)}
    single = {model.primary_key.ref(), *(field.ref() for field in model.unique_fields)}
    declared = {index.keys[0].field for index in model.indexes}
    return Leading(frozenset({*single, *declared, *(model.fields[wire].ref() for wire in keys)}), frozenset(single))


def unique_fields(index: str) -> tuple[str, tuple[str, ...]] | None:
    """The entity and the wire names of the fields that the index of this name keeps unique."""
    match index.removeprefix(PREFIX).split(":"):
        case [entity, purpose, wires, _] if purpose in (_UNIQUE, _PAIR):
            return entity, tuple(wires.split("+"))
    return None


def _unique(model: EntityModel) -> Iterator[IndexDefinition]:
    for field in model.unique_fields:
        if not field.primary_key:
            yield _kept_unique(model, _UNIQUE, field)


def _pairs(model: EntityModel, pairs: frozenset[tuple[str, str]]) -> Iterator[IndexDefinition]:
    for near, far in sorted(pairs):
        yield _kept_unique(model, _PAIR, model.fields[near], model.fields[far])


def _kept_unique(model: EntityModel, purpose: str, *fields: FieldModel) -> IndexDefinition:
    values = [Documents.of(model).field(field.ref(), "") for field in fields]
    return _definition(model, (purpose, "+".join(field.wire for field in fields)), f"tenant,{','.join(values)}", fields)


def _declared(model: EntityModel) -> Iterator[IndexDefinition]:
    for index in model.indexes:
        yield _ordered(model, ("declared", index.name), *index.keys)


def _foreign_keys(registry: Registry, model: EntityModel, served: set[str]) -> Iterator[IndexDefinition]:
    """Those that no pair begins with: an index over both ends serves the near one, too."""
    for wire in dict.fromkeys(reference.field for reference in references_of(registry, model)):
        if wire not in served:
            yield _ordered(model, ("relation", wire), IndexKey(model.fields[wire].ref()))


def _of_ids(model: EntityModel) -> Iterator[IndexDefinition]:
    if not Documents.of(model).has_text_id:
        yield _ordered(model, ("id", "id"))


def _of_times(model: EntityModel) -> Iterator[IndexDefinition]:
    if model.storage.ttl is not None:
        yield _definition(model, ("times", "updatedAt"), changed_at(""))


def _ordered(model: EntityModel, purpose: tuple[str, str], *keys: IndexKey) -> IndexDefinition:
    documents, id = Documents.of(model), model.primary_key.ref()
    complete = keys if any(key.field == id for key in keys) else (*keys, IndexKey(id))
    values = [documents.field(key.field, "") + (" DESC" if key.descending else "") for key in complete]
    return _definition(model, purpose, f"tenant,{','.join(values)}")


def _definition(
    model: EntityModel, purpose: tuple[str, str], values: str, unique: tuple[FieldModel, ...] = ()
) -> IndexDefinition:
    body = f"{Documents.of(model).table}({values}) WHERE entity='{model.name}'"
    kind = "UNIQUE INDEX" if unique else "INDEX"
    digest = hashlib.blake2b(f"{kind} {body}".encode(), digest_size=_DIGEST_BYTES).hexdigest()
    name = PREFIX + ":".join((model.name, *purpose, digest))
    return IndexDefinition(name, f"CREATE {kind} IF NOT EXISTS {quoted(name)} ON {body}", model, unique)
