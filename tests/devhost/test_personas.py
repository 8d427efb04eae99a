"""Who one may try the app as at a desk."""

from __future__ import annotations

from atakora_data import Authorization, Entity, Field
from atakora_data.devhost.personas import personas
from atakora_data.testing import app


class User(Entity):
    """Somebody."""

    id: str = Field(primary_key=True)
    name: str
    authorization = Authorization()


async def test_personas_are_users_of_the_tenant() -> None:
    """While tenancy is on, those of one tenant; with none there, invented ones."""
    async with app(entities=[User], tenancy="tid") as client:
        await client.as_("x", tenant="a").make(User, name="Ada")
        await client.as_("x", tenant="b").make(User, name="Bea")
        assert [["ada"], ["bea"], ["alice", "bob", "admin"]] == [
            [each.name for each in await personas(client.application, tenant)] for tenant in ("a", "b", "local")
        ]
