"""`shared.py`: what several entities name: enums, nested objects, and the filters of types."""

from __future__ import annotations

import json
from collections.abc import Iterator

from atakora_data.codegen.python.filters import object_filter, operators
from atakora_data.codegen.python.inputs import members, patch_members
from atakora_data.codegen.python.names import attribute
from atakora_data.codegen.python.text import Module, class_, literals, member, typed_dict
from atakora_data.codegen.python.types import Form, typed
from atakora_data.codegen.typescript.shared import Shared
from atakora_data.registry.entity import ObjectType

__all__ = ["Shared", "shared_names", "write_shared"]


def shared_names(shared: Shared) -> Iterator[str]:
    """What the file defines."""
    yield from shared.enums
    for name in shared.objects:
        yield from (name, f"{name}Input", f"Update{name}Input", f"{name}Filter")
    yield from shared.filters


def write_shared(module: Module, shared: Shared) -> None:
    """All definitions, in the order of their names."""
    for _, enum in sorted(shared.enums.items()):
        module.add(literals(enum.name, enum.values, description=enum.description))
    for name, type in sorted(shared.filters.items()):
        module.add(typed_dict(name, operators(module, type)))
    for _, nested in sorted(shared.objects.items()):
        _write_object(module, nested)


def _write_object(module: Module, nested: ObjectType) -> None:
    answered = (
        member(
            attribute(each.name),
            typed(module, each.type, Form.ANSWER),
            f"rt.field({json.dumps(wire)})",
            each.description,
        )
        for wire, each in nested.fields.items()
    )
    module.add(class_(f"{nested.name}(rt.Answered, frozen=True)", answered, nested.description))
    whole = members(module, nested.fields)
    module.add(class_(f"{nested.name}Input(rt.TypedDict, total=False)", whole, nested.description))
    module.add(class_(f"Update{nested.name}Input(rt.TypedDict, total=False)", patch_members(module, nested.fields)))
    for block in object_filter(module, nested):
        module.add(block)
