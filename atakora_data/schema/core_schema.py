"""What pydantic checks, made to match the wire form: fixed formats, aware datetimes, bounded integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from pydantic_core import PydanticCustomError, core_schema

from atakora_data.schema import formats

Node = dict[str, Any]

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "datetime": formats.read_datetime,
    "date": formats.read_date,
    "time": formats.read_time,
    "decimal": formats.read_decimal,
}


def with_wire_formats(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """The schema with every datetime, date, time, decimal and int in it held to the wire form."""
    return cast("core_schema.CoreSchema", _rewrite(schema))


def check_engine(config: Mapping[str, Any]) -> None:
    """Raise ValueError when patterns would be matched by an engine that some texts keep busy for ever."""
    if config.get("regex_engine", _LINEAR_ENGINE) != _LINEAR_ENGINE:
        raise ValueError(
            f"the `regex_engine` of its `model_config` must be {_LINEAR_ENGINE!r}: others could take for ever"
        )


_LINEAR_ENGINE: Final = "rust-regex"


def with_id_check(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """The schema of an entity, refusing string ids that some store or URL cannot carry."""
    node: Any = schema
    while node.get("type") != "model-fields":
        node = node.get("schema")
        if not isinstance(node, dict):
            return schema
    field = node["fields"].get("id")
    if field is not None and _contains_string(field["schema"]):
        node["fields"] = {**node["fields"], "id": {**field, "schema": _with_check(field["schema"])}}
    return schema


def _with_check(node: Any) -> Any:
    """The id's schema with the check inside of its default, which would not be seen behind it."""
    if node["type"] == "default":
        return {**node, "schema": _with_check(node["schema"])}
    return core_schema.no_info_after_validator_function(_custom("id", formats.check_id), node)


def _contains_string(node: Any) -> bool:
    while isinstance(node, dict):
        if node.get("type") == "str":
            return True
        node = node.get("schema")
    return False


def integer_bounds(declared: Mapping[str, Any]) -> tuple[int, int]:
    """The widest range of an `int` with these bounds (`ge gt le lt`): 32 bits, or 53 when they reach beyond."""
    low, high = formats.INT32
    lowest = declared.get("ge", declared.get("gt", 0))
    highest = declared.get("le", declared.get("lt", 0))
    return formats.INT53 if lowest < low or highest > high else formats.INT32


def _rewrite(node: Any) -> Any:
    if isinstance(node, list):
        return [_rewrite(each) for each in node]
    if not isinstance(node, dict):
        return node
    match node.get("type"):
        case "json-or-python" if _IS_OURS in (node.get("metadata") or {}):
            return node
        case "int":
            return _bounded(node)
        case "str" if not isinstance(node.get("pattern", ""), str):
            raise ValueError("a `pattern` must be text, not a compiled expression, which could take for ever")
        case str(kind) if kind in _READERS:
            return _read_from_json(kind, node)
    return {key: _rewrite_child(key, value) for key, value in node.items()}


_CHILDREN: Final = frozenset(
    {"schema", "items_schema", "keys_schema", "values_schema", "choices", "fields", "definitions", "steps"}
)
_IS_OURS: Final = "atakora_wire_format"


def _rewrite_child(key: str, value: Any) -> Any:
    if key == "fields":
        return {name: _rewrite(each) for name, each in value.items()} if isinstance(value, dict) else _rewrite(value)
    return _rewrite(value) if key in _CHILDREN else value


def _bounded(node: Node) -> Node:
    low, high = integer_bounds(node)
    lower = {} if max(node.get("ge", low - 1), node.get("gt", low - 1)) >= low else {"ge": low}
    upper = {} if min(node.get("le", high + 1), node.get("lt", high + 1)) <= high else {"le": high}
    return {**node, **lower, **upper}


def _read_from_json(kind: str, node: Node) -> Node:
    python = {**node, "tz_constraint": "aware"} if kind == "datetime" else node
    as_schema = cast("core_schema.CoreSchema", python)
    return cast(
        "Node",
        core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_before_validator_function(_custom(kind, _READERS[kind]), as_schema),
            python_schema=as_schema,
            metadata={_IS_OURS: True},
        ),
    )


def _custom(kind: str, check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        try:
            return check(value)
        except ValueError as error:
            raise PydanticCustomError("format", "{said}", {"said": str(error), "kind": kind}) from None

    return checked
