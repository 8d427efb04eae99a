"""Query parameters and headers as OpenAPI parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atakora_data.api.rest.openapi.types import TEXT_ID, Schema, reference
from atakora_data.api.rest.selection import MAX_INCLUDE_DEPTH, MAX_INCLUDED
from atakora_data.registry.entity import EntityModel, FieldModel, TypeName
from atakora_data.registry.registry import Registry

_UNORDERED = (TypeName.LIST, TypeName.OBJECT, TypeName.MAP)

IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": 'Do it only if the record still has one of these entity tags, such as `"1f0c"`; `*` for any.',
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9a-zA-Z.-]+"(, *"[0-9a-zA-Z.-]+")*)$'},
}

IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The entity tags of what you have: 304 without a body when it is still what would be answered.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[0-9a-zA-Z.-]+"(, *(W/)?"[0-9a-zA-Z.-]+")*)$'},
}

ONLY_CREATE: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "`*`: create only, 412 when there is a record already.",
    "schema": {"type": "string", "enum": ["*"]},
}


def list_parameters(registry: Registry, entity: EntityModel) -> list[Schema]:
    """The parameters of a list of these records."""
    return [
        {
            "name": "filter",
            "in": "query",
            "description": (
                'Which records, as JSON: `{"status":{"eq":"draft"}}`. The same in brackets: '
                "`filter[status][eq]=draft`; lists by repeating the key, by `[]` or by index: `filter[or][0][…]`."
            ),
            "content": {"application/json": {"schema": reference(f"{entity.name}.Filter")}},
        },
        _names("orderBy", "Fields to order by, `-` before one for descending.", _orderable(entity), maximum=8),
        {
            "name": "limit",
            "in": "query",
            "description": "How many records a page has at most.",
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": entity.max_limit,
                "default": entity.default_limit,
            },
        },
        {
            "name": "nextToken",
            "in": "query",
            "description": "Goes on where the page that had this token ended; everything else must be as it was there.",
            "schema": {"type": "string", "minLength": 1},
        },
        *selection_parameters(registry, entity),
        {
            "name": "count",
            "in": "query",
            "description": "Whether to count all records that match.",
            "schema": {"type": "boolean", "default": False},
        },
    ]


def selection_parameters(registry: Registry, entity: EntityModel) -> list[Schema]:
    """The parameters that say what of each record is answered."""
    fields = _names("fields", "Answer only these fields.", [*entity.fields, *entity.computed, "_etag", "_version"])
    if not entity.relations:
        return [fields]
    included = (
        f"Relations to answer with each record, with dots to go on, at most {MAX_INCLUDE_DEPTH} deep. "
        f"An answer that could hold more than {MAX_INCLUDED} records is refused."
    )
    paths = _relation_paths(registry, entity)
    include = _names("include", included, paths or [])
    if paths is None:
        include["schema"]["items"] = {"type": "string", "pattern": _any_path(entity)}
    return [include, fields]


def id_parameter(entity: EntityModel) -> Schema:
    """The id in the path."""
    is_uuid = entity.primary_key.type.name is TypeName.UUID
    schema: Schema = {"type": "string", "format": "uuid"} if is_uuid else {"type": "string", **TEXT_ID}
    return {"name": "id", "in": "path", "required": True, "schema": schema}


def _names(name: str, description: str, names: list[str], maximum: int | None = None) -> dict[str, Any]:
    schema: Schema = {
        "type": "array",
        "items": {"type": "string", "enum": names},
        "minItems": 1,
    }
    if maximum is not None:
        schema["maxItems"] = maximum
    return {
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _orderable(entity: EntityModel) -> list[str]:
    return [each for path in _paths(entity.fields) for each in (path, f"-{path}")]


def _paths(fields: Mapping[str, FieldModel]) -> Iterator[str]:
    """The wire names, with dots into nested objects, that have an order."""
    for name, field in fields.items():
        if field.type.name is TypeName.OBJECT and field.type.object is not None:
            yield from (f"{name}.{inner}" for inner in _paths(field.type.object.fields))
        elif field.type.name not in _UNORDERED:
            yield name


def _relation_paths(registry: Registry, entity: EntityModel) -> list[str] | None:
    """All that `include` can name, or None when it would be too many to list."""
    paths: list[str] = []
    level: list[tuple[tuple[str, ...], str]] = [((name,), each.target) for name, each in entity.relations.items()]
    for _ in range(MAX_INCLUDE_DEPTH):
        paths.extend(".".join(names) for names, _ in level)
        if len(paths) > _MOST_PATHS:
            return None
        level = [
            ((*names, name), each.target)
            for names, target in level
            for name, each in registry[target].relations.items()
        ]
    return sorted(paths)


_MOST_PATHS = 200


def _any_path(entity: EntityModel) -> str:
    return f"^({'|'.join(sorted(entity.relations))})(\\.[a-z][a-zA-Z0-9]*){{0,{MAX_INCLUDE_DEPTH - 1}}}$"
