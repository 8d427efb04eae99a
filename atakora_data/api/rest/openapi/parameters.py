"""Query parameters and headers as OpenAPI parameters: components, as many operations share them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atakora_data.api.rest.openapi.paths import orderable, relation_paths, scalar_paths
from atakora_data.api.rest.openapi.types import TEXT_ID, Schema, reference
from atakora_data.api.rest.selection import MAX_INCLUDE_DEPTH, MAX_INCLUDED
from atakora_data.registry.entity import EntityModel, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.service.aggregating import DEFAULT_LIMIT, MAX_GROUPS, MAX_LIMIT, MAX_MEASURES
from atakora_data.service.bulk import DEFAULT, MOST
from atakora_data.service.ordering import MAX_ORDER_KEYS


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


IF_MATCH = _shared("If-Match")
IF_NONE_MATCH = _shared("If-None-Match")
ONLY_CREATE = _shared("OnlyCreate")
IDEMPOTENCY_KEY = _shared("Idempotency-Key")
MAX_AFFECTED_PARAMETER = _shared("maxAffected")

SHARED_PARAMETERS: dict[str, Schema] = {
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": 'Do it only if the record still has one of these entity tags, such as `"1f0c"`; `*` for any.',
        "schema": {"type": "string", "pattern": r'^(\*|"[0-9a-zA-Z.-]+"(, *"[0-9a-zA-Z.-]+")*)$'},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The entity tags of what you have: 304 without a body when it is still what would be answered.",
        "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[0-9a-zA-Z.-]+"(, *(W/)?"[0-9a-zA-Z.-]+")*)$'},
    },
    "OnlyCreate": {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*`: create only, 412 when there is a record already.",
        "schema": {"type": "string", "enum": ["*"]},
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Sent again with the same key, the request gets the first answer and nothing is done twice.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        "example": "6f1c1e9e-3f0e-4d3c-9a53-0f0f6f1f8a3b",
    },
    "nextToken": {
        "name": "nextToken",
        "in": "query",
        "description": "Goes on where the page that had this token ended; everything else must be as it was there.",
        "schema": {"type": "string", "minLength": 1},
    },
    "count": {
        "name": "count",
        "in": "query",
        "description": "Whether to count all records that match.",
        "schema": {"type": "boolean", "default": False},
    },
    "maxAffected": {
        "name": "maxAffected",
        "in": "query",
        "description": "When more records match, nothing is done.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
    },
}
"""What does not depend on the entity, by component name."""


def entity_parameters(registry: Registry, entity: EntityModel) -> dict[str, Schema]:
    """The parameters whose values depend on the entity, by component name."""
    size = {"type": "integer", "minimum": 1, "maximum": entity.max_limit, "default": entity.default_limit}
    about = "How many records a page has at most."
    found = [
        filter_parameter(entity),
        _order_parameter(registry, entity),
        {"name": "limit", "in": "query", "description": about, "schema": size},
        *_selection(registry, (entity,)),
    ]
    return {f"{entity.name}.{each['name']}": each for each in found}


def list_parameters(entity: EntityModel) -> list[Schema]:
    """The parameters of a list of these records."""
    own = [_shared(f"{entity.name}.{name}") for name in ("filter", "orderBy", "limit")]
    return [*own, _shared("nextToken"), *selection_parameters(entity), _shared("count")]


def selection_parameters(entity: EntityModel) -> list[Schema]:
    """The parameters that say what of each record is answered."""
    names = ("include", "fields") if entity.relations else ("fields",)
    return [_shared(f"{entity.name}.{name}") for name in names]


def selection_of_any(registry: Registry, entities: Sequence[EntityModel]) -> list[Schema]:
    """The same of a record that may be of one of these entities."""
    return selection_parameters(entities[0]) if len(entities) == 1 else _selection(registry, entities)


def filter_parameter(entity: EntityModel, *, required: bool = False) -> Schema:
    """The parameter that says which records."""
    return {
        "name": "filter",
        "in": "query",
        **({"required": True} if required else {}),
        "description": (
            'Which records, as JSON: `{"status":{"eq":"draft"}}`. The same in brackets: '
            "`filter[status][eq]=draft`; lists by repeating the key, by `[]` or by index: `filter[or][0][…]`."
        ),
        "content": {"application/json": {"schema": reference(f"{entity.name}.Filter")}},
    }


def aggregate_parameters(entity: EntityModel) -> list[Schema]:
    """The parameters of what is worked out of many records."""
    scalars = dict(scalar_paths(entity.fields))
    numbers = [name for name, type in scalars.items() if type.is_number]
    ordered = [name for name, type in scalars.items() if type.name is not TypeName.BOOLEAN]
    measures = {
        "sum": ("Fields to add up.", numbers),
        "avg": ("Fields to work out the mean of.", numbers),
        "min": ("Fields of which the least value is wanted.", ordered),
        "max": ("Fields of which the greatest value is wanted.", ordered),
    }
    return [
        filter_parameter(entity),
        _names("groupBy", "One item for each combination of values of these fields.", list(scalars), MAX_GROUPS),
        *(_names(name, said, fields, MAX_MEASURES) for name, (said, fields) in measures.items() if fields),
        {
            "name": "limit",
            "in": "query",
            "description": "How many groups there may be; more are refused.",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        },
    ]


def id_parameter(entity: EntityModel, name: str = "id") -> Schema:
    """An id in the path."""
    return {"name": name, "in": "path", "required": True, "schema": id_schema(entity)}


def id_schema(entity: EntityModel) -> Schema:
    """What ids of these records are."""
    is_uuid = entity.primary_key.type.name is TypeName.UUID
    return {"type": "string", "format": "uuid"} if is_uuid else {"type": "string", **TEXT_ID}


def _selection(registry: Registry, entities: Sequence[EntityModel]) -> list[Schema]:
    own = dict.fromkeys(name for each in entities for name in (*each.fields, *each.computed))
    fields = _names("fields", "Answer only these fields.", [*own, "_etag", "_version"])
    if not any(each.relations for each in entities):
        return [fields]
    included = (
        f"Relations to answer with each record, with dots to go on, at most {MAX_INCLUDE_DEPTH} deep. "
        f"An answer that could hold more than {MAX_INCLUDED} records is refused."
    )
    paths = relation_paths(registry, entities)
    include = _names("include", included, paths or [])
    if paths is None:
        include["schema"]["items"] = {"type": "string", "pattern": _any_path(entities)}
    return [include, fields]


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


def _order_parameter(registry: Registry, entity: EntityModel) -> Schema:
    said = "Fields to order by, `-` before one for descending; dots lead on, into objects and over to-one relations."
    names, is_all = orderable(registry, entity)
    parameter = _names("orderBy", said, [each for name in names for each in (name, f"-{name}")], maximum=MAX_ORDER_KEYS)
    if not is_all:
        relations = "|".join(sorted(name for name, each in entity.relations.items() if each.is_to_one))
        further = {"pattern": f"^-?({relations})(\\.[a-z][a-zA-Z0-9]*)+$"}
        parameter["schema"]["items"] = {"type": "string", "anyOf": [parameter["schema"]["items"], further]}
    return parameter


def _any_path(entities: Sequence[EntityModel]) -> str:
    names = sorted({name for each in entities for name in each.relations})
    return f"^({'|'.join(names)})(\\.[a-z][a-zA-Z0-9]*){{0,{MAX_INCLUDE_DEPTH - 1}}}$"
