"""From the query string to what the service is asked; values that only the service can judge pass through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from atakora_data.api.http.json_text import parse_json
from atakora_data.api.http.message import Request
from atakora_data.api.rest.brackets import PREFIX, parse_brackets
from atakora_data.api.rest.selection import check_included, parse_selections
from atakora_data.errors import (
    InvalidFilter,
    InvalidLimit,
    InvalidOrder,
    InvalidSelection,
    MalformedRequest,
    perhaps_one_of,
)
from atakora_data.query.aggregate import MEASURES
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.service.bulk import DEFAULT, MOST
from atakora_data.service.commands import ALL, Aggregate, Selection

RECORD_PARAMETERS = ("include", "fields")
LIST_PARAMETERS = ("filter", "orderBy", "limit", "nextToken", "include", "fields", "count")
BULK_PARAMETERS = ("filter", "maxAffected", *RECORD_PARAMETERS)
AGGREGATE_PARAMETERS = ("filter", "groupBy", *MEASURES, "limit")

_OF_THE_HOST = ("code", "clientId")
"""The function key may come as a parameter; the host has judged it already."""

_LONGEST_LIMIT = 18


class ListParameters(Struct, frozen=True):
    """All parameters of a list, each as the service takes it."""

    selection: Selection = ALL
    filter: dict[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    next_token: str | None = None
    count: bool = False


def read_nothing(request: Request) -> None:
    """Raise MalformedRequest when there are parameters at all."""
    if request.query:
        _collect(request.query, ())


def read_selection(registry: Registry, entity: EntityModel, request: Request) -> Selection:
    """The parameters of a single record."""
    return read_selections(registry, (entity,), request)[0] if request.query else ALL


def read_selections(registry: Registry, entities: Sequence[EntityModel], request: Request) -> list[Selection]:
    """The parameters of a single record, which may be of one of these entities: what is wanted of each."""
    given, _ = _collect(request.query, RECORD_PARAMETERS)
    selections = parse_selections(registry, entities, given.get("fields"), given.get("include"))
    for entity, selection in zip(entities, selections, strict=True):
        if selection.relations:
            check_included(registry, entity, selection, 1)
    return selections


def read_list(registry: Registry, entity: EntityModel, request: Request) -> ListParameters:
    """The parameters of a list."""
    if not request.query:
        return _DEFAULTS
    given, brackets = _collect(request.query, LIST_PARAMETERS)
    get = given.get
    limit = _limit(entity, get("limit"))
    (selection,) = parse_selections(registry, (entity,), get("fields"), get("include"))
    if selection.relations:
        check_included(registry, entity, selection, min(limit or entity.default_limit, entity.max_limit))
    return ListParameters(
        selection=selection,
        filter=_filter(registry, entity, get("filter"), brackets),
        order_by=_order(get("orderBy")),
        limit=limit,
        next_token=get("nextToken"),
        count=_flag("count", get("count")),
    )


_DEFAULTS = ListParameters()


class BulkParameters(Struct, frozen=True):
    """The parameters of a change of many records, each as the service takes it."""

    filter: dict[str, Any]
    max_affected: int | None = None
    selection: Selection = ALL


def read_bulk(registry: Registry, entity: EntityModel, request: Request) -> BulkParameters:
    """The parameters of a change of many records: a filter must be among them, so that nobody means all by mistake."""
    given, brackets = _collect(request.query, BULK_PARAMETERS)
    wanted = _filter(registry, entity, given.get("filter"), brackets)
    if wanted is None:
        raise InvalidFilter(f"{request.method} needs a filter here.", hint=_WHICH_HINT)
    most = _whole(given.get("maxAffected"), "maxAffected", f"from 1 to {MOST}")
    (selection,) = parse_selections(registry, (entity,), given.get("fields"), given.get("include"))
    if selection.relations:
        check_included(registry, entity, selection, most or DEFAULT)
    return BulkParameters(wanted, most, selection)


_WHICH_HINT = "Say which records are meant: filter[status][eq]=draft. For all of them write filter={}."


def read_aggregate(registry: Registry, entity: EntityModel, request: Request) -> Aggregate:
    """The parameters of an aggregate, as the command that they are."""
    given, brackets = _collect(request.query, AGGREGATE_PARAMETERS)
    wanted = _filter(registry, entity, given.get("filter"), brackets)
    groups = _listed("groupBy", given.get("groupBy"))
    measures = {name: _listed(name, given.get(name)) for name in MEASURES}
    limit = _whole(given.get("limit"), "limit", "of at least 1")
    return Aggregate(entity.name, wanted, groups, **measures, limit=limit)


def _listed(name: str, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    terms = tuple(text.split(","))
    if "" in terms:
        raise InvalidSelection(f"{name} has an empty name.", hint=f"Write {name}=views,rank.")
    return terms


def _collect(pairs: Sequence[tuple[str, str]], known: tuple[str, ...]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The parameters by name, each known and given once, and the bracketed filters apart."""
    given: dict[str, str] = {}
    brackets: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in known:
            if name in given:
                raise MalformedRequest(f"The parameter `{name}` is given twice.", hint="Put all values into one.")
            given[name] = value
        elif name.startswith(PREFIX) and "filter" in known:
            brackets.append((name, value))
        elif name not in _OF_THE_HOST:
            raise _unknown(name, known)
    return given, brackets


def _unknown(name: str, known: tuple[str, ...]) -> MalformedRequest:
    shown = name[:100]
    hint = perhaps_one_of(shown, known) or "None is known here."
    return MalformedRequest(f"There is no parameter `{shown}` here.", hint=hint)


def _filter(
    registry: Registry, entity: EntityModel, text: str | None, brackets: list[tuple[str, str]]
) -> dict[str, Any] | None:
    if brackets:
        if text is not None:
            raise InvalidFilter("The filter is given both as JSON and in brackets.", hint="Use one of the two.")
        return parse_brackets(registry, entity, brackets)
    return None if text is None else _json_filter(text)


def _json_filter(text: str) -> dict[str, Any]:
    try:
        data = parse_json(text.encode(errors="surrogatepass"), "The filter")
    except MalformedRequest as error:
        raise InvalidFilter(error.detail, hint=error.hint or _FILTER_HINT) from error
    if not isinstance(data, dict):
        raise InvalidFilter("The filter must be a JSON object.", hint=_FILTER_HINT)
    return data


_FILTER_HINT = 'Write filter={"status":{"eq":"draft"}} or filter[status][eq]=draft.'


def _order(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    terms = tuple(text.split(","))
    if "" in terms:
        raise InvalidOrder("orderBy has an empty name.", hint="Write orderBy=-publishedAt,title.")
    return terms


def _limit(entity: EntityModel, text: str | None) -> int | None:
    return _whole(text, "limit", f"from 1 to {entity.max_limit} for {entity.name}")


def _whole(text: str | None, name: str, bounds: str) -> int | None:
    """The number; the service judges whether it lies within the bounds, which are told when it is none."""
    if text is None:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_LIMIT):
        raise InvalidLimit(f"{name} is `{text[:100]}`; it must be a whole number {bounds}.")
    return int(text)


def _flag(name: str, text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise MalformedRequest(f"{name} is `{text[:100]}`; it must be true or false.")
    return text == "true"
