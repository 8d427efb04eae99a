"""The answer to a deletion shows of a record what its caller saw while it was there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atakora_data import Authorization, Entity, Field, FieldRules, ManyToMany, allow, many_to_many
from atakora_data.registry.build import build_registry
from tests.support.app import running


class Reader(Entity):
    """Somebody."""

    id: str = Field(primary_key=True)
    authorization = Authorization(read=allow.public())


class Diary(Entity):
    """Whom it blocks it tells nothing, whom it trusts everything."""

    id: str = Field(primary_key=True)
    secret: str = ""
    trust: str = ""
    blocked: ManyToMany["Reader"] = many_to_many("Blocked")
    trusted: ManyToMany["Reader"] = many_to_many("Trusted")
    authorization = Authorization(
        read=allow.public(),
        delete=allow.public(),
        fields={
            "secret": FieldRules(read=~allow.relationship("blocked")),
            "trust": FieldRules(read=allow.relationship("trusted")),
        },
    )


@pytest.mark.parametrize(("who", "shown"), [("bea", (None, None)), ("tom", ("s", "t")), ("eve", ("s", None))])
async def test_links_that_go_with_a_record_open_none_of_its_fields(
    tmp_path: Path, who: str, shown: tuple[Any, Any]
) -> None:
    """Alone, by filter and in GraphQL: rules are asked before the deletion, for then there is nothing left to ask."""
    async with running(tmp_path, registry=build_registry([Reader, Diary])) as client:
        data = client.data.as_system()
        await data["Reader"].create_many([{"id": "bea"}, {"id": "tom"}])
        for id in ("a", "b"):
            links = {"blocked": {"connect": [{"id": "bea"}]}, "trusted": {"connect": [{"id": "tom"}]}}
            await data["Diary"].create(id=id, secret="s", trust="t", **links)
        reader = client.as_(who)
        one = (await reader.graphql('mutation { deleteDiary(id: "a") { secret trust } }')).json["data"]["deleteDiary"]
        assert shown == (one["secret"], one["trust"])
        [many] = (await reader.ask("DELETE", "diaries", query={"filter": '{"id": {"eq": "b"}}'})).json["items"]
        assert shown == (many.get("secret"), many.get("trust"))
