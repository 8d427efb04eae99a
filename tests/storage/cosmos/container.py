"""What a container keeps: logical partitions, unique keys, lifetimes, batches, and the order of its changes.

A document lives for as long as its `ttl` says, in seconds after its last change, where the container has a default, and
for as long as the default says where it has none itself; -1 is for ever. The feed shows each document once, as its last
change left it, in the order of changes; what a batch changed together stays together, and removals are not seen.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple, NoReturn

import orjson
from azure.cosmos import PartitionKey

from tests.storage.cosmos.sql import parse

Json = dict[str, Any]
Place = tuple[str, str]
"""Where a document is: its partition key as JSON, and its id."""

HALF = "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
RANGES = (("", HALF), (HALF, "FF"))
"""Two physical partitions, as parts of what partition keys hash to."""

_LARGEST_DOCUMENT = 2 * 1024 * 1024
_LARGEST_INTEGER = 2**63
_LONGEST_LIFE = 2**31 - 1


class Refusal(Exception):
    """An operation that is not carried out."""

    def __init__(self, status: int, sub_status: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.sub_status = sub_status


class Stored(NamedTuple):
    """A document. number: of the change that made it; until: when it expires, in seconds."""

    document: Json
    number: int
    until: float = inf


class Operation(NamedTuple):
    """What is to be done with a document. method: CREATE, GET, PUT, UPSERT, PATCH or DELETE."""

    method: str
    id: str
    body: Any = None
    etag: str | None = None


@dataclass
class Part:
    """A logical partition: its documents by id, who has the value of each unique path, and what its key hashes to."""

    hashed: str
    documents: dict[str, Stored] = field(default_factory=dict)
    taken: dict[tuple[str, bytes], str] = field(default_factory=dict)


class Container:
    """Its documents, in logical partitions. now: the time in seconds.

    changes: how many were made so far. writes: how many documents they stored or removed.
    """

    def __init__(
        self,
        name: str,
        paths: Iterable[str],
        unique: Iterable[str] = (),
        *,
        described: Json | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.paths = list(paths)
        self.unique = list(unique)
        self.described = described or self._plain()
        self.parts: dict[str, Part] = {}
        self.changes = 0
        self.writes = 0
        self.throughput: Json = {}
        self._now = now
        self._expiring: list[tuple[float, Place]] = []

    def __iter__(self) -> Iterator[Json]:
        """All documents, partition after partition."""
        return (stored.document for part in self._alive() for stored in part.documents.values())

    def keep(self, document: Json, beside: Json | None = None) -> None:
        """Keep a document as it is, in its logical partition or in that of another."""
        partition = _text([_value(beside or document, path) for path in self.paths])
        self._set(partition, document["id"], Stored(document, 0))

    def find(
        self, partition: str = "", range_id: str | None = None, hashes: tuple[str, str] = ("", "FF")
    ) -> Iterator[Stored]:
        """What is in a logical partition, or in all whose key begins so, of a range, or hashes into one."""
        self._expire()
        whole = self.parts.get(partition) if partition else None
        bounds = hashes, ("", "FF") if range_id is None else RANGES[int(range_id)]
        if whole is not None:
            yield from whole.documents.values()
            return
        key = orjson.loads(partition) if partition else []
        for text, part in self.parts.items():
            is_asked = all(low <= part.hashed < high for low, high in bounds)
            if is_asked and (not key or orjson.loads(text)[: len(key)] == key):
                yield from part.documents.values()

    def changed(self, found: Iterable[Stored], after: int, most: int) -> list[Stored]:
        """The first of these that changed after a change, in order; more than `most` only if they changed together."""
        later = sorted([each for each in found if each.number > after], key=lambda each: each.number)
        return [each for each in later if len(later) <= most or each.number <= later[most - 1].number]

    def carry_out(self, partition: str, operation: Operation) -> Json | None:
        """Do one thing; the document as it is then."""
        self._expire()
        self.changes += operation.method != "GET"
        return self._one(partition, operation)

    def carry_out_all(self, partition: str, operations: Sequence[Operation]) -> list[Json | None] | tuple[int, Refusal]:
        """Do all of this, or nothing: then the number of what was refused, and why."""
        self._expire()
        self.changes += 1
        before = dict(self.parts[partition].documents) if partition in self.parts else {}
        answers: list[Json | None] = []
        for operation in operations:
            try:
                answers.append(self._one(partition, operation))
            except Refusal as refusal:
                self._restore(partition, before, operations)
                return len(answers), refusal
        return answers

    def _restore(self, partition: str, before: dict[str, Stored], operations: Sequence[Operation]) -> None:
        ids = {each.id for each in operations}
        for id in ids:
            self._set(partition, id, None)
        for id in ids & before.keys():
            self._set(partition, id, before[id])

    def _one(self, partition: str, operation: Operation) -> Json | None:
        method, id, body, etag = operation
        part = self.parts.get(partition)
        found = part.documents.get(id) if part else None
        if method == "CREATE" and found is not None:
            raise Refusal(409)
        if method == "CREATE" or (method == "UPSERT" and found is None):
            return self._stored(partition, id, body)
        if found is None:
            raise Refusal(404)
        if method == "GET":
            return found.document
        if etag is not None and etag != found.document["_etag"]:
            raise Refusal(412)
        if method == "PATCH" and not _meets(found.document, body.get("condition")):
            raise Refusal(412)
        if method == "DELETE":
            self.writes += 1
            self._set(partition, id, None)
            return None
        wanted = _patched(deepcopy(found.document), body["operations"]) if method == "PATCH" else body
        return self._stored(partition, id, wanted)

    def _stored(self, partition: str, id: str, body: Json) -> Json:
        if len(_text(body)) > _LARGEST_DOCUMENT:
            raise Refusal(413)
        if orjson.loads(partition) != [_value(body, path) for path in self.paths] or body["id"] != id:
            raise Refusal(400, 1001)
        part = self.parts.get(partition)
        for path in self.unique:
            if part and part.taken.get((path, orjson.dumps(_value(body, path))), id) != id:
                raise Refusal(409)
        self.writes += 1
        document = {
            **_as_numbers(body),
            "_etag": f'"0-{self.writes:04x}"',
            "_ts": int(self._now()),
            "_rid": "r",
            "_self": f"dbs/d/colls/{self.name}/docs/{self.writes}/",
        }
        self._set(partition, id, Stored(document, self.changes, self._until(document)))
        return document

    def _until(self, document: Json) -> float:
        default, own = self.described.get("defaultTtl"), document.get("ttl")
        if own is not None and (type(own) is not int or not (own == -1 or 0 < own <= _LONGEST_LIFE)):
            raise Refusal(400)
        life = default if own is None or default is None else own
        return inf if life in (None, -1) else document["_ts"] + life

    def _set(self, partition: str, id: str, stored: Stored | None) -> None:
        """Put a document in the place of another, or take it away."""
        part = self.parts.get(partition)
        if part is None:
            part = self.parts[partition] = Part(self._hashed(partition))
        old = part.documents.pop(id, None)
        for path in self.unique if old else ():
            part.taken.pop((path, orjson.dumps(_value(old.document, path))), None)  # type: ignore[union-attr]
        if stored is None:
            return
        part.documents[id] = stored
        part.taken |= {(path, orjson.dumps(_value(stored.document, path))): id for path in self.unique}
        if stored.until < inf:
            heapq.heappush(self._expiring, (stored.until, (partition, id)))

    def _alive(self) -> Iterable[Part]:
        self._expire()
        return self.parts.values()

    def _expire(self) -> None:
        """Take away what has lived its time."""
        while self._expiring and self._expiring[0][0] <= self._now():
            until, (partition, id) = heapq.heappop(self._expiring)
            found = self.parts[partition].documents.get(id)
            if found is not None and found.until == until:
                self._set(partition, id, None)

    def _hashed(self, partition: str) -> str:
        """What the key hashes to, as clients work it out."""
        key: Any = self.paths[0] if len(self.paths) == 1 else self.paths
        return str(PartitionKey(path=key)._get_effective_partition_key_string(orjson.loads(partition)))

    def _plain(self) -> Json:
        kind = "MultiHash" if len(self.paths) > 1 else "Hash"
        key = {"paths": self.paths, "kind": kind, "version": 2}
        return {"id": self.name, "_rid": self.name, "_self": f"dbs/d/colls/{self.name}/", "partitionKey": key}


def _value(document: Json, path: str) -> Any:
    value: Any = document
    for name in path.strip("/").split("/"):
        value = value.get(name.strip('"')) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()


def _as_numbers(value: Any) -> Any:
    """Numbers are doubles, whole ones print as integers: 1.0 comes back as 1, and 2^53 + 1 as 2^53."""
    match value:
        case dict():
            return {name: _as_numbers(each) for name, each in value.items()}
        case list():
            return [_as_numbers(each) for each in value]
        case bool():
            return value
        case int() | float() if float(value).is_integer():
            return int(float(value)) if abs(value) < _LARGEST_INTEGER else float(value)
    return value


def _meets(document: Json, condition: str | None) -> bool:
    """Whether a patch may be made."""
    return condition is None or bool(parse(f"SELECT * {condition}").run([document], {}))


def _patched(document: Json, operations: Iterable[Json]) -> Json:
    for each in operations:
        *parents, last = each["path"].strip("/").split("/")
        place = document
        for name in parents:
            place = place[name] if name in place else _nothing()
        if each["op"] != "remove":
            place[last] = each["value"]
        elif last in place:
            del place[last]
        else:
            _nothing()
    return document


def _nothing() -> NoReturn:
    """A patch may not change what is not there."""
    raise Refusal(400)
