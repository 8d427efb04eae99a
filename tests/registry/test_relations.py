"""Each kind of relation as the registry knows it: keys, junctions, types, and what deletion does."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from atakora_data.errors import ValidationError
from atakora_data.registry.entity import RelationKind, RelationModel, TypeName
from atakora_data.registry.links import path, paths
from atakora_data.registry.loader import load_registry
from atakora_data.registry.references import Reference, references_of, references_to
from atakora_data.registry.registry import Registry

Write = Callable[..., Path]

LOAD = """
class Added(Model):
    added_at: datetime = Field(default_factory=utcnow, read_only=True)
    weight: int = Field(1, ge=0)
    role: Literal["main", "side"] = "main"

    @validate
    def side_is_light(self) -> None:
        if self.role == "side" and self.weight > 5:
            raise ValidationError("must be light", field="weight")
"""


def entity(name: str, body: str = "", id: str = "str") -> str:
    """A module with an entity."""
    return f"class {name}(Entity):\n    id: {id} = Field(primary_key=True)\n" + textwrap.indent(
        textwrap.dedent(body), "    "
    )


def load(write: Write, *sources: str) -> Registry:
    """The registry of these declarations, in one module."""
    return load_registry(write(schema="\n".join(sources)))


def relation(registry: Registry, name: str) -> RelationModel:
    """A relation by `Entity.name`."""
    of, _, wire = name.partition(".")
    return registry[of].relations[wire]


def test_a_has_one_makes_its_key_unique(write: Write) -> None:
    """The store is asked to keep a second record out, and knows the relation by the target's key."""
    registry = load(
        write, entity("User", 'profile: HasOne["Profile"] = has_one("user_id")'), entity("Profile", "user_id: str")
    )
    found = relation(registry, "User.profile")
    assert (RelationKind.HAS_ONE, "Profile", "userId", "restrict", False) == (
        found.kind,
        found.target,
        found.foreign_key,
        found.on_delete,
        found.is_to_many,
    )
    assert ["userId"] == [field.wire for field in registry["Profile"].unique_fields]
    assert registry["Profile"].codec.parse({"id": "a", "userId": "b"}).user_id == "b"


def test_a_has_one_over_a_shared_id_needs_no_unique_key(write: Write) -> None:
    """A profile whose own id is its user's id is unique as it is."""
    registry = load(write, entity("User", 'profile: HasOne["Profile"] = has_one("id")'), entity("Profile"))
    assert () == registry["Profile"].unique_fields


