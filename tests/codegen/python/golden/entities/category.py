# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from .. import runtime as rt
from ..shared import StringFilter


class Category(rt.Record, frozen=True):
    """A subject of the blog."""

    id: str = rt.field("id")
    name: str = rt.field("name")
    description: str | None = rt.field("description")


CategoryField: rt.TypeAlias = rt.Literal["id", "name", "description"]


CategoryInclude: rt.TypeAlias = rt.Never


class CreateCategoryInput(rt.TypedDict, total=False):
    """A new Category."""

    id: rt.Required[str]
    name: rt.Required[str]
    description: str | None


class ReplaceCategoryInput(rt.TypedDict, total=False):
    """All of a Category."""

    id: str
    name: rt.Required[str]
    description: str | None


class UpdateManyCategoryInput(rt.TypedDict, total=False):
    """Changes of Category records."""

    name: str
    description: str | None


class UpdateCategoryInput(rt.TypedDict, total=False):
    """Changes of a Category: what is not named stays."""

    name: str
    description: str | None


_CategoryFilterLogic = rt.TypedDict(
    "_CategoryFilterLogic",
    {
        "and": "rt.Sequence[CategoryFilter]",
        "or": "rt.Sequence[CategoryFilter]",
        "not": "CategoryFilter",
    },
    total=False,
)


class CategoryFilter(_CategoryFilterLogic, total=False):
    id: StringFilter
    name: StringFilter
    description: StringFilter


class CategoryToOneFilter(CategoryFilter, total=False):
    """One Category that others lead to, or nobody."""

    is_null: bool


CategoryOrderBy: rt.TypeAlias = rt.Literal["id", "-id", "name", "-name", "description", "-description"]


CategoryGroupBy: rt.TypeAlias = rt.Literal["id", "name", "description"]


_CategoryNumber: rt.TypeAlias = rt.Never


_CategoryGroups = rt.TypedDict(
    "_CategoryGroups",
    {
        "id": "str",
        "name": "str",
        "description": "str | None",
    },
    total=True,
)


_CategorySums = rt.TypedDict("_CategorySums", {}, total=True)


_CategoryAverages = rt.TypedDict("_CategoryAverages", {}, total=True)


_CategoryExtremes = rt.TypedDict(
    "_CategoryExtremes",
    {
        "id": "str | None",
        "name": "str | None",
        "description": "str | None",
    },
    total=True,
)


class CategoryCollection(
    rt.Listing[Category, CategoryFilter, CategoryOrderBy, CategoryField, CategoryInclude],
    rt.Aggregating[
        CategoryFilter,
        CategoryGroupBy,
        _CategoryNumber,
        _CategoryGroups,
        _CategorySums,
        _CategoryAverages,
        _CategoryExtremes,
    ],
    rt.Getting[Category, CategoryField, CategoryInclude],
    rt.Creating[Category, CreateCategoryInput, CategoryField, CategoryInclude],
    rt.Updating[Category, UpdateCategoryInput, CategoryField, CategoryInclude],
    rt.UpdatingMany[Category, CategoryFilter, UpdateManyCategoryInput, CategoryField, CategoryInclude],
    rt.Replacing[Category, ReplaceCategoryInput, CategoryField, CategoryInclude],
    rt.Deleting[Category, CategoryFilter, CategoryField, CategoryInclude],
):
    """What can be done with Category records."""

    _kinds = (_CategoryGroups, _CategorySums, _CategoryAverages, _CategoryExtremes)
