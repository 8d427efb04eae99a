"""Names that follow from names: collections, and the types generated for GraphQL."""

from __future__ import annotations

import keyword
import re
from typing import Final

import inflection

RESERVED_COLLECTIONS: Final = frozenset({"batch", "openapi.json", "docs", "explain", "health", "graphql", "realtime"})
"""Paths under `/api` that are taken."""

_SCALARS: Final = (
    *("String", "Int", "Float", "Boolean", "ID"),
    *("DateTime", "Date", "Time", "Decimal", "Long", "UUID", "JSON"),
)

RESERVED_TYPES: Final = frozenset(
    {
        *("Query", "Mutation", "Subscription"),
        *_SCALARS,
        *(f"{name}{suffix}" for name in _SCALARS for suffix in ("Filter", "ListFilter")),
        *("OrderDirection", "StringIDFilter", "IDInput"),
    }
)
"""GraphQL types that are there whatever the schemas say."""

_ENTITY = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_PLURAL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_GRAPHQL = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)


def collection_of(entity: str) -> str:
    """The plural in kebab-case: `BlogPost` → `blog-posts`, `Category` → `categories`."""
    return inflection.dasherize(inflection.pluralize(inflection.underscore(entity)))


def is_entity_name(name: str) -> bool:
    """Whether the name is PascalCase."""
    return _ENTITY.fullmatch(name) is not None


def is_field_name(name: str) -> bool:
    """Whether the name is snake_case, so that its camelCase form leads back to it."""
    return _FIELD.fullmatch(name) is not None


def is_collection_name(name: str) -> bool:
    """Whether the name is kebab-case."""
    return _PLURAL.fullmatch(name) is not None


def is_enum_value(name: str) -> bool:
    """Whether GraphQL can name the value."""
    return _GRAPHQL.fullmatch(name) is not None and not name.startswith("__") and name not in ("true", "false", "null")


def snake(name: str) -> str:
    """The snake_case form of any name: the remedy for one that is not. Words of Python get something behind them."""
    found = re.sub(r"_+", "_", inflection.underscore(plain(name))).strip("_")
    return f"{found}_value" if keyword.iskeyword(found) else found


def plain(name: str) -> str:
    """The name in the letters a to z: `größe` is `grosse`, and what has no such letters is left out."""
    return inflection.transliterate(name.replace("ß", "ss"))


_AGGREGATES: Final = ("AggregateGroup", "AggregateSum", "AggregateAvg", "AggregateMin", "AggregateMax")


def types_of_entity(name: str) -> tuple[str, ...]:
    """The GraphQL types generated for an entity."""
    return (
        name,
        *(f"{name}{suffix}" for suffix in ("Filter", "OrderBy", "Connection", "Edge", "ToOneFilter", "ToManyFilter")),
        *(f"{verb}{name}Input" for verb in ("Create", "Update", "UpdateMany", "Replace")),
        *(f"{name}{suffix}" for suffix in ("GroupBy", "Aggregate", *_AGGREGATES)),
    )


def types_of_relation(entity: str, wire: str, kind: str) -> tuple[str, ...]:
    """The GraphQL types generated for a relation of this kind, such as `many_to_many`."""
    name, links = f"{entity}{capital(wire)}", links_of(entity, wire)
    inputs = tuple(f"{name}{each}Input" for each in ("Create", "Update", "Connect", "Record", "Through"))
    match kind:
        case "polymorphic":
            return (name, f"{name}Filter", *inputs)
        case "many_to_many":
            return (*inputs, f"{links}Connection", f"{links}Edge")
    return inputs


def types_of_object(name: str) -> tuple[str, ...]:
    """The GraphQL types generated for a nested model."""
    return (
        name,
        *(f"{name}{suffix}" for suffix in ("Input", "Filter", "ListFilter", "OrderBy", *_AGGREGATES)),
        f"Update{name}Input",
    )


def types_of_enum(name: str) -> tuple[str, ...]:
    """The GraphQL types generated for an enum."""
    return (name, f"{name}Filter", f"{name}ListFilter")


def links_of(entity: str, wire: str) -> str:
    """What the links of a many-to-many are called: `PostToTags`."""
    return f"{entity}To{capital(wire)}"


def mutations_of(name: str, collection: str) -> tuple[str, ...]:
    """The GraphQL mutations that every entity may have; actions and links have further ones."""
    verbs = ("create", "update", "delete")
    return (
        *(f"{verb}{name}" for verb in (*verbs, "upsert")),
        *(f"{verb}{many_of(name, collection)}" for verb in verbs),
    )


def link_mutations_of(entity: str, wire: str) -> tuple[str, str]:
    """The GraphQL mutations that make and take away the links of a many-to-many."""
    return f"link{links_of(entity, wire)}", f"unlink{entity}From{capital(wire)}"


def many_of(name: str, collection: str) -> str:
    """How mutations name many records: `Posts`; `ManyNews` where the plural is the same word."""
    found = plural_of(collection)
    return f"Many{name}" if found == name else found


def plural_of(collection: str) -> str:
    """The plural in PascalCase, from the REST path: `blog-posts` → `BlogPosts`."""
    return "".join(capital(part) for part in collection.split("-"))


def capital(name: str) -> str:
    """The name with a capital first letter."""
    return name[:1].upper() + name[1:]
