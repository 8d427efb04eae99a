"""What `atakora_data` offers, what importing it costs, and what type checkers make of it."""

from __future__ import annotations

import subprocess
import sys
from typing import assert_type
from uuid import uuid4

import pytest

import atakora_data
from atakora_data import HookContext, Storage, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.schema.relationships import NotLoaded
from schemas.comment import Comment
from schemas.post import Post
from schemas.user import User


def test_every_public_name_is_there() -> None:
    """All that `__all__` names can be imported, in order."""
    assert sorted(atakora_data.__all__) == atakora_data.__all__
    assert [] == [name for name in atakora_data.__all__ if not hasattr(atakora_data, name)]


def test_importing_it_imports_no_engine_and_no_door() -> None:
    """A schema module costs no Azure, no GraphQL and no web framework."""
    heavy = ["azure", "graphql", "ariadne", "aiohttp", "jwt", "cryptography", "sqlite3", "rich", "inflection"]
    script = f"import sys, atakora_data; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def test_relationships_fields_and_computed_fields_are_statically_typed() -> None:
    """Type checkers know what `post.author` is."""
    post = Post(title="A title", content="Some content", author_id="alice")
    assert_type(post.title, str)
    assert_type(post.reading_minutes, int)
    with pytest.raises(NotLoaded):
        assert_type(post.author, User | None)
    with pytest.raises(NotLoaded):
        assert_type(post.comments, list[Comment])
    assert 1 == post.reading_minutes


async def test_hooks_and_actions_are_statically_typed() -> None:
    """Type checkers know what an action takes and gives."""
    context = HookContext(principal=None, data=None)  # type: ignore[arg-type]  # nobody asks here
    post = Post(title="A title!", content="Some content", author_id="alice")
    filled = await Post.fill_slug(post, context)
    assert_type(filled, Post)
    published = await Post.publish(filled, context)
    assert ("a-title", "published") == (published.slug, published.status)
    assert published.published_at is not None


def test_storage_is_plain_data() -> None:
    """Containers and partition strategies compare by what they say."""
    assert Storage(container="posts", partition=by_hash(4)) == Storage("posts", by_hash(4), None)
    assert 5 == len({by_entity(), by_tenant(), by_hash(2), by_hierarchy("tenant_id", "user_id"), by_id()})


@pytest.mark.parametrize("wrong", [lambda: by_hash(0), by_hierarchy, lambda: Storage(ttl=0)])
def test_storage_that_cannot_be_is_refused(wrong: object) -> None:
    """No partitions, no levels, or no time to live."""
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"at least 1|one to three"):
        wrong()


def test_a_comment_has_a_new_id_each_time() -> None:
    """Default factories run for each instance."""
    one, other = (Comment(post_id=uuid4(), user_id="bob", content="Well said") for _ in range(2))
    assert one.id != other.id
