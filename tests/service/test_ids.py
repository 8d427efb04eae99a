"""A record has one id, however a caller writes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from atakora_data import ActionContext, Authorization, BelongsTo, Entity, Field, HasMany, action, allow
from atakora_data import belongs_to as to
from atakora_data import has_many as many
from atakora_data.registry.build import build_registry
from tests.support.app import Client, encoded, running

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
IN_CAPITALS = ID.upper()


class Leaf(Entity):
    """Hangs on a branch."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    size: int = 0
    branch_id: UUID | None = None

    branch: BelongsTo[Leaf] = to("branch_id")
    leaves: HasMany[Leaf] = many("branch_id")

    authorization = Authorization(
        create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public()
    )

    @action
    def grow(record: Leaf, ctx: ActionContext) -> Leaf:
        """Become larger."""
        record.size += 1
        return record


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """The app with leaves."""
    async with running(tmp_path, registry=build_registry([Leaf])) as served:
        yield served


async def test_a_uuid_in_capitals_is_the_same_id(client: Client) -> None:
    """Every way to a record takes it, and all of them lead to the same one."""
    created = await client.ask("PUT", f"leafs/{IN_CAPITALS}", {"id": IN_CAPITALS, "branchId": IN_CAPITALS})
    assert (201, ID, ID) == (created.status, created.json["id"], created.json["branchId"])
    location = created.headers["Location"].removeprefix("/api/")
    assert created.json == (await client.get(location)).json == (await client.get(f"leafs/{ID}")).json
    assert 200 == (await client.ask("PUT", f"leafs/{IN_CAPITALS}", {"id": ID, "branchId": ID})).status
    assert 412 == (await client.ask("PUT", f"leafs/{IN_CAPITALS}", {}, headers={"if-none-match": "*"})).status
    assert 3 == (await client.ask("PATCH", f"leafs/{IN_CAPITALS}", {"size": 3})).json["size"]
    assert 4 == (await client.ask("POST", f"leafs/{IN_CAPITALS}/grow")).json["size"]
    assert [ID] == [each["id"] for each in (await client.get(f"leafs/{IN_CAPITALS}/leaves")).json["items"]]
    found = await client.graphql("query($id: ID!) { getLeaf(id: $id) { id } }", {"id": IN_CAPITALS})
    assert {"data": {"getLeaf": {"id": ID}}} == found.json
    assert 204 == (await client.ask("DELETE", f"leafs/{IN_CAPITALS}")).status
    assert 404 == (await client.get(f"leafs/{ID}")).status


@pytest.mark.parametrize("id", [ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", "1", "x" * 10_000, "\0"])
async def test_other_forms_of_a_uuid_are_no_ids(client: Client, id: str) -> None:
    """They are nowhere to be found, and nothing is created that would not be found there again."""
    refused = await client.ask("PUT", f"leafs/{encoded(id)}", {})
    assert (422, "validation_failed", "/id") == (
        refused.status,
        refused.json["code"],
        refused.json["errors"][0]["pointer"],
    )
    assert "must be a UUID such as" in refused.json["detail"]
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert 404 == (await client.ask(method, f"leafs/{encoded(id)}", body)).status
    assert 0 == (await client.get("leafs", count="true")).json["count"]


@pytest.mark.parametrize("other", ["7188cdca-4ad6-4bed-a61c-b7e592dbf463", "x", 1, None, [ID]])
async def test_the_body_cannot_name_another_id(client: Client, other: object) -> None:
    """The path says which record is meant."""
    refused = await client.ask("PUT", f"leafs/{ID}", {"id": other})
    assert (422, "/id") == (refused.status, refused.json["errors"][0]["pointer"])
    assert 404 == (await client.get(f"leafs/{ID}")).status
