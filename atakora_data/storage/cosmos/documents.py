"""What a record looks like as a document: itself, its metadata, and shadows that Cosmos can compare where it cannot.

A document holds the record at the top level, and beside it
    `id`          the record's id behind the prefix of its entity and tenant, where a partition is shared,
    `entityType`, `tenantId` and the property that the container is partitioned by,
    `_metadata`   the metadata,
    `_keys`       for each decimal field, by its dotted path, text that orders as the number does; lists have lists,
    `_folded`     for text with letters beyond ASCII what `casefold` makes of it, unless that is the text itself; of
                  other text `LOWER` makes the same,
    `_unique`     what no other document of the partition may share, as the container's unique keys want it,
    `_absent`     the declared fields that the record lacks: they stand there as null, so that all orders know them,
    `_shape`      which fields and keys it stands with, as a digest: one of an older schema may lack some,
    `_exact`      numbers that JSON in Cosmos does not tell apart, as text before their path: `["1.0", "rating"]`,
    `_write`      a random text of the call that wrote it, by which a write whose answer was lost is recognised,
    `_guards`     the tokens of the guards that it holds for what is unique beyond its partition (`guards.py`),
    `_pending`    the mark of a transaction that is about to change it, and `_was`, the etag before a mark that came to
                  nothing (`transactions.py`).
What would be empty is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import orjson
from msgspec import Struct

from atakora_data.errors import ValidationError
from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import Kind
from atakora_data.registry.entity import EntityModel, FieldModel, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.registry.storing import KEPT_NAMES
from atakora_data.storage.cosmos.placement import Placement, place
from atakora_data.storage.cosmos.uniques import Unique, keeps_uniques, unique_names, uniques_of
from atakora_data.storage.port import Document, Metadata, Record, Target

CosmosDocument: TypeAlias = dict[str, Any]
"""A document as the SDK takes and gives it."""

LONGEST_ID: Final = 1023
"""How many bytes the id of a document may have, its prefix included."""

_SHADOWS: Final = (
    "_keys",
    "_folded",
    "_unique",
    "_absent",
    "_shape",
    "_exact",
    "_write",
    "_guards",
    "_pending",
    "_was",
)
_SYSTEM: Final = ("_metadata", "_rid", "_self", "_ts", "_attachments", "_lsn")
_PARTITIONING: Final = (*KEPT_NAMES, "_recordId")
_POSSIBLE: Final = re.compile(r"(?!~)[^/\\?#\x00-\x1f\x7f\ud800-\udfff]+")
_LARGEST_EXACT: Final = 2**53


class _Shadowed(Struct, frozen=True):
    """A declared value that may have a shadow. path: the wire names that lead to it; name: the same, dotted."""

    path: tuple[str, ...]
    name: str
    is_decimal: bool


class Documents:
    """The documents of one entity.

    What depends on the entity only is worked out once. uniques: what is unique in it. shape: what its documents,
    written now, say of the fields that they have.
    """

    def __init__(self, registry: Registry, model: EntityModel) -> None:
        self.entity = model.name
        self.placement: Placement = place(model)
        self.uniques: tuple[Unique, ...] = uniques_of(registry, model)
        self._keeps_uniques = keeps_uniques(model)
        self._unique_names = unique_names(registry, model.container)
        self._declared = dict.fromkeys(model.fields)
        self._lifetime = model.storage.ttl
        shadowed = list(_shadowed(model.fields, ()))
        self._decimals = tuple(each for each in shadowed if each.is_decimal)
        self._texts = tuple(each for each in shadowed if not each.is_decimal)
        names = [*sorted(self._declared), *sorted(each.name for each in self._decimals)]
        self.shape = hashlib.blake2b(" ".join(names).encode(), digest_size=8).hexdigest()
        stripped = (*_SHADOWS, *_SYSTEM, *_PARTITIONING)
        self._stripped = frozenset(stripped) - model.fields.keys()

    def encode(self, target: Target, id: str, record: Record, metadata: Metadata) -> CosmosDocument:
        """The document of a record, without `_etag`, which the server sets; nothing in it belongs to the caller.

        ValidationError: no document can have this id, or JSON cannot hold the record.
        """
        document_id = self.document_id(target, id)
        data: CosmosDocument = _copied(record)
        data.pop("_etag", None)
        exact, absent = list(_inexact(data, ())), [name for name in self._declared if name not in data]
        document = {**self._declared, **data, **self.placement.properties(target, id, record)}
        document |= {"entityType": target.entity, "tenantId": target.tenant, "_metadata": _copied(metadata)}
        document["id"], document["_shape"] = document_id, self.shape
        if self._lifetime is not None:
            document["ttl"] = self._lifetime
        if self._decimals:
            document["_keys"] = {each.name: decimal_shadow(_at(data, each.path)) for each in self._decimals}
        if folded := dict(self._foldings(data)):
            document["_folded"] = folded
        if absent:
            document["_absent"] = absent
        if exact:
            document["_exact"] = exact
        return document | self._kept_unique(target, document_id, data)

    def decode(self, target: Target, document: CosmosDocument) -> Document:
        """The record and the metadata that the document holds, which becomes the record."""
        metadata = document.pop("_metadata", {})
        return Document(self.record(target, document), metadata)

    def record(self, target: Target, document: CosmosDocument) -> Record:
        """The record that the document holds, which becomes the record; one that is marked is as it was before."""
        etag = document["_pending"]["etag"] if "_pending" in document else document["_etag"]
        restored(document)
        for name in document.get("_absent", ()):
            document.pop(name, None)
        for name in document.keys() & self._stripped:
            del document[name]
        document["id"] = self.placement.record_id(target, document["id"])
        document["_etag"] = public_etag(etag)
        return document

    def holds(self, target: Target, document: CosmosDocument) -> bool:
        """Whether this is a record of the target, and not a document of the store's own or of somebody else."""
        return document.get("entityType") == target.entity and document.get("tenantId") == target.tenant

    def document_id(self, target: Target, id: str) -> str:
        """The id of the document that holds the record; ValidationError when there can be none."""
        if not self.can_hold(target, id):
            raise ValidationError(
                f"{id[:100]!r} cannot be an id in Azure Cosmos DB.",
                field="id",
                hint="An id is not empty, `.` or `..`, does not begin with `~`, has none of `/ \\ ? #` and no control"
                f" characters, and takes at most {LONGEST_ID} bytes with the names of its entity and tenant.",
            )
        return self.placement.document_id(target, id)

    def can_hold(self, target: Target, id: str) -> bool:
        """Whether a document can have this id."""
        is_possible = _POSSIBLE.fullmatch(id) is not None and id not in (".", "..")
        return is_possible and len(self.placement.document_id(target, id).encode()) <= LONGEST_ID

    def unclaimed(self, document_id: str) -> CosmosDocument:
        """What a document that is no record holds for the unique keys of its container: nothing that another holds."""
        names = self._unique_names
        return {"_unique": dict.fromkeys(names, f"~{document_id}")} if names else {}

    def _kept_unique(self, target: Target, document_id: str, record: Mapping[str, Any]) -> CosmosDocument:
        if not self._unique_names:
            return {}
        document = self.unclaimed(document_id)
        if self._keeps_uniques:
            found = {each.name: each.claim(target.tenant, record) for each in self.uniques}
            document["_unique"] |= {name: text for name, text in found.items() if text is not None}
        return document

    def _foldings(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for each in self._texts:
            text = _at(data, each.path)
            if isinstance(text, str) and not text.isascii():
                folded = text.casefold()
                if not text == text.lower() == folded:
                    yield each.name, folded


def documents_of(registry: Registry) -> Mapping[str, Documents]:
    """How the records of each entity are kept, by its name."""
    return {model.name: Documents(registry, model) for model in registry}


def public_etag(etag: str) -> str:
    """The server's etag as records show it: without the quotes that an HTTP header puts around it again.

    One that has no quotes, as another server's than Azure's may, is shown behind a dot.
    """
    return etag[1:-1] if etag.startswith('"') else f".{etag}"


def server_etag(etag: str) -> str:
    """The etag that a record shows as the server compares it."""
    return etag[1:] if etag.startswith(".") else f'"{etag}"'


def _shadowed(fields: Mapping[str, FieldModel], parents: tuple[str, ...]) -> Iterator[_Shadowed]:
    """Decimals, lists of them, and text, also in nested objects."""
    for wire, field in fields.items():
        path, type = (*parents, wire), field.type
        if type.object is not None and type.name is TypeName.OBJECT:
            yield from _shadowed(type.object.fields, path)
            continue
        kind = type.item.kind if type.item is not None and type.name is TypeName.LIST else type.kind
        if kind is Kind.DECIMAL or (kind is Kind.STRING and type.name is not TypeName.LIST):
            yield _Shadowed(path, ".".join(path), kind is Kind.DECIMAL)


def _at(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = data
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def decimal_shadow(value: Any) -> Any:
    """The text that orders as the decimal does, of lists that of each; what is no number is null, as in all stores."""
    if isinstance(value, list):
        return [decimal_shadow(each) for each in value]
    try:
        return None if value is None else decimal_key(str(value))
    except ValueError:
        return None


def _copied(data: Mapping[str, Any]) -> CosmosDocument:
    """The data as JSON keeps it: what has no place there becomes null, or is refused."""
    try:
        copied: CosmosDocument = orjson.loads(orjson.dumps(data))
    except orjson.JSONEncodeError as error:
        raise ValidationError(f"The record cannot be stored as JSON: {error}.") from error
    return copied


def _inexact(value: Any, path: tuple[str | int, ...]) -> Iterator[list[Any]]:
    """Numbers that come back as others: whole floats as integers, and integers that no float can hold."""
    match value:
        case dict():
            for name, each in value.items():
                yield from _inexact(each, (*path, name))
        case list():
            for index, each in enumerate(value):
                yield from _inexact(each, (*path, index))
        case float() if value.is_integer():
            yield [orjson.dumps(value).decode(), *path]
        case int() if abs(value) > _LARGEST_EXACT:
            yield [str(value), *path]


def restored(document: CosmosDocument) -> CosmosDocument:
    """The document, or a part of it at the top level, with the numbers as they were put in."""
    for text, first, *steps in document.pop("_exact", ()):
        if first in document:
            _put(document, [first, *steps], orjson.loads(text))
    return document


def _put(place: Any, path: list[str | int], value: Any) -> None:
    *parents, last = path
    for step in parents:
        place = place[step]
    place[last] = value
