"""Random small worlds of people, books and shelves, and random questions that cross their relations."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data.query.aggregate import Aggregation, Function, Measure
from atakora_data.query.filter import EVERYTHING, And, Compare, FieldRef, Filter, Kind, Link, Not, Operator, Or, Some
from atakora_data.query.page import Hop, Order, OrderKey, Query
from atakora_data.storage.port import Children, Insert, Junction, Record, Target
from tests.storage.models import METADATA, WORLD

World: TypeAlias = Mapping[str, list[Record]]

NO_QUERY = Query()
IDS = ["1", "2", "3", "4"]
PARENTS = (*IDS, "gone")
_serial = itertools.count()

_names = st.sampled_from([None, "", "a", "b", "B"])
_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "name": _names,
    "title": _names,
    "age": st.sampled_from([None, 0, 1, 2, 2.5]),
    "rank": st.sampled_from([None, -1, 0, 3]),
    "price": st.sampled_from([None, "1.10", "1.1", "-2", "10", "0.30"]),
    "open": st.sampled_from([None, True, False]),
}
_KEYS = frozenset({"mentorId", "authorId", "bookId", "shelfId"})


def _value(name: str) -> st.SearchStrategy[Any]:
    """Keys lead somewhere, nowhere, or to a record that is missing."""
    return st.sampled_from([None, *IDS, "gone"]) if name in _KEYS else _VALUES[name]


def _records(entity: str) -> st.SearchStrategy[list[Record]]:
    names = [name for name in WORLD[entity].fields if name != "id"]
    record = st.fixed_dictionaries({"id": st.sampled_from(IDS)}, optional={name: _value(name) for name in names})
    by_id = st.lists(record, max_size=4, unique_by=lambda each: each["id"])
    if entity != "Placing":
        return by_id
    return st.lists(record, max_size=4, unique_by=(lambda each: each["id"], _ends))


def _ends(placing: Record) -> tuple[Any, Any]:
    """Null links nothing, and so never twice."""
    ends = placing.get("bookId"), placing.get("shelfId")
    return ends if None not in ends else (placing["id"], None)


worlds: st.SearchStrategy[World] = st.fixed_dictionaries({model.name: _records(model.name) for model in WORLD})
"""All records of a tenant, by entity."""


def new_tenant() -> str:
    """A tenant without records."""
    return f"tenant {next(_serial)}"


def insertions(world: World, tenant: str) -> list[Insert]:
    """What stores the world."""
    return [
        Insert(Target(entity, tenant), record["id"], record, METADATA)
        for entity, records in world.items()
        for record in records
    ]


def named(entity: str, wire: str) -> FieldRef:
    """A field of an entity of the world."""
    return WORLD[entity].fields[wire].ref()


def _link(entity: str, local: str, target: str, remote: str) -> Link:
    return Link(target, named(entity, local), named(target, remote))


TO_ONE: Mapping[str, list[Link]] = {
    "Person": [_link("Person", "mentorId", "Person", "id")],
    "Book": [_link("Book", "authorId", "Person", "id")],
    "Placing": [_link("Placing", "bookId", "Book", "id"), _link("Placing", "shelfId", "Shelf", "id")],
    "Shelf": [],
}
TO_MANY: Mapping[str, list[Link]] = {
    "Person": [_link("Person", "id", "Person", "mentorId"), _link("Person", "id", "Book", "authorId")],
    "Book": [_link("Book", "id", "Placing", "bookId")],
    "Shelf": [_link("Shelf", "id", "Placing", "shelfId")],
    "Placing": [],
}
ENTITIES = st.sampled_from(sorted(TO_ONE))


@st.composite
def fields(draw: st.DrawFn, entity: str, kinds: Iterable[Kind] = tuple(Kind)) -> FieldRef:
    """A field of the entity, sometimes hidden from some records."""
    wanted = set(kinds)
    found = draw(st.sampled_from([each.ref() for each in WORLD[entity].fields.values() if each.type.kind in wanted]))
    return _hidden(draw, entity, found)


def _hidden(draw: st.DrawFn, entity: str, field: FieldRef) -> FieldRef:
    return replace(field, guard=draw(filters(entity, 1))) if draw(st.integers(0, 2)) == 0 else field


@st.composite
def links(draw: st.DrawFn, entity: str) -> Link:
    """A relation of the entity, sometimes by keys that are hidden from some records."""
    link = draw(st.sampled_from([*TO_ONE[entity], *TO_MANY[entity]]))
    return replace(link, local=_hidden(draw, entity, link.local), remote=_hidden(draw, link.target, link.remote))


_FURTHEST = 3
_RANGES = [Operator.EQ, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE]


@st.composite
def comparisons(draw: st.DrawFn, entity: str) -> Compare:
    """One comparison of a field."""
    field = draw(fields(entity))
    values = _value(field.path[0]) if field.path != ("id",) else st.sampled_from(IDS)
    known = values.filter(lambda value: value is not None)
    match draw(st.integers(0, 4)):
        case 0:
            return Compare(field, Operator.IS_NULL, True)
        case 1:
            return Compare(field, Operator.IN, tuple(draw(st.lists(known, max_size=3))))
    operators = [Operator.EQ] if field.kind is Kind.BOOLEAN else _RANGES
    return Compare(field, draw(st.sampled_from(operators)), draw(known))


@st.composite
def somes(draw: st.DrawFn, entity: str, depth: int) -> Filter:
    """What is asked of related records."""
    link = draw(links(entity))
    return Some(link, draw(filters(link.target, depth - 1)))


def filters(entity: str, depth: int = 3) -> st.SearchStrategy[Filter]:
    """Filters that nest at most so deep, relations included."""
    leaf: st.SearchStrategy[Filter] = comparisons(entity)
    if depth == 0:
        return st.one_of(leaf, st.just(EVERYTHING))
    inner = st.deferred(lambda: filters(entity, depth - 1))
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        leaf,
        somes(entity, depth),
        somes(entity, depth),
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, inner),
    )


@st.composite
def orders(draw: st.DrawFn, entity: str) -> Order:
    """Complete orders by up to two fields, of the record itself or of those that its to-one relations lead to."""
    keys = []
    for _ in range(draw(st.integers(0, 2))):
        via: list[Hop] = []
        at = entity
        while TO_ONE[at] and len(via) < _FURTHEST and draw(st.booleans()):
            link = draw(st.sampled_from(TO_ONE[at]))
            seen = replace(link, local=_hidden(draw, at, link.local))
            via.append(Hop(seen, draw(st.one_of(st.just(EVERYTHING), filters(link.target, 1)))))
            at = link.target
        keys.append(OrderKey(draw(fields(at)), draw(st.booleans()), tuple(via)))
    return (*keys, OrderKey(named(entity, "id")))


@st.composite
def children(draw: st.DrawFn, entity: str) -> Children:
    """Every parent's children by a key of the entity, or over the junction; `query` is still to be put in."""
    if entity in ("Book", "Shelf") and draw(st.booleans()):
        return over_placings(draw, entity)
    keys = [link.remote for many in TO_MANY.values() for link in many if link.target == entity]
    key = draw(st.sampled_from([*keys, named(entity, "id")]))
    return Children(_hidden(draw, entity, key), PARENTS, NO_QUERY)


