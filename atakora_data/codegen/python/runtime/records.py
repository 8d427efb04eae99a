"""What the collections of a client have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

from .answers import Affected, Page, read_as
from .call import Call, Operation
from .realtime import Realtime
from .shapes import Schema, Writer, includes, json_of, query_of, wire
from .transport import Transport

Id = str | UUID
"""What identifies a record."""

NOTHING: Any = None
"""A value that is left out; no type of a parameter names None, so that checkers say exactly what is wrong."""


@dataclass(frozen=True)
class Context:
    """What the collections of one client share."""

    schema: Schema
    writer: Writer
    transport: Transport
    realtime: Realtime


class Records:
    """The records at a path, all of one entity; record: their type."""

    _relations: ClassVar[Mapping[str, tuple[Any, str, Any]]] = {}

    def __init__(self, context: Context, entity: str, record: Any, path: str | None = None) -> None:
        self._context = context
        self._entity = entity
        self._record = record
        self._path = path or f"/{context.schema[entity].path}"

    def _call(self, operation: Operation, type: Any, fields: Sequence[Any] | None = None) -> Call[Any]:
        return Call(operation, lambda told: _selected(read_as(type, told), fields), self._context.transport.send)

    def _done(self, operation: Operation) -> Call[None]:
        return Call(operation, lambda _: None, self._context.transport.send)

    def _one(
        self,
        method: str,
        path: str,
        include: Sequence[Any],
        fields: Sequence[Any] | None,
        body: Any = None,
        **headers: str | None,
    ) -> Call[Any]:
        path = f"{self._path}{path}{query_of(**selection(include, fields))}"
        return self._call(Operation(method, path, conditions(**headers), body), self._record, fields)

    def _written(self, input: Any) -> Any:
        return self._context.writer.input(self._entity, input)

    def _asked(self, filter: Any) -> str | None:
        return None if filter is None else json_of(self._context.writer.filter(self._entity, filter))

    def _act(
        self,
        name: str,
        id: Id,
        input: Mapping[str, Any] | None,
        if_match: str | None,
        include: Sequence[Any],
        fields: Sequence[Any] | None,
    ) -> Call[Any]:
        """One of the entity's own operations."""
        body = {} if input is None else self._context.writer.input(f"{self._entity}.{name}", input)
        return self._one("POST", f"{at(id)}/{name}", include, fields, body, if_match=if_match)

    def _related(self, id: Id, relation: str) -> Any:
        """What a relation leads to."""
        kind, entity, record = self._relations[relation]
        return kind(self._context, entity, record, f"{self._path}{at(id)}/{wire(relation)}")


def of(kind: Any, record: Any) -> Any:
    """The generic type of these records."""
    return kind[record]


def at(id: Id) -> str:
    """Where a record is, below its collection."""
    return f"/{quote(str(id), safe='')}"


def conditions(if_match: str | None = None, if_none: str | None = None) -> dict[str, str]:
    """The headers by which a write has conditions."""
    headers = {"If-Match": if_match and f'"{if_match}"', "If-None-Match": if_none}
    return {name: value for name, value in headers.items() if value}


def selection(include: Sequence[Any], fields: Sequence[Any] | None) -> dict[str, str]:
    """The parameters that say what of a record is answered."""
    paths = dict.fromkeys(path for each in include for path in includes(each))
    return {"include": ",".join(paths), "fields": ",".join(wire(each) for each in fields or ())}


def _selected(answer: Any, fields: Sequence[Any] | None) -> Any:
    """Without the fields that the app left out because they were not asked for, not because they are hidden."""
    if fields:
        for record in answer.items if isinstance(answer, Page | Affected) else [answer]:
            for name in record.__dict__.keys() - record.model_fields_set - set(fields):
                object.__delattr__(record, name)
    return answer
