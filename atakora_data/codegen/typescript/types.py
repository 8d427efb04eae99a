"""Types of fields in TypeScript, as they are answered and as they are sent."""

from __future__ import annotations

from enum import Enum

from atakora_data.codegen.typescript.text import Module
from atakora_data.registry.entity import FieldType, TypeName

_PLAIN = {
    **dict.fromkeys((TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT), "number"),
    TypeName.BOOLEAN: "boolean",
}


class Form(Enum):
    """How a value is written: as answered, as a whole input, or as a change."""

    ANSWER = "{}"
    INPUT = "{}Input"
    PATCH = "Update{}Input"


def typed(module: Module, type: FieldType, form: Form) -> str:
    """The type of a field's values. Moments are a Date; what is sent may be a text, which has microseconds."""
    bare = _bare(module, type, form)
    return f"{bare} | null" if type.nullable and bare != "unknown" else bare


def _bare(module: Module, type: FieldType, form: Form) -> str:
    if type.enum is not None:
        return module.use(type.enum.name)
    if type.name is TypeName.DATETIME:
        return "Date" if form is Form.ANSWER else "Date | string"
    if type.name is TypeName.OBJECT and type.object is not None:
        return module.use(form.value.format(type.object.name))
    if type.name is TypeName.LIST:
        return _list(module, type.item, form)
    if type.name in (TypeName.MAP, TypeName.OBJECT):
        return _map(module, type.item, form)
    return _PLAIN.get(type.name, "string")


def _list(module: Module, item: FieldType | None, form: Form) -> str:
    if item is None:
        return "unknown[]" if form is Form.ANSWER else "readonly unknown[]"
    elements = typed(module, item, Form.ANSWER if form is Form.ANSWER else Form.INPUT)
    listed = f"({elements})[]" if " " in elements and not elements.startswith("{") else f"{elements}[]"
    return listed if form is Form.ANSWER else f"readonly {listed}"


def _map(module: Module, item: FieldType | None, form: Form) -> str:
    values = "unknown" if item is None else typed(module, item, form)
    if form is Form.PATCH and item is not None and not item.nullable:
        values = f"{values} | null"
    return f"{{ {'readonly ' * (form is not Form.ANSWER)}[key: string]: {values} }}"


def array(type: str) -> str:
    """A list of such values, as it is sent."""
    return f"readonly ({type})[]" if " | " in type or type.startswith("readonly") else f"readonly {type}[]"
