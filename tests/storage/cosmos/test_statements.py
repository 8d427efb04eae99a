"""How Cosmos DB is asked, as explanations tell it."""

from __future__ import annotations

import base64

from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to, principal, this
from atakora_data.registry.build import build_registry
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.stepwise import StepwiseStore
from atakora_data.testing import app
from tests.storage.cosmos.server import serving


class Crew(Entity):
    """Whom a ship belongs to."""

    id: str = Field(primary_key=True)
    name: str
    authorization = Authorization(read=allow.public())


class Ship(Entity):
    """Seen by who steers it, or who names its crew."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    state: str = "afloat"
    crew_id: str | None = None
    crew: BelongsTo["Crew"] = belongs_to("crew_id")
    authorization = Authorization(
        read=(allow.owner() & allow.where(state="afloat")) | allow.where(this.crew.name == principal.claim("crew"))
    )


REGISTRY = build_registry([Crew, Ship])


async def test_the_statement_is_what_the_server_is_asked() -> None:
    """Its condition goes with the next list, every value a parameter; across relations there is not one alone."""
    async with serving() as server:
        containers = Containers(REGISTRY, Account(server.url, base64.b64encode(b"key").decode()), "d", creates=True)
        store = StepwiseStore(CosmosEntityStore(REGISTRY, containers), REGISTRY)
        async with app(registry=REGISTRY, store=store, explain_roles=("auditor",)) as client:
            await client.make(Ship, id="s", owner_id="ann")
            admin = client.as_("root", "auditor")
            asked = {"entity": "Ship", "operation": "read"}
            found = (await admin.post("explain", {**asked, "id": "s", "as": "ann"})).json
            assert (True, 200) == (found["allowed"], found["status"])
            statement = found["pushed"]["statement"]
            before = len(server.sent)
            assert ["s"] == [each["id"] for each in (await client.as_("ann").get("ships")).json["items"]]
            [sent] = server.sent[before:]
            assert _condition(statement) == _condition(sent.query)
            assert {"Ship", "ann", "afloat"} <= set(sent.values.values())
            assert "ann" not in statement
            assert "afloat" not in statement
            crossing = {**asked, "principal": {"id": "bob", "claims": {"crew": "red"}}}
            pushed = (await admin.post("explain", crossing)).json["pushed"]
            assert pushed["statement"] is None
            assert {"crew": {"name": {"eq": "red"}}} in pushed["filter"]["or"]


def _condition(statement: str) -> str:
    """What stands after WHERE, but for the order; parameters by any number."""
    where = statement.partition(" WHERE ")[2].partition(" ORDER BY ")[0]
    return where.translate(str.maketrans("", "", "0123456789"))
