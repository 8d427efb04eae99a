"""What things are called in Python, so that no name of a schema gets in the way of another."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Iterable
from typing import Final

import inflection

from atakora_data.schema.naming import variable

BUILTINS: Final = frozenset({"bool", "dict", "float", "int", "list", "str"})
"""What annotations name: inside of a class, a member called so would take the name away."""

OF_MODELS: Final = frozenset(
    {
        *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw"),
        *("schema", "schema_json", "update_forward_refs", "validate"),
        *("model_computed_fields", "model_config", "model_construct", "model_copy", "model_dump", "model_dump_json"),
        *("model_extra", "model_fields", "model_fields_set", "model_json_schema", "model_parametrized_name"),
        *("model_post_init", "model_rebuild", "model_validate", "model_validate_json", "model_validate_strings"),
    }
)
"""What pydantic gives to every record; a test compares them with it."""

COLLECTION_MEMBERS: Final = frozenset(
    {
        *("list", "all", "get", "create", "create_many", "update", "update_many", "replace", "delete", "delete_many"),
        *("aggregate", "related", "subscribe"),
    }
)
CLIENT_MEMBERS: Final = frozenset({"batch", "close"})
"""What the runtime calls its own; a test compares them with it."""

RUNTIME: Final = "rt"
"""What generated modules call the runtime."""

_TAKEN: Final = frozenset({*keyword.kwlist, *BUILTINS, RUNTIME})
_CLIENT = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)


def is_client_name(name: str) -> bool:
    """Whether a client can be called so: PascalCase."""
    return _CLIENT.fullmatch(name) is not None


def attribute(field: str) -> str:
    """What a field or relation is called; with `_` behind what Python or pydantic have already."""
    return _free(field, OF_MODELS)


def method(action: str) -> str:
    """What collections call an action; with `_` behind what they have already."""
    return _free(action, COLLECTION_MEMBERS)


def members(entities: Iterable[str]) -> dict[str, str]:
    """What clients call the records of each entity: `blog_post`; numbered where two would be the same."""
    return {name: _free(each, CLIENT_MEMBERS) for name, each in _numbered(entities).items()}


def modules(entities: Iterable[str]) -> dict[str, str]:
    """The module of each entity."""
    return {name: _free(each, ()) for name, each in _numbered(entities).items()}


def _numbered(entities: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in sorted(entities):
        plain = variable(name)
        number = 1
        while (each := plain if number == 1 else f"{plain}_{number}") in found.values():
            number += 1
        found[name] = each
    return found


def stem(entity: str, name: str) -> str:
    """How the types of a relation or an action begin: `PostComments`."""
    return f"{entity}{inflection.camelize(name)}"


def free(name: str, taken: Container[str]) -> str:
    """The name of a type, or another when an entity or the like has it."""
    while name in taken:
        name = f"{name}_"
    return name


def _free(name: str, taken: Container[str]) -> str:
    return f"{name}_" if name in _TAKEN or name in taken else name
