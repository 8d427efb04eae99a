"""A filter as plain frozen data, with two-valued logic: no schema, no SQL, no principal.

    Filter = And(filters) | Or(filters) | Not(filter) | Compare(field, operator, value) | Some(link, filter)

`And(())` holds always, `Or(())` never. An absent field reads as null. A `Compare` is false on null,
except `IS_NULL`; everything negative is a plain `Not` around it, so `ne: 1` holds for null.
`every` and `none` of a relation are written with `Some` and `Not`; a link that leads nowhere has no `Some`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace


class Kind(StrEnum):
    """How the values of a field compare.

    STRING by code point (also UUIDs, dates and enums in wire form), NUMBER and BOOLEAN by value
    (false before true), DECIMAL by numeric value although it is a string in wire form, LIST and OBJECT
    only by equality of their JSON and by the operators made for them.
    """

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    LIST = "list"
    OBJECT = "object"


class Operator(StrEnum):
    """What a `Compare` asks. The public operators that are missing here are written with these and `Not`."""

    IS_NULL = "isNull"
    EQ = "eq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    CONTAINS = "contains"
    BEGINS_WITH = "beginsWith"
    ENDS_WITH = "endsWith"
    CONTAINS_IGNORE_CASE = "containsIgnoreCase"
    BEGINS_WITH_IGNORE_CASE = "beginsWithIgnoreCase"
    ENDS_WITH_IGNORE_CASE = "endsWithIgnoreCase"
    HAS = "has"
    HAS_ANY = "hasAny"
    HAS_ALL = "hasAll"


class FieldRef(Struct, frozen=True):
    """A value inside a record: the wire names that lead to it, and how it compares.

    item: the kind of a list's elements. size: the number of elements of the list is meant, not the list.
    guard: the value counts as null in every record for which this filter does not hold.
    """

    path: tuple[str, ...]
    kind: Kind
    item: Kind | None = None
    size: bool = False
    guard: Filter | None = None

    @property
    def unguarded(self) -> FieldRef:
        """The field itself, whoever may see it."""
        return self if self.guard is None else replace(self, guard=None)


class Parameter(Struct, frozen=True):
    """A value that is put in later, by `substitute`: makes a filter a template."""

    name: str


class And(Struct, frozen=True):
    """Holds when all hold; without items always."""

    items: tuple[Filter, ...]


class Or(Struct, frozen=True):
    """Holds when one holds; without items never."""

    items: tuple[Filter, ...]


class Not(Struct, frozen=True):
    """Holds when the item does not."""

    item: Filter


class Compare(Struct, frozen=True):
    """One field asked one question.

    value: the wire form of a scalar; a tuple of them for IN, HAS_ANY and HAS_ALL; JSON data for EQ on a list;
    True for IS_NULL. Never None, never NaN.
    """

    field: FieldRef
    operator: Operator
    value: Any


class Link(Struct, frozen=True):
    """How records lead to others: to those of the entity `target` whose `remote` equals this record's `local`.

    Null leads nowhere, and so does a `local` whose guard does not hold.
    """

    target: str
    local: FieldRef
    remote: FieldRef


class Some(Struct, frozen=True):
    """Holds when at least one of the records that the link leads to matches the filter, which is over their fields.

    Nothing is added to the filter: whoever makes it puts in which of those records count.
    """

    link: Link
    filter: Filter


Filter: TypeAlias = And | Or | Not | Compare | Some

EVERYTHING = And(())
NOTHING = Or(())


def all_of(*filters: Filter) -> Filter:
    """The conjunction, flattened and simplified as far as constants allow."""
    items: list[Filter] = []
    for item in filters:
        if item == NOTHING:
            return NOTHING
        items.extend(item.items if isinstance(item, And) else (item,))
    return items[0] if len(items) == 1 else And(tuple(items))


def any_of(*filters: Filter) -> Filter:
    """The disjunction, flattened and simplified as far as constants allow."""
    items: list[Filter] = []
    for item in filters:
        if item == EVERYTHING:
            return EVERYTHING
        items.extend(item.items if isinstance(item, Or) else (item,))
    return items[0] if len(items) == 1 else Or(tuple(items))


def negate(item: Filter) -> Filter:
    """The negation, simplified as far as constants and double negation allow."""
    if item == EVERYTHING:
        return NOTHING
    if item == NOTHING:
        return EVERYTHING
    return item.item if isinstance(item, Not) else Not(item)


def some(link: Link, filter: Filter) -> Filter:
    """`Some`, simplified: no record matches what never holds."""
    return NOTHING if filter == NOTHING else Some(link, filter)


def transform(
    item: Filter, leaf: Callable[[Compare], Filter], related: Callable[[Some], Filter] | None = None
) -> Filter:
    """The same filter with every comparison replaced, simplified on the way up.

    related: replaces what is asked of related records, whose fields are others; without it `leaf` is for them, too.
    """
    match item:
        case And(items):
            return all_of(*(transform(each, leaf, related) for each in items))
        case Or(items):
            return any_of(*(transform(each, leaf, related) for each in items))
        case Not(inner):
            return negate(transform(inner, leaf, related))
        case Compare():
            return leaf(item)
        case Some(link, inner):
            return some(link, transform(inner, leaf)) if related is None else related(item)


def somes(item: Filter) -> Iterator[Some]:
    """What the filter asks of related records, also in guards of fields; not what is asked of theirs in turn."""
    match item:
        case And(items) | Or(items):
            for each in items:
                yield from somes(each)
        case Not(inner):
            yield from somes(inner)
        case Compare(field):
            if field.guard is not None:
                yield from somes(field.guard)
        case Some():
            yield item


def substitute(item: Filter, lookup: Callable[[str], Any]) -> Filter:
    """The template with its parameters put in.

    A parameter whose value is None never equals, exceeds or contains anything: its comparison becomes NOTHING.
    """

    def fill(compare: Compare) -> Filter:
        if not isinstance(compare.value, Parameter):
            return compare
        value = lookup(compare.value.name)
        return NOTHING if value is None else Compare(compare.field, compare.operator, value)

    return transform(item, fill)
