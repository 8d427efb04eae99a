"""Types of fields in Python, as they are answered and as they are sent."""

from __future__ import annotations

from enum import Enum

from atakora_data.codegen.python.text import Module
from atakora_data.registry.entity import FieldType, TypeName

_PLAIN = {
    **dict.fromkeys((TypeName.INTEGER, TypeName.LONG), "int"),
    TypeName.FLOAT: "float",
    TypeName.BOOLEAN: "bool",
    TypeName.DECIMAL: "rt.Decimal",
    TypeName.DATETIME: "rt.datetime",
    TypeName.DATE: "rt.date",
    TypeName.TIME: "rt.time",
}


class Form(Enum):
    """How a value is written: as answered, as a whole input, or as a change."""

    ANSWER = "{}"
    INPUT = "{}Input"
    PATCH = "Update{}Input"


def typed(module: Module, type: FieldType, form: Form) -> str:
    """The type of a field's values."""
    bare = _bare(module, type, form)
    return f"{bare} | None" if type.nullable and bare != "rt.Any" else bare


def _bare(module: Module, type: FieldType, form: Form) -> str:
    if type.enum is not None:
        return module.use(type.enum.name)
    if type.name is TypeName.UUID:
        return "rt.UUID" if form is Form.ANSWER else "rt.Id"
    if type.name is TypeName.OBJECT and type.object is not None:
        return module.use(form.value.format(type.object.name))
    if type.name is TypeName.LIST:
        return _list(module, type.item, form)
    if type.name in (TypeName.MAP, TypeName.OBJECT):
        return _map(module, type.item, form)
    return _PLAIN.get(type.name, "str")


def _list(module: Module, item: FieldType | None, form: Form) -> str:
    elements = "rt.Any" if item is None else typed(module, item, Form.ANSWER if form is Form.ANSWER else Form.INPUT)
    return f"list[{elements}]" if form is Form.ANSWER else f"rt.Sequence[{elements}]"


def _map(module: Module, item: FieldType | None, form: Form) -> str:
    values = "rt.Any" if item is None else typed(module, item, form)
    if form is Form.PATCH and item is not None and not item.nullable:
        values = f"{values} | None"
    return f"dict[str, {values}]" if form is Form.ANSWER else f"rt.Mapping[str, {values}]"


def optional(type: str) -> str:
    """The type, or None."""
    return type if type.endswith("| None") or type == "rt.Any" else f"{type} | None"
