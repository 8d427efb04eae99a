"""Which logical partition a record lives in, and what its document is called there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.errors import QueryTooExpensive
from atakora_data.registry.entity import EntityModel
from atakora_data.schema.storage import ByEntity, ByHash, ByHierarchy, ById, ByTenant
from atakora_data.storage.port import Record, Target

PartitionKey: TypeAlias = tuple[Any, ...]
"""The values of the partition key paths, in their order; fewer than there are paths name a part of the container."""

_TENANT: Final = "tenant_id"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")

_Level: TypeAlias = Callable[[Target, str | None, Mapping[str, Any] | None], Any]
"""One value of a partition key, from target, id and record; `_Unknown` when it takes what is not given."""


class _Unknown(Exception):
    """A value of the partition key takes the record, or its id."""


class Placement(Struct, frozen=True):
    """Where the records of one entity live.

    paths: the partition key of the container, e.g. `("/entityType",)`.
    crosses: whether questions other than for ids may go through all partitions.
    properties: what a document holds beside the record because of them, by name.
    """

    entity: str
    paths: tuple[str, ...]
    _levels: tuple[tuple[str, _Level], ...]
    _names_entity: bool
    _names_tenant: bool
    crosses: bool = True

    def partition(self, target: Target, id: str | None = None, record: Record | None = None) -> PartitionKey:
        """As many leading values of the partition key as can be told from what is given, maybe none."""
        found: list[Any] = []
        for _name, level in self._levels:
            try:
                found.append(level(target, id, record))
            except _Unknown:
                break
        return tuple(found)

    def pinned(self, target: Target, values: Mapping[str, Any]) -> PartitionKey:
        """As `partition`, of records of which only these values are known, by wire name."""
        id = values.get("id")
        return self.partition(target, id if isinstance(id, str) else None, _Known(values))

    def require_crossing(self) -> None:
        """Raise QueryTooExpensive for a question that no partition can be told for, where that is declared so."""
        if not self.crosses:
            names = " and ".join(path.removeprefix("/") for path in self.paths)
            raise QueryTooExpensive(
                f"The question goes through all partitions of {self.entity}, which its schema does not allow.",
                hint=f"Filter by {names} with `eq`, read single records by id, or declare cross_partition=True.",
            )

    def is_whole(self, key: PartitionKey) -> bool:
        """Whether the key names one logical partition."""
        return len(key) == len(self.paths)

    def properties(self, target: Target, id: str, record: Record) -> dict[str, Any]:
        """What the document of a record holds for its partition key."""
        return {name: level(target, id, record) for name, level in self._levels}

    def prefix(self, target: Target) -> str:
        """What comes before a record's id in its document's: the same for all records of the target."""
        entity = f"{target.entity}~" if self._names_entity else ""
        tenant = f"{_short(target.tenant)}~" if self._names_tenant and target.tenant else ""
        return entity + tenant

    def document_id(self, target: Target, id: str) -> str:
        """The id of the document that holds the record with this id."""
        return self.prefix(target) + id

    def record_id(self, target: Target, document_id: str) -> str:
        """The id of the record that the document with this id holds."""
        return document_id.removeprefix(self.prefix(target))


class _Known(dict[str, Any]):
    """A part of a record: what is missing is not null, but unknown."""

    def get(self, name: str, _default: Any = None) -> Any:
        if name not in self:
            raise _Unknown
        return self[name]


def place(model: EntityModel) -> Placement:
    """Where the records of the entity live, as its `storage` says."""
    return replace(_placed(model), crosses=model.storage.cross_partition)


def _placed(model: EntityModel) -> Placement:
    match model.storage.partition:
        case ByEntity():
            return Placement(model.name, ("/entityType",), (("entityType", _entity),), False, True)
        case ByTenant():
            return Placement(model.name, ("/tenantId",), (("tenantId", _tenant),), True, False)
        case ByHash(buckets):
            return Placement(model.name, ("/partitionKey",), (("partitionKey", _bucket(buckets)),), False, False)
        case ById():
            return Placement(model.name, ("/_recordId",), (("_recordId", _id),), True, True)
        case ByHierarchy(fields):
            return _by_hierarchy(model, fields)


def _by_hierarchy(model: EntityModel, fields: tuple[str, ...]) -> Placement:
    wires = {each.name: wire for wire, each in model.fields.items()}
    levels = tuple(_level(name, wires) for name in fields)
    paths = tuple(f"/{name}" for name, _level in levels)
    return Placement(model.name, paths, levels, True, all(level is not _tenant for _name, level in levels))


def _level(name: str, wires: Mapping[str, str]) -> tuple[str, _Level]:
    """The property and its value: the id of a document may have a prefix, so that of the record stands beside it."""
    if name == _TENANT and name not in wires:
        return "tenantId", _tenant
    wire = wires[name]
    return ("_recordId", _id) if wire == "id" else (wire, _field(wire))


def _entity(target: Target, _id: str | None, _record: Mapping[str, Any] | None) -> str:
    return target.entity


def _tenant(target: Target, _id: str | None, _record: Mapping[str, Any] | None) -> str:
    return target.tenant


def _id(_target: Target, id: str | None, _record: Mapping[str, Any] | None) -> str:
    if id is None:
        raise _Unknown
    return id


def _field(wire: str) -> _Level:
    def level(_target: Target, _id: str | None, record: Mapping[str, Any] | None) -> Any:
        if record is None:
            raise _Unknown
        return record.get(wire)

    return level


def _bucket(buckets: int) -> _Level:
    def level(target: Target, id: str | None, _record: Mapping[str, Any] | None) -> str:
        if id is None:
            raise _Unknown
        digest = hashlib.blake2b(id.encode(), digest_size=8).digest()
        return _bucket_key(target, int.from_bytes(digest) % buckets)

    return level


def _bucket_key(target: Target, number: int) -> str:
    return f"{target.entity}~{_short(target.tenant)}~{number}"


def _short(tenant: str) -> str:
    """The tenant as part of an id: as it is if plain, else a digest of it, which no plain tenant is called."""
    if not tenant or _PLAIN.fullmatch(tenant):
        return tenant
    return "$" + hashlib.blake2b(tenant.encode(), digest_size=16).hexdigest()
