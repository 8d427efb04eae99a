"""What is refused of relationships: each check with its line, its words and its remedy."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from atakora_data.errors import SchemaError
from atakora_data.registry.loader import load_registry

Write = Callable[..., Path]
Problem = tuple[int, str, str]


def entity(name: str, *lines: str, id: str = "str") -> str:
    """A module with an entity; its lines begin on the third."""
    return f"class {name}(Entity):\n    id: {id} = Field(primary_key=True)\n" + textwrap.indent(
        "\n".join(lines) + "\n", "    "
    )


def problems(folder: Path) -> list[Problem]:
    """Line, message and remedy of everything wrong with the folder's modules."""
    with pytest.raises(SchemaError) as caught:
        load_registry(folder)
    return [(int(each.location.rpartition(":")[2]), each.message, each.remedy) for each in caught.value.problems]


TAG = entity("Tag")
TAGS = 'tags: ManyToMany["Tag"] = many_to_many("PostTags"{more})'
POSTS = 'posts: ManyToMany["Post"] = many_to_many("PostTags"{more})'
ADDED = "class Added(Model):\n    weight: int = 0\n"
ABOUT = 'about: Polymorphic["Post | Tag"] = polymorphic(["Post", "Tag"], id="about_id", type="about_type")'
TYPE = 'about_type: Literal["Post", "Tag"]'

