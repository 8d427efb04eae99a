"""What things are called in TypeScript, so that no name of a schema gets in the way of another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import inflection

OF_OBJECTS: Final = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf"),
    }
)
"""What every object has, also one that was given no such member."""

CLIENT_MEMBERS: Final = frozenset({"batch", "close", "collection"})
COLLECTION_MEMBERS: Final = frozenset(
    {
        *("list", "all", "get", "create", "createMany", "update", "updateMany", "replace", "delete", "deleteMany"),
        *("aggregate", "related", "relatedOne", "link", "unlink", "subscribe", "act"),
    }
)
"""What the runtime calls its own; a test compares them with it."""

_CLIENT = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)


def is_client_name(name: str) -> bool:
    """Whether a client can be called so: PascalCase."""
    return _CLIENT.fullmatch(name) is not None


def members(entities: Iterable[str]) -> dict[str, str]:
    """What clients call the records of each entity: `blogPost`; with `_` behind what clients have already."""
    names = list(entities)
    short = {name: _lowered(name) for name in names}
    taken = list(short.values())
    apart = {name: each if taken.count(each) == 1 else f"{name[:1].lower()}{name[1:]}" for name, each in short.items()}
    return {name: _free(each, CLIENT_MEMBERS) for name, each in apart.items()}


def method(action: str) -> str:
    """What collections call an action; with `_` behind what they have already."""
    return _free(action, COLLECTION_MEMBERS)


def files(entities: Iterable[str]) -> dict[str, str]:
    """The file of each entity without `.ts`: `blog-post`; numbered where two would be the same."""
    found: dict[str, str] = {}
    for name in sorted(entities):
        plain = inflection.dasherize(inflection.underscore(name))
        number = sum(each == plain or each.rpartition("-")[0] == plain for each in found.values())
        found[name] = f"{plain}-{number + 1}" if plain in found.values() else plain
    return found


def stem(entity: str, wire: str) -> str:
    """How the types of a relation or an action begin: `PostComments`."""
    return f"{entity}{wire[:1].upper()}{wire[1:]}"


def shape(entity: str) -> str:
    """The type that all others of an entity are looked up in: no entity has such a name."""
    return f"${entity}"


def actions(entity: str) -> str:
    """The type of an entity's actions."""
    return f"${entity}Actions"


def _free(name: str, taken: frozenset[str]) -> str:
    """The name, or another: what has a `then` would be awaited."""
    return f"{name}_" if name in taken or name in OF_OBJECTS or name == "then" else name


def _lowered(name: str) -> str:
    """`BlogPost` → `blogPost`, `APIKey` → `apiKey`, `FAQ` → `faq`."""
    return re.sub(r"^([A-Z]+)(?=[A-Z][a-z]|$|[0-9])|^[A-Z]", lambda found: found[0].lower(), name)
