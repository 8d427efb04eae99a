"""The test kit's app, its clients and principals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from atakora_data.errors import SchemaError, SignInRequired
from atakora_data.identity.local import LocalTokenVerifier
from atakora_data.identity.local_key import local_key
from atakora_data.testing import Client, anonymous, app, system, user
from schemas.comment import Comment
from schemas.post import Post
from schemas.user import User

ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """The sample blog, empty."""
    async with app(ROOT / "schemas") as found:
        yield found


async def test_each_app_has_a_store_of_its_own(client: Client) -> None:
    """What one app stores is not there in the next."""
    await client.make(User)
    async with app(ROOT / "schemas") as other:
        assert (1, 0) == (await client.data[User].query().count(), await other.data[User].query().count())


async def test_entities_will_do_without_a_folder() -> None:
    """Classes of a test are an app."""
    async with app(entities=[User, Post, Comment]) as client:
        made = await client.make(User, name="Ada")
        assert isinstance(made, User)
        assert "Ada" == (await client.get(f"users/{made.id}")).json["name"]


async def test_requests_go_through_the_real_doors(client: Client) -> None:
    """REST and GraphQL, with the token of the principal."""
    post = await client.make(Post, author=await client.make(User, id="alice"), status="draft")
    alice = client.as_(user("alice"))
    assert (404, 200) == ((await client.get(f"posts/{post.id}")).status, (await alice.get(f"posts/{post.id}")).status)
    asked = await alice.graphql("query One($id: ID!) { getPost(id: $id) { title } }", {"id": str(post.id)})
    assert {"data": {"getPost": {"title": post.title}}} == asked.json
    written = await alice.patch(f"posts/{post.id}", {"title": "Another"})
    assert (200, "Another") == (written.status, written.json["title"])
    assert 201 == (await alice.post("posts", {"title": "T", "content": "Something long enough"})).status
    assert 204 == (await alice.delete(f"posts/{post.id}")).status


async def test_a_principal_has_in_process_what_its_token_says(client: Client) -> None:
    """Roles, groups and claims arrive both ways."""
    bob = client.as_(user("bob", roles=["admin"], groups=["g"], email="b@example.com", name="Bob", dept="sales"))
    settings = client.application.settings
    verifier = LocalTokenVerifier(local_key(settings.key_file), audience=settings.audience)
    verified = await verifier.verify(bob.token or "")
    assert bob.principal == replace(verified, claims=bob.principal.claims)
    assert "sales" == bob.principal.claim("dept") == verified.claim("dept")


async def test_anonymous_and_system(client: Client) -> None:
    """Nobody has no token; the app itself is bound by no rule, and comes through no door."""
    await client.make(Post, status="draft")
    everybody, itself = client.as_(anonymous()), client.as_(system())
    assert (0, 1) == (await everybody.data[Post].query().count(), await itself.data[Post].query().count())
    with pytest.raises(SignInRequired):
        await everybody.data[Post].create(title="x")
    with pytest.raises(TypeError, match="in process only"):
        await itself.get("posts")


async def test_a_folder_that_does_not_load_says_why(tmp_path: Path) -> None:
    """As when it is served."""
    with pytest.raises(SchemaError, match="does not exist"):
        async with app(tmp_path / "schemas"):
            pytest.fail("it must not start")


async def test_a_changed_folder_is_loaded_again(tmp_path: Path) -> None:
    """A module that is new is there in the next app."""
    module = "from atakora_data import Entity, Field\nclass {0}(Entity):\n    id: str = Field(primary_key=True)\n"
    (tmp_path / "one.py").write_text(module.format("One"))
    async with app(tmp_path) as first:
        assert ["One"] == list(first.application.registry.entities)
    (tmp_path / "two.py").write_text(module.format("Two"))
    async with app(tmp_path) as second:
        assert ["One", "Two"] == list(second.application.registry.entities)


def test_the_kit_needs_no_pytest() -> None:
    """Neither the package nor the kit imports pytest."""
    script = "import sys, atakora_data, atakora_data.testing; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "False" == done.stdout.strip()