CHECKS: dict[str, tuple[str, list[Problem]]] = {
    "has_one over a field that is missing": (
        entity("Post", 'tag: HasOne["Tag"] = has_one("pots_id")') + entity("Tag", "post_id: str"),
        [
            (
                4,
                "Post.tag: Tag has no field `pots_id` to hold the id of the Post.",
                "Perhaps you meant `post_id`.",
            )
        ],
    ),
    "has_one over a field of another type": (
        entity("Post", 'tag: HasOne["Tag"] = has_one("post_id")', id="UUID") + entity("Tag", "post_id: str"),
        [(4, "Post.tag: Tag.post_id is string, but Post.id is uuid.", "Give both the same type.")],
    ),
    "has_one and has_many over one key": (
        entity("Post", 'tag: HasOne["Tag"] = has_one("post_id")', 'tags: HasMany["Tag"] = has_many("post_id")')
        + entity("Tag", "post_id: str"),
        [(4, "Post.tag leads to one by Tag.post_id, but Post.tags to many.", "Keep one of them.")],
    ),
    "a key that is no text": (
        entity("Post", 'tag: HasOne["Tag"] = has_one(5)', 'up: BelongsTo["Tag"] = belongs_to(None)') + TAG,
        [
            (4, "Post.tag: 5 is no name of a field.", "Give the name in quotes."),
            (5, "Post.up: None is no name of a field.", "Give the name in quotes."),
        ],
    ),
    "a name that is not snake_case": (
        entity("Post", 'Up: BelongsTo["Post"] = belongs_to("id")'),
        [(4, "Post.Up: the name is not snake_case.", "Call it `up`.")],
    ),
    "a name of pydantic's": (
        entity("Post", 'copy: HasMany["Post"] = has_many("id")'),
        [(4, "Post.copy: the name is taken by pydantic.", "Call it for instance `copy_list`.")],
    ),
    "a name that is an operator": (
        entity("Post", 'is_null: HasMany["Post"] = has_many("id")'),
        [(4, "Post.is_null is an operator in filters.", "Rename it.")],
    ),
    "a field that is an operator": (
        entity("Post", "is_null: str"),
        [(4, "Post.is_null is an operator in filters.", "Rename it.")],
    ),
    "an unknown target of many_to_many": (
        entity("Post", 'tags: ManyToMany["Tga"] = many_to_many("PostTags")') + TAG,
        [(4, "Post.tags leads to `Tga`, which is no entity.", "Perhaps you meant `Tag`.")],
    ),
    "many_to_many with the annotation of another kind": (
        entity("Post", 'tags: HasMany["Tag"] = many_to_many("PostTags")') + TAG,
        [
            (
                4,
                "Post.tags is made by many_to_many, but its annotation does not name one target for it.",
                'Write `tags: ManyToMany["Target"] = many_to_many(…)`.',
            )
        ],
    ),
    "a junction that is no name": (
        entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("post_tags")', 'b: ManyToMany["Tag"] = many_to_many(3)')
        + TAG,
        [
            (4, "Post.tags: the junction is called `post_tags`, which is not PascalCase.", "Call it `PostTags`."),
            (5, "Post.b: the junction is 3.", 'Give its name in quotes, such as "PostCategories".'),
        ],
    ),
    "a key of a junction that is no name": (
        entity("Post", TAGS.format(more=', near="postId"')) + TAG,
        [(4, "Post.tags: near is 'postId', which is no name of a field.", "Write it in snake_case.")],
    ),
    "one junction for two pairs": (
        entity("Post", TAGS.format(more=""))
        + TAG
        + entity("User", 'tags: ManyToMany["Tag"] = many_to_many("PostTags")'),
        [
            (
                10,
                "User.tags: the junction PostTags links Post and Tag (Post.tags at schemas.py:4), not User and Tag.",
                "Name another junction.",
            )
        ],
    ),
    "keys that contradict each other": (
        entity("Post", TAGS.format(more=', near="article"')) + entity("Tag", POSTS.format(more=', far="post_id"')),
        [(7, "Tag.posts: PostTags has the id of Post in `article`, not in `post_id`.", "Give one name.")],
    ),
    "both ids in one field": (
        entity("Post", TAGS.format(more=', near="tag_id"')) + TAG,
        [(4, "Post.tags: both ids would be in `tag_id` of PostTags.", "Name near and far differently.")],
    ),
    "a third relation of an entity to itself": (
        entity("User", *(f'{name}: ManyToMany["User"] = many_to_many("Follows")' for name in "abc")),
        [
            (
                6,
                "User.c is the third over Follows, and could lead either way.",
                'Say which, such as `near="follower_id", far="followed_id"`, in the first and here.',
            )
        ],
    ),
    "through that is no model": (
        entity("Post", TAGS.format(more=", through=int")) + TAG,
        [(4, "Post.tags: through= is int, which is no Model.", "Give a subclass of Model with the further fields.")],
    ),
    "through that is an entity": (
        TAG + entity("Post", TAGS.format(more=", through=Tag")),
        [(7, "Post.tags: through= is Tag, which is no Model.", "Give a subclass of Model with the further fields.")],
    ),
    "through without fields": (
        "class Added(Model):\n    pass\n" + entity("Post", TAGS.format(more=", through=Added")) + TAG,
        [(6, "Post.tags: Added has no fields.", "Declare at least one, or leave out through=.")],
    ),
    "through with a field that every link has": (
        "class Added(Model):\n    tag_id: str\n" + entity("Post", TAGS.format(more=", through=Added")) + TAG,
        [(6, "Post.tags: Added.tag_id clashes with the `tag_id` that every PostTags has.", "Rename the field.")],
    ),
    "through with an id": (
        "class Added(Model):\n    id: str\n" + entity("Post", TAGS.format(more=", through=Added")) + TAG,
        [(6, "Post.tags: Added.id clashes with the `id` that every PostTags has.", "Rename the field.")],
    ),
    "through with an owner": (
        "class Added(Model):\n    by: str = Field(owner=True)\n"
        + entity("Post", TAGS.format(more=", through=Added"))
        + TAG,
        [(6, "Post.tags: Added.by is declared owner, which a field of a link cannot be.", "Leave out owner.")],
    ),
    "through with more than fields": (
        "class Added(Model):\n    a: int\n    @computed\n    def b(self) -> int:\n        return self.a\n"
        + entity("Post", TAGS.format(more=", through=Added"))
        + TAG,
        [
            (
                9,
                "Post.tags: Added.b is no field; PostTags takes only fields and checks from it.",
                "Declare PostTags as an entity of your own.",
            )
        ],
    ),
    "through with a field that cannot be": (
        "class Added(Model):\n    at: bytes\n" + entity("Post", TAGS.format(more=", through=Added")) + TAG,
        [(3, "`at` cannot be `bytes`: bytes have no JSON form.", "Use `str`, for instance with base64 in it.")],
    ),
    "two models of further fields": (
        ADDED
        + "class Other(Model):\n    x: int\n"
        + entity("Post", TAGS.format(more=", through=Added"))
        + entity("Tag", POSTS.format(more=", through=Other")),
        [
            (
                11,
                "Tag.posts: PostTags has other further fields at Post.tags at schemas.py:8.",
                "Say `through=` once, or the same model everywhere.",
            )
        ],
    ),
    "through beside an entity of one's own": (
        ADDED
        + entity("Post", TAGS.format(more=", through=Added"))
        + TAG
        + entity("PostTags", "post_id: str", "tag_id: str"),
        [
            (
                6,
                "Post.tags takes through=, but PostTags is an entity with fields of its own.",
                "Declare the further fields in PostTags, and leave out through=.",
            )
        ],
    ),
    "an own junction that lacks a key": (
        entity("Post", TAGS.format(more="")) + TAG + entity("PostTags", "post_id: str", "tga_id: str"),
        [
            (
                4,
                "Post.tags: PostTags has no field `tag_id` to hold the id of the Tag.",
                "Perhaps you meant `tga_id`.",
            )
        ],
    ),
    "an own junction that lacks both keys": (
        entity("Post", TAGS.format(more="")) + TAG + entity("PostTags"),
        [
            (4, "Post.tags: PostTags has no field `post_id` to hold the id of the Post.", "Declare it in PostTags."),
            (4, "Post.tags: PostTags has no field `tag_id` to hold the id of the Tag.", "Declare it in PostTags."),
        ],
    ),
    "an own junction whose key has another type": (
        entity("Post", TAGS.format(more="")) + TAG + entity("PostTags", "post_id: str", "tag_id: UUID"),
        [(4, "Post.tags: PostTags.tag_id is uuid, but Tag.id is string.", "Give both the same type.")],
    ),
    "an own junction that belongs to one end twice": (
        entity("Post", TAGS.format(more=""))
        + TAG
        + entity(
            "PostTags",
            "tag_id: str",
            "a: str",
            "b: str",
            'pa: BelongsTo["Post"] = belongs_to("a")',
            'pb: BelongsTo["Post"] = belongs_to("b")',
        ),
        [(4, "Post.tags: PostTags belongs to Post by a and b.", 'Say which, such as `near="a"`.')],
    ),
    "a junction that would be kept with an entity": (
        entity("Post", TAGS.format(more="")) + TAG + entity("PostTag"),
        [
            (
                4,
                "The junction PostTags would be kept where PostTag is, in post-tags.",
                "Perhaps you meant `PostTag`; else name the junction otherwise.",
            )
        ],
    ),
    "a relationship to the framework's own junction": (
        entity("Post", TAGS.format(more=""), 'links: HasMany["PostTags"] = has_many("post_id")') + TAG,
        [
            (
                5,
                "Post.links leads to `PostTags`, the junction that the framework made, which has no doors.",
                "Declare PostTags as an entity of your own, with both keys; it stays the junction.",
            )
        ],
    ),
    "a key of a junction that is taken": (
        entity("Post", TAGS.format(more=', near="id"')) + TAG,
        [(4, "Post.tags: PostTags cannot keep an id in `id`.", "Call it for instance `id_key`.")],
    ),
    "has_many over the id of a polymorphic relationship that is wrong itself": (
        entity("Note", "about_id: str", ABOUT) + TAG + entity("Post", 'notes: HasMany["Note"] = has_many("about_id")'),
        [
            (
                5,
                "Note.about: Note has no field `about_type` to hold the name of the target.",
                "Perhaps you meant `about_id`.",
            )
        ],
    ),
    "set_null for links": (
        entity("Post", TAGS.format(more=', on_delete="set_null"')) + TAG,
        [
            (
                4,
                "Post.tags: on_delete is 'set_null'.",
                "Use cascade: it takes the links away, never their targets. Or refuse the deletion by restrict.",
            )
        ],
    ),
    "a choice that is none": (
        entity("Post", TAGS.format(more=', on_delete="cascad"')) + TAG,
        [(4, "Post.tags: on_delete is 'cascad'.", "Perhaps you meant `cascade`.")],
    ),
    "two choices for one key": (
        entity(
            "Post",
            'tags: HasMany["Tag"] = has_many("post_id", on_delete="cascade")',
            'more: HasMany["Tag"] = has_many("post_id", on_delete="restrict")',
        )
        + entity("Tag", "post_id: str"),
        [
            (
                5,
                "Post.more says restrict of Tag.post_id, but Post.tags says cascade.",
                "Say it once, or the same.",
            )
        ],
    ),
    "two choices for the key of a junction": (
        entity(
            "Post",
            TAGS.format(more=', on_delete="cascade"'),
            'links: HasMany["PostTags"] = has_many("post_id", on_delete="restrict")',
        )
        + TAG
        + entity("PostTags", "post_id: str", "tag_id: str"),
        [
            (
                5,
                "Post.links says restrict of PostTags.post_id, but Post.tags says cascade.",
                "Say it once, or the same.",
            )
        ],
    ),
    "polymorphic to an unknown target": (
        entity(
            "Note", "a: str", "b: str", 'x: Polymorphic["Post | Tga"] = polymorphic(["Post", "Tga"], id="a", type="b")'
        )
        + TAG
        + entity("Post"),
        [(6, "Note.x leads to `Tga`, which is no entity.", "Perhaps you meant `Tag`.")],
    ),
    "polymorphic whose annotation says otherwise": (
        entity("Note", "a: str", "b: str", 'x: Polymorphic["Tag"] = polymorphic(["Post", "Tag"], id="a", type="b")')
        + TAG
        + entity("Post"),
        [
            (
                6,
                "Note.x is made by polymorphic for Post and Tag, but its annotation does not name these.",
                'Write `x: Polymorphic["Post | Tag"] = polymorphic(…)`.',
            )
        ],
    ),
    "polymorphic without targets": (
        entity("Note", "a: str", "b: str", 'x: Polymorphic["Note"] = polymorphic([], id="a", type="b")'),
        [(6, "Note.x names no targets.", 'Give names in quotes: `polymorphic(["Post", …], …)`.')],
    ),
    "polymorphic to one target twice": (
        entity("Note", "a: str", "b: str", 'x: Polymorphic["Note"] = polymorphic(["Note"] * 2, id="a", type="b")'),
        [(6, "Note.x names a target twice.", "Name it once.")],
    ),
    "polymorphic to ids of several types": (
        entity("Note", "about_id: str", TYPE, ABOUT) + TAG + entity("Post", id="UUID"),
        [
            (
                6,
                "Note.about keeps all ids in one field, but Post.id is uuid, Tag.id is string.",
                "Give the ids of all targets one type.",
            )
        ],
    ),
    "polymorphic without an id field": (
        entity("Note", "abuot_id: str", TYPE, ABOUT) + TAG + entity("Post"),
        [
            (
                6,
                "Note.about: Note has no field `about_id` to hold the id of the Post.",
                "Perhaps you meant `abuot_id`.",
            )
        ],
    ),
    "polymorphic without a type field": (
        entity("Note", "about_id: str", ABOUT) + TAG + entity("Post"),
        [
            (
                5,
                "Note.about: Note has no field `about_type` to hold the name of the target.",
                "Perhaps you meant `about_id`.",
            )
        ],
    ),
    "polymorphic with a type field of another type": (
        entity("Note", "about_id: str", "about_type: int", ABOUT) + TAG + entity("Post"),
        [
            (
                6,
                "Note.about: Note.about_type is integer, and cannot hold the name of the target.",
                'Declare it as `str`, or as `Literal["Post", "Tag"]`.',
            )
        ],
    ),
    "polymorphic with a type field that lacks a target": (
        entity("Note", "about_id: str", 'about_type: Literal["Post", "Video"]', ABOUT) + TAG + entity("Post"),
        [
            (
                6,
                "Note.about: Note.about_type cannot be Tag; its values are Post, Video.",
                'Declare it as `Literal["Post", "Tag"]`.',
            )
        ],
    ),
    "has_many over a polymorphic id that leads elsewhere": (
        entity("Note", "about_id: str", TYPE, ABOUT)
        + TAG
        + entity("Post")
        + entity("User", 'notes: HasMany["Note"] = has_many("about_id")'),
        [
            (
                15,
                "User.notes: Note.about does not lead to User, only to Post, Tag.",
                'Add "User" to its targets.',
            )
        ],
    ),
    "belongs_to over a polymorphic id": (
        entity("Note", "about_id: str", TYPE, ABOUT, 'post: BelongsTo["Post"] = belongs_to("about_id")')
        + TAG
        + entity("Post"),
        [
            (
                7,
                "Note.post: about_id is the id of the polymorphic `about`, and not always of a Post.",
                "Use `about`, or a field of its own.",
            )
        ],
    ),
    "set_null over a polymorphic id whose type cannot be null": (
        entity("Note", "about_id: str | None = None", TYPE, ABOUT)
        + TAG
        + entity("Post", 'notes: HasMany["Note"] = has_many("about_id", on_delete="set_null")'),
        [
            (
                12,
                "Post.notes: on_delete is set_null, but Note.about_type cannot be null.",
                "Make that field optional (`| None`), or choose cascade or restrict.",
            )
        ],
    ),
    "a relationship and a field of one wire name": (
        entity("Post", "post_tags: str", 'postTags: ManyToMany["Tag"] = many_to_many("PostTags")') + TAG,
        [
            (5, "Post.postTags: the name is not snake_case.", "Call it `post_tags`."),
            (
                5,
                "Post: the relationship `postTags` and the field `post_tags` are both `postTags` on the wire.",
                "Rename one.",
            ),
        ],
    ),
    "a union and an entity of one name": (
        entity("Note", "about_id: str", TYPE, ABOUT) + TAG + entity("Post") + entity("NoteAbout"),
        [(6, "Note.about would need the GraphQL type NoteAbout, which NoteAbout has.", "Rename one.")],
    ),
    "the edges of links and an entity of one name": (
        entity("Post", TAGS.format(more="")) + TAG + entity("PostToTagsEdge"),
        [
            (
                4,
                "Post.tags would need the GraphQL type PostToTagsEdge, which PostToTagsEdge has.",
                "Rename one.",
            )
        ],
    ),
    "an aggregate and an entity of one name": (
        entity("Post") + entity("PostAggregate"),
        [(5, "PostAggregate would need the GraphQL type PostAggregate, which Post has.", "Rename one.")],
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_where_what_and_the_remedy(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """Each problem is reported at its line with what is wrong and what to do."""
    monkeypatch.chdir(tmp_path)
    source, expected = CHECKS[name]
    assert expected == problems(write(schemas=source))


def test_a_string_of_targets_is_told_where_it_stands(write: Write) -> None:
    """`polymorphic("Post")` would lead to P, o, s and t."""
    [(line, message, _)] = problems(write(post=entity("Post", 'x = polymorphic("Post", id="a", type="b")')))
    assert (4, "TypeError: polymorphic takes a list of entities, not one string: ['Post'].") == (line, message)


def test_a_junction_that_is_almost_an_entity_is_warned_of(write: Write) -> None:
    """It is made all the same: the name may be meant."""
    registry = load_registry(
        write(
            schema=entity("Post", 'tags: ManyToMany["Tag"] = many_to_many("PostTagg")')
            + TAG
            + entity("PostTag", "post_id: str", "tag_id: str")
        )
    )
    warned = [(each.message, each.remedy) for each in registry.warnings if "junction" in each.message]
    assert [
        (
            "Post.tags links by a junction of its own, PostTagg, which is made beside what you declared.",
            "Perhaps you meant `PostTag`.",
        )
    ] == warned
    assert registry["PostTagg"].is_junction


def test_nothing_is_said_of_what_a_broken_module_may_declare(write: Write) -> None:
    """The junction or the target may be in it; its own problem is told."""
    broken = "class PostTags(Entity):\n    id: str = Field(primary_kye=True)\nclass Tag(Entity):\n    x: int"
    [(_, message, _)] = problems(write(a=entity("Post", TAGS.format(more="")), b=broken))
    assert message.startswith("TypeError: Field() has no keyword `primary_kye`.")
