"""Queries under construction, from Python names and values to what the service is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Generic, Self, overload

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.api.typed.aggregates import as_groups, command_of
from atakora_data.api.typed.conditions import Translator
from atakora_data.api.typed.including import (
    NO_OPTIONS,
    Included,
    Options,
    load,
    path_of,
    selection_of,
    targets_at,
    the_relation,
)
from atakora_data.api.typed.names import find
from atakora_data.api.typed.values import wire_input
from atakora_data.errors import InvalidLimit, InvalidOrder, InvalidSelection, NotFound
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.conditions import Condition, Descending, FieldPath, as_condition, names_of
from atakora_data.schema.data import E, FieldName, Group, Page, Relation
from atakora_data.service.commands import DeleteMany, Get, ListRecords, Selection, UpdateMany
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService


class EntityQuery(Struct, Generic[E], frozen=True):
    """A query over the records of one entity, as this caller: `schema.data.Query`."""

    _service: EntityService
    _entity: EntityModel
    _context: RequestContext
    _filters: tuple[dict[str, Any], ...] = ()
    _order: tuple[str, ...] = ()
    _limit: int | None = None
    _included: Included = Included()  # frozen

    @overload
    def where(self, condition: Condition | bool, /) -> Self: ...
    @overload
    def where(self, field: str, operator: str, value: Any, /) -> Self: ...
    def where(self, condition: Condition | bool | str, operator: str = "", value: Any = None, /) -> Self:
        """Only records for which this holds."""
        translator = self._translator(self._entity)
        if isinstance(condition, str):
            if not operator:
                msg = f'where takes a condition, or field, operator and value: where("{condition}", "==", …).'
                raise TypeError(msg)
            return self._narrow(translator.compare(condition.split("."), operator, value))
        return self._narrow(translator.translate(as_condition(condition)))

    def order_by(self, *fields: FieldName | Descending) -> Self:
        """Order by these fields, a leading `-` for descending."""
        terms = tuple(_order_term(self._registry, self._entity, each) for each in fields)
        return replace(self, _order=(*self._order, *terms))

    def include(
        self,
        *relations: Relation,
        where: Condition | bool | None = None,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
    ) -> Self:
        """Load these relations with the records."""
        included = self._included
        for each in relations:
            path = path_of(each, self._entity)
            (target, *others) = targets_at(self._registry, self._entity, path)
            options = self._options(target, where, order_by, limit)
            if options != NO_OPTIONS and (others or not the_relation(self._registry, self._entity, path).is_to_many):
                raise InvalidSelection(
                    f"`{'.'.join(path)}` leads to one record: where, order_by and limit are for lists.",
                    hint="Include it by itself.",
                )
            included = included.with_path(path, options)
        return replace(self, _included=included)

    def limit(self, limit: int, /) -> Self:
        """At most so many records."""
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise InvalidLimit(f"limit is {limit}; it is a whole number from 1 on.")
        return replace(self, _limit=limit)

    async def page(self, next_token: str | None = None, /) -> Page[E]:
        """One page, and the token of the next."""
        answer = await self._service.list(replace(self._command(), next_token=next_token), self._context)
        return Page([self._load(item) for item in answer["items"]], answer["nextToken"])

    async def all(self) -> list[E]:
        """All records, or as many as `limit` says."""
        return [each async for each in self]

    async def __aiter__(self) -> AsyncIterator[E]:
        """The records one by one, read page by page."""
        left, token = self._limit, None
        while left is None or left > 0:
            size = self._entity.max_limit if left is None else min(self._entity.max_limit, left)
            page = await replace(self, _limit=size).page(token)
            for each in page.items:
                yield each
            left, token = None if left is None else left - len(page.items), page.next_token
            if token is None:
                return

    async def first(self) -> E | None:
        """The first record, or None."""
        page = await self.limit(1).page()
        return page.items[0] if page.items else None

    async def get(self, id: Any, /) -> E | None:
        """The record with this id, or None when there is none among them."""
        if self._filters:
            return await self.where("id", "==", str(id)).first() if self._is_id(str(id)) else None
        command = Get(self._entity.name, str(id), self._selection())
        try:
            return self._load(await self._service.get(command, self._context))
        except NotFound:
            return None

    async def count(self) -> int:
        """How many records there are; `limit` does not count."""
        command = ListRecords(self._entity.name, Selection(frozenset()), self._filter(), limit=1, count=True)
        answer = await self._service.list(command, self._context)
        return int(answer["count"])

    async def aggregate(
        self,
        *,
        group_by: FieldName | Sequence[FieldName] = (),
        sum: FieldName | Sequence[FieldName] = (),
        avg: FieldName | Sequence[FieldName] = (),
        min: FieldName | Sequence[FieldName] = (),
        max: FieldName | Sequence[FieldName] = (),
    ) -> list[Group]:
        """The count of each group, and what else is asked of its values."""
        asked = {"group_by": group_by, "sum": sum, "avg": avg, "min": min, "max": max}
        command = command_of(self._registry, self._entity, self._filter(), self._limit, asked)
        items = await self._service.aggregate(command, self._context)
        return as_groups(self._registry, self._entity, items, asked)

    async def update_many(self, changes: Mapping[str, Any], /, *, max_affected: int | None = None) -> list[E]:
        """Change every record of the query, all or none."""
        self._require_whole("update_many")
        patch, selection = wire_input(self._registry, self._entity, changes), self._selection()
        command = UpdateMany(self._entity.name, self._filter() or {}, patch, max_affected, selection)
        return [self._load(each) for each in await self._service.update_many(command, self._context)]

    async def delete_many(self, *, max_affected: int | None = None) -> list[E]:
        """Delete every record of the query, all or none."""
        self._require_whole("delete_many")
        command = DeleteMany(self._entity.name, self._filter() or {}, max_affected, self._selection())
        return [self._load(each) for each in await self._service.delete_many(command, self._context)]

    @property
    def _registry(self) -> Registry:
        return self._service.registry

    def _translator(self, entity: EntityModel) -> Translator:
        return Translator(self._registry, entity, self._context.principal)

    def _options(
        self, target: EntityModel, where: Condition | bool | None, order_by: str | Sequence[str], limit: int | None
    ) -> Options:
        return Options(
            None if where is None else self._translator(target).translate(as_condition(where)),
            tuple(
                _order_term(self._registry, target, each)
                for each in ((order_by,) if isinstance(order_by, str) else order_by)
            ),
            limit,
        )

    def _is_id(self, id: str) -> bool:
        try:
            self._entity.codec.canonical(self._entity.primary_key, id)
        except ValueError:
            return False
        return True

    def _narrow(self, item: dict[str, Any]) -> Self:
        return replace(self, _filters=(*self._filters, item))

    def _filter(self) -> dict[str, Any] | None:
        return {"and": list(self._filters)} if self._filters else None

    def _selection(self) -> Selection:
        return selection_of(self._registry, self._entity, self._included)

    def _command(self) -> ListRecords:
        return ListRecords(self._entity.name, self._selection(), self._filter(), self._order, self._limit)

    def _load(self, answer: Mapping[str, Any]) -> E:
        loaded: E = load(self._registry, self._entity, answer, self._included)
        return loaded

    def _require_whole(self, method: str) -> None:
        if self._limit is not None or self._order:
            raise InvalidLimit(
                f"{method} changes every record of the query: it has no limit and no order.",
                hint="Narrow it by where, and guard it by max_affected.",
            )


def _order_term(registry: Registry, entity: EntityModel, term: FieldName | Descending) -> str:
    """One field of an order by its wire names."""
    match term:
        case str():
            sign, path = ("-" if term.startswith("-") else ""), tuple(term.removeprefix("-").split("."))
        case Descending(field):
            sign, path = "-", names_of(field)
        case FieldPath():
            sign, path = "", names_of(term)
        case _:
            raise InvalidOrder("order_by takes names of fields, such as '-published_at'.")
    return sign + ".".join(find(registry, entity, path, InvalidOrder).wires)