def test_the_framework_makes_a_junction(write: Write) -> None:
    """It is an entity without doors and rules, whose keys are called and typed after both ends."""
    registry = load(
        write,
        entity("BlogPost", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")', id="UUID"),
        entity("Tag"),
    )
    junction = registry["PostTags"]
    assert (True, frozenset(), {}, "post-tags", "post-tags") == (
        junction.is_junction,
        junction.operations,
        junction.rules,
        junction.collection,
        junction.container,
    )
    assert {"id": TypeName.UUID, "blogPostId": TypeName.UUID, "tagId": TypeName.STRING} == {
        wire: field.type.name for wire, field in junction.fields.items()
    }
    assert [True, True] == [junction.fields[name].immutable for name in ("blogPostId", "tagId")]
    assert {"blog-posts", "tags"} == set(registry.collections)
    assert [("blogPostId", "tagId"), ("tagId", "blogPostId")] == [
        tuple(key.field.path[0] for key in index.keys) for index in junction.indexes
    ]


def test_a_junction_reads_and_writes_like_any_entity(write: Write) -> None:
    """It has a record class and a codec: its own id comes by itself, and both ends are needed."""
    registry = load(write, entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'), entity("Tag"))
    codec = registry["PostTags"].codec
    link = codec.parse({"postId": "p", "tagId": "t"})
    assert ("PostTags", UUID, "p", "t") == (type(link).__name__, type(link.id), link.post_id, link.tag_id)
    assert (
        {"id": str(link.id), "postId": "p", "tagId": "t"}
        == codec.dump(link)
        == codec.dump(codec.load(codec.dump(link)))
    )
    with pytest.raises(ValidationError) as caught:
        codec.parse({"postId": "p", "weight": 1})
    assert {"/tagId", "/weight"} == {each.pointer for each in caught.value.errors}


def test_both_sides_declare_one_junction(write: Write) -> None:
    """`Post.tags` and `Tag.posts` are the same links: near and far swap places."""
    registry = load(
        write,
        entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'),
        entity("Tag", 'posts: ManyToMany["Post"] = many_to_many("PostTags")'),
    )
    tags, posts = relation(registry, "Post.tags"), relation(registry, "Tag.posts")
    assert ("PostTags", "postId", "tagId") == (tags.junction, tags.near, tags.far)
    assert ("PostTags", "tagId", "postId") == (posts.junction, posts.near, posts.far)
    assert 3 == len(registry)


@pytest.mark.parametrize("side", ["Post", "Tag"])
def test_through_fields_join_the_junction(write: Write, side: str) -> None:
    """Whichever side names them: they keep their types, bounds, defaults and checks, and both relations show them."""
    through = {"Post": "", "Tag": "", side: ", through=Added"}
    registry = load(
        write,
        LOAD,
        entity("Post", f'tags: ManyToMany["Tag"] = many_to_many("PostTags"{through["Post"]})'),
        entity("Tag", f'posts: ManyToMany["Post"] = many_to_many("PostTags"{through["Tag"]})'),
    )
    junction = registry["PostTags"]
    assert ["id", "postId", "tagId", "addedAt", "weight", "role"] == list(junction.fields)
    assert ({"minimum": 0}, 1) == (junction.fields["weight"].constraints, junction.fields["weight"].default)
    assert (True, "PostTagsRole") == (junction.fields["addedAt"].read_only, junction.fields["role"].type.enum.name)  # type: ignore[union-attr]  # a Literal
    assert {("addedAt", "weight", "role")} == {relation(registry, name).through for name in ("Post.tags", "Tag.posts")}
    with pytest.raises(ValidationError) as caught:
        junction.codec.parse({"postId": "p", "tagId": "t", "weight": 6, "role": "side"})
    assert "/weight" == caught.value.errors[0].pointer


def test_an_entity_of_ones_own_is_the_junction(write: Write) -> None:
    """Its belongs_to tell the keys, whatever they are called, and all its further fields are shown."""
    registry = load(
        write,
        entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTag")'),
        entity("Tag", 'posts: ManyToMany["Post"] = many_to_many("PostTag")'),
        entity(
            "PostTag",
            'article: str\nlabel: str\nnote: str = ""\npost: BelongsTo["Post"] = belongs_to("article")\n'
            'tag: BelongsTo["Tag"] = belongs_to("label")',
        ),
    )
    tags, posts = relation(registry, "Post.tags"), relation(registry, "Tag.posts")
    assert ("article", "label", ("note",)) == (tags.near, tags.far, tags.through)
    assert ("label", "article", ("note",)) == (posts.near, posts.far, posts.through)
    assert (False, True) == (registry["PostTag"].is_junction, "list" in registry["PostTag"].operations)


def test_an_own_junction_without_relations_is_known_by_the_names_of_its_keys(write: Write) -> None:
    """`post_id` and `tag_id` hold the ids of Post and Tag."""
    registry = load(
        write,
        entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTag")'),
        entity("Tag"),
        entity("PostTag", "tag_id: str\npost_id: str"),
    )
    found = relation(registry, "Post.tags")
    assert ("postId", "tagId", ()) == (found.near, found.far, found.through)


SELF = 'a: ManyToMany["User"] = many_to_many("Follow"{a})\nb: ManyToMany["User"] = many_to_many("Follow"{b})'
OWN = (
    'follower_id: str\nfollowed_id: str\nfollower: BelongsTo["User"] = belongs_to("follower_id")\n'
    'followed: BelongsTo["User"] = belongs_to("followed_id")'
)
SELVES = {
    "the second is the way back": ("", "", "", ("userId", "relatedUserId"), ("relatedUserId", "userId")),
    "the first names its keys": (
        ', near="follower_id", far="followed_id"',
        "",
        "",
        ("followerId", "followedId"),
        ("followedId", "followerId"),
    ),
    "both name their keys": (
        ', near="follower_id", far="followed_id"',
        ', near="follower_id", far="followed_id"',
        "",
        ("followerId", "followedId"),
        ("followerId", "followedId"),
    ),
    "the second names the way back": (
        ', near="follower_id"',
        ', near="followed_id"',
        "",
        ("followerId", "followedId"),
        ("followedId", "followerId"),
    ),
    "a junction of one's own, in the order of its relations": (
        "",
        "",
        OWN,
        ("followerId", "followedId"),
        ("followedId", "followerId"),
    ),
    "a junction of one's own, one key named": (
        ', near="followed_id"',
        "",
        OWN,
        ("followedId", "followerId"),
        ("followerId", "followedId"),
    ),
}


@pytest.mark.parametrize("name", SELVES)
def test_an_entity_is_linked_with_itself(write: Write, name: str) -> None:
    """Of two relations over one junction the second is the way back, unless the keys are named."""
    a, b, own, first, second = SELVES[name]
    sources = [entity("User", SELF.format(a=a, b=b)), *([entity("Follow", own)] if own else [])]
    registry = load(write, *sources)
    found = [relation(registry, f"User.{each}") for each in "ab"]
    assert [first, second] == [(each.near, each.far) for each in found]


def test_an_entity_refers_to_itself_in_every_other_way(write: Write) -> None:
    """A manager, the employees of a manager, and the one deputy."""
    registry = load(
        write,
        entity(
            "Employee",
            "manager_id: str | None = None\ndeputy_of: str | None = None\n"
            'manager: BelongsTo["Employee"] = belongs_to("manager_id")\n'
            'reports: HasMany["Employee"] = has_many("manager_id", on_delete="set_null")\n'
            'deputy: HasOne["Employee"] = has_one("deputy_of")',
        ),
    )
    employee = registry["Employee"]
    assert {"manager": "managerId", "reports": "managerId", "deputy": "deputyOf"} == {
        each.wire: each.foreign_key for each in employee.relations.values()
    }
    assert ["deputyOf"] == [each.wire for each in employee.unique_fields]


COMMENT = (
    "subject_id: str\nsubject_type: {type}\n"
    'subject: Polymorphic["Post | Video"] = polymorphic(["Post", "Video"], id="subject_id", type="subject_type")'
)


@pytest.mark.parametrize("type", ["str", 'Literal["Post", "Video", "Other"]'])
def test_a_polymorphic_relation_knows_its_type_field(write: Write, type: str) -> None:
    """Also a has_many or has_one over its id asks for the type, and leaves the key as it is."""
    registry = load(
        write,
        entity("Post", 'comments: HasMany["Comment"] = has_many("subject_id", on_delete="cascade")'),
        entity("Video", 'note: HasOne["Comment"] = has_one("subject_id")'),
        entity("Comment", COMMENT.format(type=type)),
    )
    subject = relation(registry, "Comment.subject")
    assert (RelationKind.POLYMORPHIC, "", ("Post", "Video"), "subjectId", "subjectType") == (
        subject.kind,
        subject.target,
        subject.targets,
        subject.foreign_key,
        subject.type_field,
    )
    assert ["subjectType", "subjectType"] == [
        relation(registry, name).type_field for name in ("Post.comments", "Video.note")
    ]
    assert () == registry["Comment"].unique_fields
    assert ["Post", "Video"] == [each.target.name for each in paths(registry, registry["Comment"], subject)]
    assert {"Post": "cascade", "Video": "restrict"} == {
        each.target: each.on_delete for each in references_of(registry, registry["Comment"])
    }


def test_deleting_an_end_takes_its_links_away(write: Write) -> None:
    """Of either end, although only one declares the relation."""
    registry = load(write, entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'), entity("Tag"))
    assert (Reference("PostTags", "postId", "Post", "cascade"),) == references_to(registry, registry["Post"])
    assert (Reference("PostTags", "tagId", "Tag", "cascade"),) == references_to(registry, registry["Tag"])


def test_each_end_says_what_its_deletion_does(write: Write) -> None:
    """A tag in use stays, a post takes its links with it; an end that says nothing follows the other."""
    both = load(
        write,
        entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags", on_delete="cascade")'),
        entity("Tag", 'posts: ManyToMany["Post"] = many_to_many("PostTags", on_delete="restrict")'),
    )
    assert {"Post": "cascade", "Tag": "restrict"} == {
        each.target: each.on_delete for each in references_of(both, both["PostTags"])
    }
    one = load(
        write, entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags", on_delete="restrict")'), entity("Tag")
    )
    assert {"Post": "restrict", "Tag": "restrict"} == {
        each.target: each.on_delete for each in references_of(one, one["PostTags"])
    }


def test_relations_over_one_key_share_what_one_of_them_says(write: Write) -> None:
    """Whoever says nothing of deletion follows the one that does."""
    registry = load(
        write,
        entity(
            "Post",
            'comments: HasMany["Comment"] = has_many("post_id")\n'
            'replies: HasMany["Comment"] = has_many("post_id", on_delete="cascade")\n'
            'tags: ManyToMany["Tag"] = many_to_many("PostTag")\nlinks: HasMany["PostTag"] = has_many("post_id")',
        ),
        entity("Comment", 'post_id: str\npost: BelongsTo["Post"] = belongs_to("post_id")'),
        entity("Tag"),
        entity("PostTag", "post_id: str\ntag_id: str"),
    )
    assert {"comments": "cascade", "replies": "cascade", "tags": "cascade", "links": "cascade"} == {
        each.wire: each.on_delete for each in registry["Post"].relations.values()
    }
    assert {"Comment": "cascade", "PostTag": "cascade"} == {
        each.holder: each.on_delete for each in references_to(registry, registry["Post"])
    }


def test_the_way_over_a_junction_has_two_links(write: Write) -> None:
    """From the record to its links by near, from those to the targets by far."""
    registry = load(write, entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'), entity("Tag"))
    way = path(registry, registry["Post"], relation(registry, "Post.tags"))
    assert [("PostTags", ("id",), ("postId",)), ("Tag", ("tagId",), ("id",))] == [
        (each.target, each.local.path, each.remote.path) for each in way.links
    ]


def test_a_through_model_may_name_types_of_other_modules(write: Write) -> None:
    """Quoted types are found as in an entity, also where annotations are not evaluated."""
    registry = load_registry(
        write(
            a='class Added(Model):\n    place: "Place | None" = None\n    more: "list[Place]" = Field(default=[])',
            b=entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags", through=Added)').replace(
                "class Post", "from .a import Added\nclass Post"
            )
            + "\n"
            + entity("Tag"),
            c="class Place(Model):\n    name: str",
        )
    )
    record = {"postId": "p", "tagId": "t", "place": {"name": "here"}}
    assert "here" == registry["PostTags"].codec.parse(record).place.name


def test_foreign_keys_are_worked_out_once(write: Write) -> None:
    """Writing asks for them with every record."""
    registry = load(write, entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'), entity("Tag"))
    assert references_to(registry, registry["Post"]) is references_to(registry, registry["Post"])
    assert () == references_of(registry, registry["Post"])


def _examples() -> list[str]:
    text = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
    section = text.partition("\n## Relationships")[2].partition("\n## ")[0]
    return [each.partition("```")[0] for each in section.split("```python\n")[1:]]


@pytest.mark.parametrize("example", _examples(), ids=lambda text: text.split("(")[0].split()[-1])
def test_the_documented_relationships_can_be_declared(write: Write, example: str) -> None:
    """Each example of the documentation is a schema module."""
    assert 1 <= sum(len(each.relations) for each in load_registry(write(schema=example)))
