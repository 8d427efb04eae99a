"""Assertions about rules, and what they say when they fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from atakora_data import ActionContext, Authorization, Entity, Field, FieldRules, RuleContext, action, allow
from atakora_data.testing import (
    Client,
    app,
    assert_allowed,
    assert_denied,
    assert_hidden,
    assert_visible,
    system,
    user,
)


async def is_friend(ctx: RuleContext, record: Diary) -> bool:
    """Whether the caller's id is the friend's."""
    return ctx.principal.id == record.friend


class Diary(Entity):
    """Its owner's, and a friend may read."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    owner_id: str = Field(owner=True)
    friend: str | None = None
    text: str = ""
    secret: str = ""

    authorization = Authorization(
        create=allow.owner(),
        read=allow.owner() | allow.custom(is_friend),
        update=allow.owner() | allow.role("editor"),
        delete=allow.role("admin"),
        fields={"secret": FieldRules(read=allow.role("admin"), write=allow.role("admin"))},
    )

    @action(allow=allow.owner())
    async def burn(record: Diary, ctx: ActionContext) -> Diary:
        """Make it unreadable."""
        record.text = ""
        return record


class Memo(Entity):
    """Anybody's who signed in."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    owner_id: str = Field(owner=True)

    authorization = Authorization(create=allow.authenticated(), read=allow.public())


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """An app of diaries."""
    async with app(entities=[Diary, Memo]) as found:
        yield found


@pytest_asyncio.fixture
async def diary(client: Client) -> Diary:
    """Alice's diary, with bob as her friend."""
    return await client.make(Diary, owner_id="alice", friend="bob")


async def test_what_is_allowed_and_denied(client: Client, diary: Diary) -> None:
    """By operation, by action and by field."""
    alice, bob, editor = client.as_("alice"), client.as_("bob"), client.as_(user("eve", roles=["editor"]))
    for operation in ("create", "read", "update", "burn"):
        await assert_allowed(alice, operation, diary)
    await assert_denied(alice, "delete", diary)
    await assert_allowed(bob, "read", diary)
    for operation in ("create", "update", "delete", "burn"):
        await assert_denied(bob, operation, diary)
    await assert_denied(editor, "update", diary)
    await assert_allowed(alice, "update", diary, field="text")
    await assert_denied(alice, "update", diary, field="secret")
    await assert_denied(alice, "read", diary, field="secret")
    await assert_allowed(client.as_(system()), "delete", diary)


async def test_who_sees_what(client: Client, diary: Diary) -> None:
    """By id and in lists."""
    await assert_visible(client.as_("alice"), diary)
    await assert_visible(client.as_("bob"), diary)
    await assert_hidden(client.as_("carol"), diary)
    await assert_hidden(client, diary)


async def test_the_record_is_judged_as_it_is_stored(client: Client, diary: Diary) -> None:
    """An instance that was read before a change does not mislead."""
    await client.as_(system()).data[Diary].update(diary.id, friend="carol")
    await assert_hidden(client.as_("bob"), diary)
    await assert_denied(client.as_("bob"), "read", diary)
    await assert_allowed(client.as_("carol"), "read", diary)


async def test_a_new_record_is_ones_own(client: Client) -> None:
    """Also where the rule itself does not ask who the owner is."""
    await assert_allowed(client.as_("alice"), "create", Memo(owner_id="alice"))
    await assert_denied(client.as_("bob"), "create", Memo(owner_id="alice"))
    with pytest.raises(AssertionError, match="the owner of a new record: denied"):
        await assert_allowed(client.as_("bob"), "create", Memo(owner_id="alice"))


async def test_failures_say_which_rule_decided(client: Client, diary: Diary) -> None:
    """The explanation stands in the message."""
    bob = client.as_(user("bob", roles=["friend"]))
    with pytest.raises(AssertionError) as denied:
        await assert_allowed(bob, "update", diary)
    assert [
        f"update Diary `{diary.id}` as bob (friend) is denied:",
        "  any of: denied",
        "    owner(ownerId): denied",
        "    role('editor'): denied (the caller has no such role)",
    ] == str(denied.value).splitlines()
    with pytest.raises(AssertionError, match=r"read Diary `.*` as bob \(friend\) is allowed:\n"):
        await assert_denied(bob, "read", diary)
    with pytest.raises(AssertionError, match=r"finds Diary `.*` neither by its id nor in lists"):
        await assert_visible(client, diary)
    with pytest.raises(AssertionError, match=r"finds Diary `.*` by its id and in lists"):
        await assert_hidden(bob, diary)
    with pytest.raises(AssertionError, match="update `secret` of Diary"):
        await assert_allowed(client.as_("alice"), "update", diary, field="secret")


async def test_misuse_names_the_remedy(client: Client, diary: Diary) -> None:
    """Operations, fields and records that do not exist."""
    with pytest.raises(ValueError, match="Perhaps you meant `update`"):
        await assert_allowed(client, "updat", diary)
    with pytest.raises(ValueError, match="Perhaps you meant `secret`"):
        await assert_allowed(client, "read", diary, field="secrets")
    with pytest.raises(LookupError, match="store it first"):
        await assert_allowed(client, "read", Diary(owner_id="alice"))
