"""The data API of hooks, actions and custom rules: `await ctx.data.Post.query().where(...).all()`.

It asks the same service as every other door, as the current principal unless `as_system()` says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from atakora_data.api.typed.conditions import OPERATORS, wire_filter, wire_path, wire_value
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidOrder, NotFound, ValidationError, Violation, perhaps
from atakora_data.registry.entity import EntityModel
from atakora_data.schema.conditions import Condition
from atakora_data.service.commands import Create, Delete, Get, ListRecords, Selection, Update
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

SYSTEM = Principal(id=None, is_system=True)


class Data:
    """All entities by name: `data.Post`."""

    def __init__(self, service: EntityService, context: RequestContext) -> None:
        self._service = service
        self._context = context

    def __getattr__(self, name: str) -> EntitySet:
        entity = self._service.registry.entities.get(name)
        if entity is None:
            hint = perhaps(name, self._service.registry.entities) or "See `python -m atakora_data routes`."
            raise AttributeError(f"There is no entity `{name}`. {hint}")
        return EntitySet(self._service, entity, self._context)

    def as_system(self) -> Data:
        """The same data without rules, in the same tenant: for what the app itself does."""
        return Data(self._service, replace(self._context, principal=SYSTEM))


class EntitySet:
    """The records of one entity, as far as the caller may reach them. Records are typed instances."""

    def __init__(self, service: EntityService, entity: EntityModel, context: RequestContext) -> None:
        self._service = service
        self._entity = entity
        self._context = context

    async def get(self, id: Any) -> Any | None:
        """The record with this id, or None when there is none the caller may read."""
        command = Get(self._entity.name, str(id), _stored_fields(self._entity))
        try:
            return self._entity.codec.load(await self._service.get(command, self._context))
        except NotFound:
            return None

    async def create(self, **values: Any) -> Any:
        """Store a new record; the values go by Python names."""
        command = Create(self._entity.name, self._wire(values))
        return self._entity.codec.load(await self._service.create(command, self._context))

    async def update(self, id: Any, **changes: Any) -> Any:
        """Change some fields of a record."""
        command = Update(self._entity.name, str(id), self._wire(changes))
        return self._entity.codec.load(await self._service.update(command, self._context))

    async def delete(self, id: Any) -> None:
        """Delete a record."""
        await self._service.delete(Delete(self._entity.name, str(id)), self._context)

    def query(self) -> Query:
        """All records, to be narrowed by `where`, `order_by` and `limit`."""
        return Query(self._service, self._entity, self._context)

    def _wire(self, values: dict[str, Any]) -> dict[str, Any]:
        by_name = {field.name: field.wire for field in self._entity.fields.values()}
        unknown = [name for name in values if name not in by_name]
        if unknown:
            raise ValidationError(
                f"{self._entity.name} has no field {', '.join(f'`{name}`' for name in unknown)}.",
                hint=perhaps(unknown[0], by_name),
                errors=[Violation(f"/{name}", "is not a field", "unknown_field") for name in unknown],
            )
        return {by_name[name]: wire_value(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Records:
    """A page of typed records; next_token continues it."""

    items: list[Any]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """A query under construction: each call answers a new one, the last runs it."""

    _service: EntityService
    _entity: EntityModel
    _context: RequestContext
    _filters: tuple[dict[str, Any], ...] = ()
    _order: tuple[str, ...] = ()
    _limit: int | None = None

    def where(self, field: str | Condition, operator: str | None = None, value: Any = None) -> Query:
        """Only records for which this holds: `where(this.status == "draft")` or `where("views", ">=", 10)`."""
        if not isinstance(field, str):
            return self._narrow(wire_filter(self._entity, field, self._context.principal))
        nested: Any = {OPERATORS.get(operator or "==", operator or "=="): wire_value(value)}
        for name in reversed(wire_path(self._entity, field.split("."))):
            nested = {name: nested}
        return self._narrow(nested)

    def order_by(self, *fields: str) -> Query:
        """Order by these fields, a leading `-` for descending."""
        terms = []
        for field in fields:
            if not isinstance(field, str):
                raise InvalidOrder("order_by takes field names, such as '-published_at'.")
            sign = "-" if field.startswith("-") else ""
            terms.append(sign + ".".join(wire_path(self._entity, field.removeprefix("-").split("."))))
        return replace(self, _order=(*self._order, *terms))

    def limit(self, limit: int) -> Query:
        """At most so many records."""
        return replace(self, _limit=limit)

    async def page(self, next_token: str | None = None) -> Records:
        """One page, and the token of the next."""
        answer = await self._service.list(replace(self._command(), next_token=next_token), self._context)
        return Records([self._entity.codec.load(item) for item in answer["items"]], answer["nextToken"])

    async def all(self) -> list[Any]:
        """All records, or as many as `limit` says; it reads page by page."""
        found: list[Any] = []
        token: str | None = None
        size = self._entity.max_limit
        while self._limit is None or len(found) < self._limit:
            wanted = size if self._limit is None else min(size, self._limit - len(found))
            page = await self.limit(wanted).page(token)
            found.extend(page.items)
            token = page.next_token
            if token is None:
                break
        return found

    async def first(self) -> Any | None:
        """The first record, or None."""
        page = await self.limit(1).page()
        return page.items[0] if page.items else None

    async def count(self) -> int:
        """How many records there are."""
        answer = await self._service.list(replace(self._command(), limit=1, count=True), self._context)
        return int(answer["count"])

    def _narrow(self, item: dict[str, Any]) -> Query:
        return replace(self, _filters=(*self._filters, item))

    def _command(self) -> ListRecords:
        return ListRecords(
            self._entity.name,
            _stored_fields(self._entity),
            {"and": list(self._filters)} if self._filters else None,
            self._order,
            self._limit,
        )


def _stored_fields(entity: EntityModel) -> Selection:
    """Everything but computed fields: typed instances compute them themselves."""
    return Selection(frozenset(entity.fields))
