# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from . import runtime as rt


PostStatus: rt.TypeAlias = rt.Literal["draft", "published", "archived"]


UserRole: rt.TypeAlias = rt.Literal["reader", "author", "editor", "admin"]


BooleanFilter = rt.TypedDict(
    "BooleanFilter",
    {
        "eq": "bool | None",
        "ne": "bool | None",
        "in": "rt.Sequence[bool]",
        "not_in": "rt.Sequence[bool]",
        "is_null": "bool",
    },
    total=False,
)


DateTimeFilter = rt.TypedDict(
    "DateTimeFilter",
    {
        "eq": "rt.datetime | None",
        "ne": "rt.datetime | None",
        "in": "rt.Sequence[rt.datetime]",
        "not_in": "rt.Sequence[rt.datetime]",
        "is_null": "bool",
        "gt": "rt.datetime",
        "gte": "rt.datetime",
        "lt": "rt.datetime",
        "lte": "rt.datetime",
        "between": "tuple[rt.datetime, rt.datetime]",
    },
    total=False,
)


IntFilter = rt.TypedDict(
    "IntFilter",
    {
        "eq": "int | None",
        "ne": "int | None",
        "in": "rt.Sequence[int]",
        "not_in": "rt.Sequence[int]",
        "is_null": "bool",
        "gt": "int",
        "gte": "int",
        "lt": "int",
        "lte": "int",
        "between": "tuple[int, int]",
    },
    total=False,
)


PostStatusFilter = rt.TypedDict(
    "PostStatusFilter",
    {
        "eq": "PostStatus | None",
        "ne": "PostStatus | None",
        "in": "rt.Sequence[PostStatus]",
        "not_in": "rt.Sequence[PostStatus]",
        "is_null": "bool",
    },
    total=False,
)


StringFilter = rt.TypedDict(
    "StringFilter",
    {
        "eq": "str | None",
        "ne": "str | None",
        "in": "rt.Sequence[str]",
        "not_in": "rt.Sequence[str]",
        "is_null": "bool",
        "gt": "str",
        "gte": "str",
        "lt": "str",
        "lte": "str",
        "between": "tuple[str, str]",
        "contains": "str",
        "not_contains": "str",
        "begins_with": "str",
        "ends_with": "str",
        "contains_ignore_case": "str",
        "not_contains_ignore_case": "str",
        "begins_with_ignore_case": "str",
        "ends_with_ignore_case": "str",
    },
    total=False,
)


StringListFilter = rt.TypedDict(
    "StringListFilter",
    {
        "eq": "rt.Sequence[str] | None",
        "ne": "rt.Sequence[str] | None",
        "in": "rt.Sequence[rt.Sequence[str]]",
        "not_in": "rt.Sequence[rt.Sequence[str]]",
        "is_null": "bool",
        "contains": "str",
        "contains_any": "rt.Sequence[str]",
        "contains_all": "rt.Sequence[str]",
        "size": "int | IntFilter",
        "is_empty": "bool",
    },
    total=False,
)


UUIDFilter = rt.TypedDict(
    "UUIDFilter",
    {
        "eq": "rt.Id | None",
        "ne": "rt.Id | None",
        "in": "rt.Sequence[rt.Id]",
        "not_in": "rt.Sequence[rt.Id]",
        "is_null": "bool",
    },
    total=False,
)


UserRoleFilter = rt.TypedDict(
    "UserRoleFilter",
    {
        "eq": "UserRole | None",
        "ne": "UserRole | None",
        "in": "rt.Sequence[UserRole]",
        "not_in": "rt.Sequence[UserRole]",
        "is_null": "bool",
    },
    total=False,
)


class PostMetadata(rt.Answered, frozen=True):
    """What editors add to an article."""

    summary: str | None = rt.field("summary")
    source_url: str | None = rt.field("sourceUrl")
    is_featured: bool = rt.field("isFeatured")


class PostMetadataInput(rt.TypedDict, total=False):
    """What editors add to an article."""

    summary: str | None
    source_url: str | None
    is_featured: bool


class UpdatePostMetadataInput(rt.TypedDict, total=False):
    summary: str | None
    source_url: str | None
    is_featured: bool


_PostMetadataLogic = rt.TypedDict(
    "_PostMetadataLogic",
    {
        "and": "rt.Sequence[_PostMetadataFilter]",
        "or": "rt.Sequence[_PostMetadataFilter]",
        "not": "_PostMetadataFilter",
    },
    total=False,
)


class _PostMetadataFilter(_PostMetadataLogic, total=False):
    summary: StringFilter
    source_url: StringFilter
    is_featured: BooleanFilter


class PostMetadataFilter(_PostMetadataFilter, total=False):
    is_null: bool
