"""What can be done with records: one class for each thing that an entity may offer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from .answers import Affected, Group, Page, read_as, read_values
from .call import Call, Operation
from .realtime import Realtime
from .shapes import Schema, Writer, includes, json_of, orders, path_of, query_of, wire
from .transport import Transport

Id = str | UUID
"""What identifies a record."""

NOTHING: Any = None
"""A value that is left out; no type of a parameter names None, so that checkers say exactly what is wrong."""

R = TypeVar("R")
W = TypeVar("W")
O = TypeVar("O")  # noqa: E741 - an order
F = TypeVar("F")
I = TypeVar("I")  # noqa: E741 - an include
Input = TypeVar("Input")
G = TypeVar("G")
N = TypeVar("N")
Groups = TypeVar("Groups")
Sums = TypeVar("Sums")
Averages = TypeVar("Averages")
Extremes = TypeVar("Extremes")


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
        path = f"{self._path}{path}{query_of(**_selection(include, fields))}"
        return self._call(Operation(method, path, _conditions(**headers), body), self._record, fields)

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


class Listing(Records, Generic[R, W, O, F, I]):
    """Records that can be listed."""

    def list(
        self,
        *,
        filter: W = NOTHING,
        order_by: Sequence[O] = (),
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
        limit: int | None = None,
        next_token: str | None = None,
        count: bool = False,
    ) -> Call[Page[R]]:
        """A page of records. next_token: from the page before. count: whether to count all that match."""
        query = query_of(
            filter=self._asked(filter),
            orderBy=",".join(path for each in order_by for path in orders(each)),
            **_selection(include, fields),
            limit=limit,
            nextToken=next_token,
            count="true" if count else None,
        )
        return self._call(Operation("GET", f"{self._path}{query}"), _of(Page, self._record), fields)

    async def all(
        self,
        *,
        filter: W = NOTHING,
        order_by: Sequence[O] = (),
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[R]:
        """All records that match, page by page as they are asked for; limit: the size of a page."""
        token: str | None = None
        while True:
            page = await self.list(
                filter=filter, order_by=order_by, include=include, fields=fields, limit=limit, next_token=token
            )
            for each in page.items:
                yield each
            token = page.next_token
            if token is None:
                return


class Aggregating(Records, Generic[W, G, N, Groups, Sums, Averages, Extremes]):
    """Records of which something can be worked out."""

    _kinds: ClassVar[tuple[Any, Any, Any, Any]]

    def aggregate(
        self,
        *,
        filter: W = NOTHING,
        group_by: Sequence[G] = (),
        sum: Sequence[N] = (),
        avg: Sequence[N] = (),
        min: Sequence[G] = (),
        max: Sequence[G] = (),
        limit: int | None = None,
    ) -> Call[Sequence[Group[Groups, Sums, Averages, Extremes]]]:
        """Counts, sums and the like: one item for each group, or a single one without group_by.

        limit: more groups than this are refused, 100 unless said.
        """
        asked: dict[str, Sequence[Any]] = {"groupBy": group_by, "sum": sum, "avg": avg, "min": min, "max": max}
        names = {path_of(name): name for each in asked.values() for name in each}
        listed = {word: ",".join(map(path_of, each)) for word, each in asked.items()}
        query = query_of(filter=self._asked(filter), **listed, limit=limit)
        operation = Operation("GET", f"{self._path}/aggregate{query}")
        return Call(operation, lambda told: self._groups(told["items"], names), self._context.transport.send)

    def _groups(self, told: Sequence[Any], names: Mapping[str, str]) -> Any:
        groups, sums, averages, extremes = self._kinds
        kinds = {"group": groups, "sum": sums, "avg": averages, "min": extremes, "max": extremes}
        return [
            Group(count=each["count"], **{word: _valued(kind, each.get(word), names) for word, kind in kinds.items()})
            for each in told
        ]


class Getting(Records, Generic[R, F, I]):
    """Records that can be read one by one."""

    def get(self, id: Id, *, include: Sequence[I] = (), fields: Sequence[F] | None = None) -> Call[R]:
        """One record; `not_found` when there is none that you may read."""
        return self._one("GET", at(id), include, fields)


class RelatedOne(Records, Generic[R]):
    """The record that a relation leads to."""

    def get(self) -> Call[R]:
        """The record; `not_found` when there is none that you may read."""
        return self._one("GET", "", (), None)


class Creating(Records, Generic[R, Input, F, I]):
    """Records that can be created."""

    def create(self, input: Input, *, include: Sequence[I] = (), fields: Sequence[F] | None = None) -> Call[R]:
        """A new record."""
        return self._one("POST", "", include, fields, self._written(input))

    def create_many(
        self, inputs: Sequence[Input], *, include: Sequence[I] = (), fields: Sequence[F] | None = None
    ) -> Call[Sequence[R]]:
        """Several new records, all or none; at most 1,000."""
        path = f"{self._path}{query_of(**_selection(include, fields))}"
        page = self._call(Operation("POST", path, body=self._written(inputs)), _of(Page, self._record), fields)
        return Call(page.operation, lambda told: page.read(told).items, self._context.transport.send)


class Updating(Records, Generic[R, Input, F, I]):
    """Records that can be changed."""

    def update(
        self,
        id: Id,
        changes: Input,
        *,
        if_match: str | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[R]:
        """Changes what the input names and leaves the rest.

        if_match: the `etag_` that the record must still have; else nothing happens, and the error has the status 412.
        """
        return self._one("PATCH", at(id), include, fields, self._written(changes), if_match=if_match)


class UpdatingMany(Records, Generic[R, W, Input, F, I]):
    """Records that can be changed by a filter."""

    def update_many(
        self,
        filter: W,
        changes: Input,
        *,
        max_affected: int | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[Affected[R]]:
        """The same change to all records that match, all or none; `{}` means every record.

        max_affected: more than this are refused, 100 unless said.
        """
        query = query_of(filter=self._asked(filter), maxAffected=max_affected, **_selection(include, fields))
        operation = Operation("PATCH", f"{self._path}{query}", body=self._written(changes))
        return self._call(operation, _of(Affected, self._record), fields)


class Replacing(Records, Generic[R, Input, F, I]):
    """Records that can be written as a whole."""

    def replace(
        self,
        id: Id,
        input: Input,
        *,
        if_match: str | None = None,
        if_none: bool = False,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[R]:
        """The whole record, also when there is none yet and you may create it. if_none: only when there is none."""
        conditions = {"if_match": if_match, "if_none": "*" if if_none else None}
        return self._one("PUT", at(id), include, fields, self._written(input), **conditions)


class Deleting(Records, Generic[R, W, F, I]):
    """Records that can be deleted."""

    def delete(self, id: Id, *, if_match: str | None = None) -> Call[None]:
        """Deletes a record. if_match: the `etag_` that it must still have."""
        operation = Operation("DELETE", f"{self._path}{at(id)}", _conditions(if_match))
        return self._done(operation)

    def delete_many(
        self,
        filter: W,
        *,
        max_affected: int | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[Affected[R]]:
        """Deletes all records that match, all or none, and gives them as they were; `{}` means every record."""
        query = query_of(filter=self._asked(filter), maxAffected=max_affected, **_selection(include, fields))
        return self._call(Operation("DELETE", f"{self._path}{query}"), _of(Affected, self._record), fields)


class Linking(Records):
    """Records that can be linked."""

    _says: ClassVar[str] = ""

    def link(self, other: Id) -> Call[None]:
        """Links the record to another."""
        return self._linked(other, None)

    def _linked(self, other: Id, says: Any) -> Call[None]:
        body = {} if says is None else self._context.writer.input(self._says, says)
        return self._done(Operation("PUT", f"{self._path}{at(other)}", body=body))


class LinkingWith(Linking, Generic[Input]):
    """Records whose links may say something."""

    def link(self, other: Id, says: Input = NOTHING) -> Call[None]:
        """Links the record to another, or changes what their link says."""
        return self._linked(other, says)


class LinkingOnlyWith(Records, Generic[Input]):
    """Records whose links must say something."""

    _says: ClassVar[str] = ""

    def link(self, other: Id, says: Input) -> Call[None]:
        """Links the record to another, or changes what their link says."""
        body = self._context.writer.input(self._says, says)
        return self._done(Operation("PUT", f"{self._path}{at(other)}", body=body))


class Unlinking(Records):
    """Records whose links can end."""

    def unlink(self, other: Id) -> Call[None]:
        """Ends a link; both records stay."""
        return self._done(Operation("DELETE", f"{self._path}{at(other)}"))


def _of(kind: Any, record: Any) -> Any:
    """The generic type of these records."""
    return kind[record]


def at(id: Id) -> str:
    """Where a record is, below its collection."""
    return f"/{quote(str(id), safe='')}"


def _conditions(if_match: str | None = None, if_none: str | None = None) -> dict[str, str]:
    headers = {"If-Match": if_match and f'"{if_match}"', "If-None-Match": if_none}
    return {name: value for name, value in headers.items() if value}


def _selection(include: Sequence[Any], fields: Sequence[Any] | None) -> dict[str, str]:
    paths = dict.fromkeys(path for each in include for path in includes(each))
    return {"include": ",".join(paths), "fields": ",".join(wire(each) for each in fields or ())}


def _selected(answer: Any, fields: Sequence[Any] | None) -> Any:
    """Without the fields that the app left out because they were not asked for, not because they are hidden."""
    if fields:
        for record in getattr(answer, "items", [answer]):
            for name in record.__dict__.keys() - record.model_fields_set - set(fields):
                object.__delattr__(record, name)
    return answer


def _valued(kind: Any, told: Mapping[str, Any] | None, names: Mapping[str, str]) -> Any:
    return read_values(kind, {names.get(path, path): value for path, value in (told or {}).items()})