def over_placings(draw: st.DrawFn, entity: str) -> Children:
    """Books of shelves, or shelves of books."""
    near, far = ("shelfId", "bookId") if entity == "Book" else ("bookId", "shelfId")
    seen = [_hidden(draw, "Placing", named("Placing", end)) for end in (near, far)]
    junction = Junction("Placing", seen[0], seen[1], draw(filters("Placing", 1)))
    return Children(named(entity, "id"), PARENTS, NO_QUERY, junction)


_NUMERIC = (Kind.NUMBER, Kind.DECIMAL)


@st.composite
def aggregations(draw: st.DrawFn, entity: str) -> Aggregation:
    """Some measures of any fields, by up to two groups."""
    measures = [Measure(Function.COUNT)]
    for _ in range(draw(st.integers(0, 4))):
        function = draw(st.sampled_from(list(Function)))
        is_numeric = function in (Function.SUM, Function.AVG) and entity in ("Book", "Person")
        if is_numeric or function not in (Function.SUM, Function.AVG):
            measures.append(Measure(function, draw(fields(entity, _NUMERIC if is_numeric else tuple(Kind)))))
    groups = tuple(draw(st.lists(fields(entity), max_size=2)))
    return Aggregation(tuple(measures), draw(filters(entity, 2)), groups, draw(st.integers(1, 6)))
