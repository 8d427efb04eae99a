"""The test kit: your app in one process on an in-memory store, asked through its real doors or the typed data API.

    async with app(schemas="schemas") as client:
        alice = client.as_(user("alice", roles=["editor"]))
        post = await client.make(Post, title="Hello")
        await assert_denied(client, "update", post)
        assert 200 == (await alice.get(f"posts/{post.id}")).status

Fixtures for pytest are in `atakora_data.testing.pytest_plugin`; nothing here imports pytest.
"""

from atakora_data.testing.app import app
from atakora_data.testing.assertions import assert_allowed, assert_denied, assert_hidden, assert_visible
from atakora_data.testing.client import Answer, Client
from atakora_data.testing.principals import anonymous, system, user

__all__ = [
    "Answer",
    "Client",
    "anonymous",
    "app",
    "assert_allowed",
    "assert_denied",
    "assert_hidden",
    "assert_visible",
    "system",
    "user",
]
