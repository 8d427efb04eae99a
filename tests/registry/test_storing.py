"""What is refused of `storage`."""

from __future__ import annotations

from pathlib import Path

import pytest

from atakora_data.errors import SchemaError
from atakora_data.registry.loader import load_registry
from tests.registry.test_relation_checks import entity

HEAD = "from atakora_data import *\nfrom atakora_data import Field\n"


def problems(folder: Path, *entities: str) -> list[tuple[str, str]]:
    """Message and remedy of everything that is wrong."""
    (folder / "all.py").write_text(HEAD + "".join(entities))
    try:
        load_registry(folder)
    except SchemaError as error:
        return [(each.message, each.remedy) for each in error.problems]
    return []


@pytest.mark.parametrize("name", ["entity_type", "tenant_id", "partition_key", "ttl"])
def test_names_that_stores_keep_are_refused(tmp_path: Path, name: str) -> None:
    """A document has them already, with another meaning."""
    [(message, remedy)] = problems(tmp_path, entity("Post", f"{name}: str"))
    assert (f"Post: `{name}` is stored as", "Give the field another name.") == (
        message.partition(" as ")[0] + " as",
        remedy,
    )


@pytest.mark.parametrize("name", ["a/b", "x" * 256, " a", "a?"])
def test_a_container_needs_a_possible_name(tmp_path: Path, name: str) -> None:
    """As Cosmos DB says."""
    [(message, _)] = problems(tmp_path, entity("Post", f'storage = Storage(container="{name}")'))
    assert "is not possible" in message


def test_a_hierarchy_is_made_of_fields_that_stay(tmp_path: Path) -> None:
    """A missing one, one that can change, and one named twice are told."""
    storage = 'storage = Storage(partition=by_hierarchy("tenant_id", "usr_id", "user_id"))'
    found = problems(tmp_path, entity("Post", "user_id: str", storage))
    assert [
        (
            "Post: `user_id` decides where a record is stored, but it can change.",
            "Declare it so: `user_id: … = Field(immutable=True)`.",
        ),
        ("Post: by_hierarchy names `usr_id`, a field that is missing.", "Perhaps you meant `user_id`."),
    ] == sorted(found, key=lambda each: "by_hierarchy" in each[0])
    assert ["Post: by_hierarchy names a field twice."] == [
        message
        for message, _ in problems(tmp_path, entity("Post", 'storage = Storage(partition=by_hierarchy("id", "id"))'))
    ]


def test_a_hierarchy_is_made_of_single_values(tmp_path: Path) -> None:
    """A list is no partition."""
    storage = 'storage = Storage(partition=by_hierarchy("tags"))'
    assert [("Post: by_hierarchy names `tags`, which is no single value.", "Name another field.")] == problems(
        tmp_path, entity("Post", "tags: list[str] = Field(immutable=True)", storage)
    )


def test_entities_of_one_container_agree(tmp_path: Path) -> None:
    """In the partition key, and in the throughput where both declare it."""
    post = entity("Post", 'storage = Storage("all", by_tenant(), throughput=autoscale(2000))')
    for other, expected in [
        ('Storage("all", by_id())', "not the partition key"),
        ('Storage("all", by_tenant(), throughput=manual(400))', "not the throughput"),
    ]:
        [(message, _)] = problems(tmp_path, post, entity("Tag", f"storage = {other}"))
        assert f"Post and Tag share the container all, but {expected}." in message
    assert [] == problems(tmp_path, post, entity("Tag", 'storage = Storage("all", by_tenant())'))
