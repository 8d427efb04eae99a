"""What the app answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Generic, TypeAlias, TypeVar, get_type_hints

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import core_schema

from .problem import NotAskedForError, UnexpectedAnswerError

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
Groups = TypeVar("Groups")
Sums = TypeVar("Sums")
Averages = TypeVar("Averages")
Extremes = TypeVar("Extremes")


class _Absent(Enum):
    """The value of what was not answered, until the record is made."""

    ABSENT = "absent"


def field(alias: str) -> Any:
    """A field that is there when it was asked for."""
    return Field(default=_Absent.ABSENT, alias=alias, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def hidden(alias: str) -> Any:
    """A field with a read rule: None for those who may not see it."""
    return Field(default=None, alias=alias)


class Answered(BaseModel, frozen=True, protected_namespaces=()):
    """What the app answers; what it may add later is passed over."""

    def model_post_init(self, _context: Any) -> None:
        """Take away what was not answered."""
        for name in [name for name, value in self.__dict__.items() if value is _Absent.ABSENT]:
            object.__delattr__(self, name)


def _missing(record: Answered, name: str) -> Any:
    kind = type(record)
    if name in kind.model_fields:
        raise NotAskedForError(f"{kind.__name__}.{name} was not asked for: name it in fields or include.")
    return _others(record, name)


_others = getattr(BaseModel, "__getattr__")  # noqa: B009 - type checkers must not see it
setattr(Answered, "__getattr__", _missing)  # noqa: B010 - else they took every name for an attribute


class _Later:
    """Reads what stands behind a relation, whose type may lead on to every other: not before something stands there."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda told: _adapter(source).validate_python(told))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {}


Behind: TypeAlias = Annotated[T, _Later()]
"""What a relation leads to."""


class Record(Answered, frozen=True):
    """A record. etag_: changes with every change of the record, for `if_match`."""

    etag_: str = field("_etag")
    version_: int = field("_version")


@dataclass(frozen=True)
class Page(Generic[R_co]):
    """A page of records. next_token: None on the last. count: of all that match, when it was asked for."""

    items: list[R_co]
    next_token: Annotated[str | None, Field(alias="nextToken")] = None
    count: int | None = None


@dataclass(frozen=True)
class Affected(Generic[R_co]):
    """The records that were changed or deleted."""

    items: list[R_co]
    count: int


@dataclass(frozen=True)
class Group(Generic[Groups, Sums, Averages, Extremes]):
    """One group of records: what they have in common, how many they are, and what was asked of them."""

    group: Groups
    count: int
    sum: Sums
    avg: Averages
    min: Extremes
    max: Extremes


def type_of(told: Any) -> str:
    """The entity of a record that may be one of several."""
    return str(told.get("_type") if isinstance(told, Mapping) else type(told).__name__)


@cache
def _adapter(type: Any) -> TypeAdapter[Any]:
    """What reads values of a type; made when the first one comes."""
    return TypeAdapter(type)


def read_as(type: Any, told: Any) -> Any:
    """The answer as this type; UnexpectedAnswerError when it is none."""
    try:
        return _adapter(type).validate_python(told)
    except ValidationError as error:
        raise UnexpectedAnswerError(f"This client was made for other answers: generate it anew. {error}") from error


@cache
def _values(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def read_values(kind: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """Some of the values that a typed dict has."""
    return {name: read_as(_values(kind)[name], value) for name, value in told.items()}


def complete(names: Mapping[str, Any]) -> None:
    """Let the records of all modules know each other."""
    for each in names.values():
        if isinstance(each, type) and issubclass(each, Answered):
            each.model_rebuild(_types_namespace=names)
