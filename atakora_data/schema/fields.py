"""`Field(...)`: the constraints pydantic knows, and what a backend needs to know beside them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypedDict, Unpack

import pydantic
from msgspec import Struct
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from atakora_data.errors import perhaps


class FieldOptions(Struct, frozen=True):
    """What `Field(...)` says beyond pydantic's constraints.

    unique: no two records of a tenant share a value. owner: holds the id of the caller the record belongs to.
    read_only: never set by a client. immutable: set on create only. on_update: its value after every update.
    sensitive: never logged. searchable: full-text search covers it.
    """

    primary_key: bool = False
    unique: bool = False
    owner: bool = False
    read_only: bool = False
    immutable: bool = False
    on_update: Callable[[], Any] | None = None
    sensitive: bool = False
    searchable: bool = False


NO_OPTIONS: Final = FieldOptions()


class FieldKeywords(TypedDict, total=False):
    """The keywords of `Field` beside its default."""

    primary_key: bool
    unique: bool
    owner: bool
    read_only: bool
    immutable: bool
    on_update: Callable[[], Any] | None
    sensitive: bool
    searchable: bool
    title: str
    description: str
    examples: list[Any]
    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: float | Decimal
    min_length: int
    max_length: int
    pattern: str
    max_digits: int
    decimal_places: int


_OURS: Final = frozenset(FieldOptions.__struct_fields__)
_KNOWN: Final = frozenset(FieldKeywords.__annotations__)


def Field(  # noqa: N802  # reads as the type it stands for, like pydantic's
    default: Any = PydanticUndefined,
    *,
    default_factory: Callable[[], Any] | None = None,
    **keywords: Unpack[FieldKeywords],
) -> Any:
    """A field with its default, its constraints and its options, such as `Field(primary_key=True)`.

    A keyword that does not exist raises TypeError: pydantic's `alias` among them, since names follow one convention.
    """
    _refuse_unknown(keywords)
    ours = {name: value for name, value in keywords.items() if name in _OURS}
    theirs: dict[str, Any] = {name: value for name, value in keywords.items() if name not in _OURS}
    if default_factory is not None:
        theirs["default_factory"] = default_factory
    if keywords.get("sensitive"):
        theirs["repr"] = False  # a record that is printed, perhaps in an error, must not show it
    field: FieldInfo = pydantic.Field(default, **theirs)
    field.metadata.append(FieldOptions(**ours))  # type: ignore[arg-type]  # the keys are its fields
    return field


def options_of(field: FieldInfo) -> FieldOptions:
    """What was said of the field beyond pydantic's constraints."""
    return next((item for item in field.metadata if isinstance(item, FieldOptions)), NO_OPTIONS)


def _refuse_unknown(keywords: FieldKeywords) -> None:
    for name in keywords:
        if name not in _KNOWN:
            hint = perhaps(name, _KNOWN) or f"It takes: {', '.join(sorted(_KNOWN))}."
            raise TypeError(f"Field() has no keyword `{name}`. {hint}")
