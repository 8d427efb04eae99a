"""A subscription that is kept and read again."""

from __future__ import annotations

import orjson
import pytest

from atakora_data.authorization.principal import Principal
from atakora_data.realtime.subscription import Subscription, subscription_partition
from atakora_data.storage.port import Target

ALICE = Principal(
    id="alice",
    tenant_id="t1",
    email="alice@example.com",
    name="Alice \ud800",
    roles=frozenset({"editor", "admin"}),
    groups=frozenset({"g"}),
    scopes=frozenset({"read"}),
    claims={"exp": 12.5, "large": 2**70, "dept": ["a", {"b": None}]},
)


def _subscription(principal: Principal) -> Subscription:
    return Subscription(
        id="s1",
        session="session",
        tenant="t1",
        principal=principal,
        entity="Post",
        operations=frozenset({"updated", "created"}),
        filter={"status": {"eq": "draft"}},
        query="subscription { onUpdatePost { id } }",
        variables={"a": [1, None]},
        expires=1234.5,
    )


@pytest.mark.parametrize("principal", [ALICE, Principal(id="bob")])
def test_it_comes_back_as_it_was(principal: Principal) -> None:
    """What comes back equals what was kept, and rules treat its principal alike."""
    kept = orjson.loads(orjson.dumps(_subscription(principal).to_json()))

    found = Subscription.of_json(kept)

    assert _subscription(principal) == found
    assert principal.fingerprint == found.principal.fingerprint


def test_its_target_and_context() -> None:
    """It tells whose changes it is about and who asks, and where it is kept."""
    subscription = _subscription(ALICE)

    assert Target("Post", "t1") == subscription.target
    assert ("t1", ALICE) == (subscription.context.tenant, subscription.context.principal)
    assert "t1/Post" == subscription_partition(subscription.target)


def test_what_is_no_subscription_is_told() -> None:
    """A value that lacks something is an error of a kind that readers expect."""
    with pytest.raises(KeyError):
        Subscription.of_json({"id": "s1"})
