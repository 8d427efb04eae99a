"""`Model`, the parent of everything declared: strict camelCase on the wire, snake_case in Python."""

from __future__ import annotations

import sys
import threading
import warnings
from typing import Any, ClassVar, cast, dataclass_transform

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic._internal._model_construction import ModelMetaclass
from pydantic_core import core_schema

from atakora_data.schema.conditions import FieldPath
from atakora_data.schema.core_schema import check_engine, with_wire_formats
from atakora_data.schema.declarations import Declarations, take_declarations
from atakora_data.schema.fields import Field
from atakora_data.schema.naming import camel

_making = threading.local()


@dataclass_transform(kw_only_default=True, field_specifiers=(Field,))
class SchemaMeta(ModelMetaclass):
    """Takes relationships, options, hooks, actions and computed fields out of a class body; the rest is pydantic's.

    `Post.status` on the class is a path for conditions: `Post.status == "published"`.
    """

    __declarations__: Declarations
    __is_abstract__: bool

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        abstract: bool = False,
        **keywords: Any,
    ) -> type:
        """Make the class. abstract: its fields and options are for its subclasses, it is no entity itself."""
        declarations = take_declarations(namespace, takes_options=any(_takes_options(base) for base in bases))
        namespace["__declarations__"] = declarations
        namespace["__is_abstract__"] = abstract
        namespace.setdefault("__pydantic_parent_namespace__", _local_names())
        made = _make(mcs, name, bases, namespace, keywords)
        for attribute, descriptor in declarations.descriptors.items():
            setattr(made, attribute, descriptor)
        return made


def _path(cls: Any, name: str) -> Any:
    """The path of a field, for conditions."""
    fields = cls.__dict__.get("__pydantic_fields__")
    if fields is not None and name in fields and not getattr(_making, "depth", 0):
        return FieldPath((name,), cls)
    return super(SchemaMeta, cls).__getattr__(name)


setattr(SchemaMeta, "__getattr__", _path)  # noqa: B010  # type checkers must not see it: they would pass misspelt fields


def _make(
    mcs: type[SchemaMeta], name: str, bases: tuple[type, ...], namespace: dict[str, Any], keywords: dict[str, Any]
) -> type:
    """What pydantic makes of the class body. A field that shadows an attribute is refused later, with its line."""
    _making.depth = getattr(_making, "depth", 0) + 1
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", message='Field name ".*" in ".*" shadows an attribute', category=UserWarning
            )
            return ModelMetaclass.__new__(
                mcs, name, bases, namespace, **{**keywords, "__pydantic_reset_parent_namespace__": False}
            )
    finally:
        _making.depth -= 1


def _overwrite(node: dict[str, Any], content: dict[str, Any]) -> None:
    """Change a core schema that others refer to."""
    rewritten = dict(content)
    node.clear()
    node.update(rewritten)


def _takes_options(base: type) -> bool:
    return bool(getattr(base, "__takes_options__", False))


def _local_names() -> dict[str, Any] | None:
    """The names of the function around the class statement, if any: annotations may use them."""
    frame = sys._getframe(2)  # noqa: SLF001  # the only way to it, and pydantic's
    return None if frame.f_locals is frame.f_globals else dict(frame.f_locals)


class Model(BaseModel, metaclass=SchemaMeta):
    """A nested object, or fields shared by several entities."""

    __takes_options__: ClassVar[bool] = False

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=camel,
        validate_by_name=True,
        validate_by_alias=False,
        defer_build=True,
        allow_inf_nan=False,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """What pydantic checks, held to the wire form."""
        check_engine(cls.model_config)
        schema = handler(source)
        target = handler.resolve_ref_schema(schema)
        held = cls.__hold__(with_wire_formats(target))
        if target is schema:
            return held
        _overwrite(cast("dict[str, Any]", target), cast("dict[str, Any]", held))
        return schema

    @classmethod
    def __hold__(cls, schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
        """Further checks of a kind of model."""
        return schema
