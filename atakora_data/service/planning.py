"""From what a door asks to a query a store can answer: parse the filter, complete the order, open the cursor."""

from __future__ import annotations

import orjson
from msgspec import Struct
from msgspec.structs import replace

from atakora_data.authorization.access import Access
from atakora_data.errors import InvalidCursor, InvalidLimit
from atakora_data.query.cursor import CursorSigner, binding
from atakora_data.query.page import Order, Position, Query
from atakora_data.registry.entity import EntityModel
from atakora_data.service.commands import ListRecords, RelationSelection
from atakora_data.service.context import RequestContext
from atakora_data.service.filtering import readable_filter
from atakora_data.service.ordering import complete_order

_REMEMBERED = 64
_LONGEST_REMEMBERED = 1000


class Plan(Struct, frozen=True):
    """A page to read. query: filter (row rule included), order and limit. cursor_scope: what a cursor is bound to."""

    query: Query
    cursor_scope: tuple[str, ...]


def plan_list(
    entity: EntityModel,
    access: Access,
    command: ListRecords | RelationSelection,
    context: RequestContext,
    signer: CursorSigner,
    *,
    parent: str = "",
) -> Plan:
    """The plan of a list or of a nested list. parent: what else the cursor is bound to, such as one parent's id.

    Raises InvalidFilter, InvalidOrder, InvalidLimit or InvalidCursor for what cannot be meant.
    """
    text = orjson.dumps(command.filter, option=orjson.OPT_SORT_KEYS).decode() if command.filter else ""
    query = _query(entity, access, command, text)
    order = ",".join(command.order_by)
    scope = (entity.name, context.tenant, context.principal.id or "", text, order, parent)
    if command.next_token is not None:
        query = replace(query, after=open_cursor(signer, command.next_token, scope, query.order))
    return Plan(query, scope)


def _query(entity: EntityModel, access: Access, command: ListRecords | RelationSelection, text: str) -> Query:
    """The first page of what is asked; worked out once for questions that come again. text: the filter."""
    key = (text, command.order_by, command.limit)
    known: Query | None = access.plans.get(key)
    if known is not None:
        return known
    order = complete_order(access, command.order_by)
    query = Query(readable_filter(access, command.filter), order, checked_limit(entity, command.limit))
    if len(text) <= _LONGEST_REMEMBERED:
        if len(access.plans) >= _REMEMBERED:
            access.plans.clear()
        access.plans[key] = query
    return query


def sign_cursor(signer: CursorSigner, plan: Plan, position: Position) -> str:
    """The token that continues after this position."""
    return signer.sign(position, binding(*plan.cursor_scope))


def open_cursor(signer: CursorSigner, token: str, scope: tuple[str, ...], order: Order) -> Position:
    """The position a token stands for."""
    found = signer.verify(token, binding(*scope))
    if len(found) != len(order):
        raise InvalidCursor("The nextToken belongs to another query.", hint="Start again without nextToken.")
    return found


def checked_limit(entity: EntityModel, limit: int | None) -> int:
    """The page size: the entity's default, or what was asked if it lies within the bounds."""
    if limit is None:
        return entity.default_limit
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= entity.max_limit:
        raise InvalidLimit(f"limit is {limit}; {entity.name} allows 1 to {entity.max_limit}.")
    return limit
