"""Aggregates by Python names, with Python values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import Group, col, this
from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidSelection, QueryTooExpensive
from tests.api.typed.library import Article, Note, Writer, library


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServiceData]:
    """The library as bob sees it."""
    async with library(tmp_path_factory.mktemp("library"), principal=Principal(id="bob")) as found:
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_all_records_are_one_group(data: ServiceData) -> None:
    """Without group_by; what the caller may not read does not count."""
    assert [Group({}, 2)] == await data[Writer].query().aggregate()
    assert [Group({}, 3)] == await data.as_system()[Writer].query().aggregate()


async def test_groups_and_measures_go_by_the_names_that_were_asked_for(data: ServiceData) -> None:
    """Several fields at once, over the records of the query."""
    query = data[Note].query().where(Note.article_id == "a1")
    found = await query.aggregate(group_by="article_id", sum=[col(Note.stars)], avg="stars", min="stars", max="stars")
    assert [Group({"article_id": "a1"}, 2, {"stars": 6}, {"stars": 3.0}, {"stars": 1}, {"stars": 5})] == found


async def test_values_have_the_types_of_their_fields(data: ServiceData) -> None:
    """Moments are moments and decimals exact; nested fields have dots; without any value there is None."""
    (found,) = await data[Article].query().aggregate(max=col(Article.published_at))
    assert datetime(2026, 1, 2, tzinfo=UTC) == found.max["published_at"]
    (paid,) = await data.as_system()[Writer].query().aggregate(sum="pay", avg="pay", max="pay")
    assert (Decimal("10.50"),) * 3 == (paid.sum["pay"], paid.avg["pay"], paid.max["pay"])
    (hidden,) = await data[Writer].query().aggregate(sum="pay")
    assert hidden.sum["pay"] is None
    towns = await data[Writer].query().aggregate(group_by="address.home_town")
    assert [None, "London"] == [each.group["address.home_town"] for each in towns]


WRONG: list[tuple[type[Exception], str, dict[str, Any]]] = [
    (InvalidSelection, "Article has no field `statsu`.", {"group_by": "statsu"}),
    (InvalidSelection, "`writer` of Article leads to records; it is no field.", {"group_by": Article.writer}),
    (InvalidSelection, "Article.title has the type string; sum takes numbers.", {"sum": "title"}),
]


@pytest.mark.parametrize("index", range(len(WRONG)))
async def test_misuse_is_refused(data: ServiceData, index: int) -> None:
    """Names that do not exist, and fields that cannot be summed."""
    kind, message, asked = WRONG[index]
    with pytest.raises(kind) as refused:
        await data[Article].query().aggregate(**asked)
    assert message == str(refused.value)


async def test_more_groups_than_the_limit_are_refused(data: ServiceData) -> None:
    """Rather than leaving some out."""
    query = data[Article].query().where(this.title != "Four")
    assert 3 == len(await query.limit(3).aggregate(group_by="title"))
    with pytest.raises(QueryTooExpensive, match="more than 2 groups"):
        await query.limit(2).aggregate(group_by="title")
