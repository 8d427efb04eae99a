"""Rules that go through relations: what they are bound to, what they say of records, and what is refused."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atakora_data.errors import SchemaError
from atakora_data.query.evaluate import matches, within
from atakora_data.query.filter import Filter, substitute
from atakora_data.registry.entity import BoundWhere, Operation
from atakora_data.registry.loader import load_registry

Write = Callable[..., Path]

SCHEMA = """
class User(Entity):
    id: str = Field(primary_key=True)
    boss_id: str | None = None
    boss: BelongsTo["User"] = belongs_to("boss_id")

class Blog(Entity):
    id: str = Field(primary_key=True)
    owner_id: str
    name: str | None = None
    owner: BelongsTo["User"] = belongs_to("owner_id")
    seo: HasOne["Seo"] = has_one("blog_id")
    editors: ManyToMany["User"] = many_to_many("BlogEditors")
    posts: HasMany["Post"] = has_many("blog_id")

class Seo(Entity):
    id: str = Field(primary_key=True)
    blog_id: str
    is_open: bool = True

class Note(Entity):
    id: str = Field(primary_key=True)
    about_id: str | None = None
    about_type: Literal["Blog", "Post"] | None = None
    only_id: str | None = None
    only_type: str | None = None
    about: Polymorphic["Blog | Post"] = polymorphic(["Blog", "Post"], id="about_id", type="about_type")
    only: Polymorphic["Blog"] = polymorphic(["Blog"], id="only_id", type="only_type")
    authorization = Authorization(read={note})

class Post(Entity):
    id: str = Field(primary_key=True)
    blog_id: str | None = None
    blog: BelongsTo["Blog"] = belongs_to("blog_id")
    notes: HasMany["Note"] = has_many("about_id")
    authorization = Authorization(read={post})
"""

WORLD: dict[str, list[dict[str, Any]]] = {
    "User": [{"id": "ann"}, {"id": "bob", "bossId": "ann"}, {"id": "cid", "bossId": "bob"}],
    "Blog": [
        {"id": "b1", "ownerId": "ann", "name": "one"},
        {"id": "b2", "ownerId": "bob", "name": None},
        {"id": "b3", "ownerId": "gone"},
    ],
    "Seo": [{"id": "s1", "blogId": "b1", "isOpen": False}, {"id": "s2", "blogId": "b2", "isOpen": True}],
    "BlogEditors": [
        {"id": "l1", "blogId": "b1", "userId": "bob"},
        {"id": "l2", "blogId": "b2", "userId": "gone"},
    ],
    "Post": [
        {"id": "p1", "blogId": "b1"},
        {"id": "p2", "blogId": "b2"},
        {"id": "p3", "blogId": "b3"},
        {"id": "p4", "blogId": None},
    ],
    "Note": [
        {"id": "n1", "aboutId": "p1", "aboutType": "Post", "onlyId": "b1", "onlyType": "Blog"},
        {"id": "n2", "aboutId": "p1", "aboutType": "Blog", "onlyId": "b1", "onlyType": "Post"},
        {"id": "n3", "aboutId": "b1", "aboutType": "Blog"},
        {"id": "n4"},
    ],
}


def bound(write: Write, entity: str, rule: str) -> BoundWhere:
    """The read rule of the entity, bound."""
    rules = {"post": "allow.public()", "note": "allow.public()", entity.lower(): rule}
    source = textwrap.dedent(SCHEMA).replace("{note}", rules["note"]).replace("{post}", rules["post"])
    found = load_registry(write(schema=source))[entity].rules[Operation.READ]
    assert isinstance(found, BoundWhere)
    return found


def allowed(filter: Filter, entity: str, caller: str | None) -> list[str]:
    """The ids of the records that the rule allows this caller."""
    filled = substitute(filter, lambda name: caller if name == "id" else None)
    return [record["id"] for record in WORLD[entity] if matches(filled, record, within(WORLD))]


POSTS = {
    "this.blog.owner_id == principal.id": ["p1"],
    "~(this.blog.owner_id == principal.id)": ["p2", "p3", "p4"],
    "this.blog.owner_id != principal.id": ["p2", "p3", "p4"],
    "this.blog.owner_id != 'ann'": ["p2", "p3", "p4"],
    "this.blog.owner_id.not_in(['ann', 'bob'])": ["p3", "p4"],
    "this.blog.owner_id.in_([principal.id, 'bob'])": ["p1", "p2"],
    "this.blog.owner.id == principal.id": ["p1"],
    "this.blog.owner.boss_id == principal.id": ["p2"],
    "this.blog.owner.boss.id == principal.id": ["p2"],
    "this.blog.owner.boss_id != principal.id": ["p1", "p3", "p4"],
    "this.blog.name == None": ["p2", "p3", "p4"],
    "this.blog.name != None": ["p1"],
    "this.blog == None": ["p4"],
    "this.blog != None": ["p1", "p2", "p3"],
    "this.blog.owner.is_null()": ["p3", "p4"],
    "this.blog.seo.is_open == False": ["p1"],
    "this.blog.seo.is_open != True": ["p1", "p3", "p4"],
    "this.blog.seo == None": ["p3", "p4"],
    "this.blog.editors.some(this.id == 'bob')": ["p1"],
    "this.blog.editors.none(this.id == 'bob')": ["p2", "p3", "p4"],
    "this.blog.posts.every(this.blog.owner.boss_id == None)": ["p1", "p3", "p4"],
    "this.notes.some(this.about_id == 'p1')": ["p1"],
    "this.notes.none(this.about_id == 'p1')": ["p2", "p3", "p4"],
    "(this.blog.owner_id == principal.id) | (this.blog.owner.boss_id == principal.id)": ["p1", "p2"],
}


@pytest.mark.parametrize("condition", POSTS)
def test_a_condition_goes_through_relations(write: Write, condition: str) -> None:
    """A field of a record that is not there is null, and a negation holds exactly where the condition does not."""
    assert POSTS[condition] == allowed(bound(write, "Post", f"allow.where({condition})").filter, "Post", "ann")


NOTES = {
    "this.about.is_a('Post', this.blog.owner_id == principal.id)": ["n1"],
    "this.about.is_a('Blog')": ["n3"],
    "~this.about.is_a('Blog')": ["n1", "n2", "n4"],
    "this.about == None": ["n2", "n4"],
    "this.only.owner_id == principal.id": ["n1"],
    "this.only.owner_id != principal.id": ["n2", "n3", "n4"],
}


@pytest.mark.parametrize("condition", NOTES)
def test_a_condition_goes_through_polymorphic_relations(write: Write, condition: str) -> None:
    """Only where the type is the target's; without saying which only to the one target."""
    assert NOTES[condition] == allowed(bound(write, "Note", f"allow.where({condition})").filter, "Note", "ann")


def test_a_caller_without_an_id_equals_nothing(write: Write) -> None:
    """The comparison is false, and its negation true."""
    rule = bound(write, "Post", "allow.where(this.blog.owner_id == principal.id)")
    assert [] == allowed(rule.filter, "Post", None)
    rule = bound(write, "Post", "allow.where(this.blog.owner_id != principal.id)")
    assert ["p1", "p2", "p3", "p4"] == allowed(rule.filter, "Post", None)


RELATIONSHIPS: dict[tuple[str, str], dict[str | None, list[str]]] = {
    ("Blog", "owner"): {"ann": ["b1"], "bob": ["b2"], "gone": [], None: []},
    ("Blog", "editors"): {"bob": ["b1"], "ann": [], "gone": [], None: []},
    ("Blog", "seo"): {"s1": ["b1"], "ann": []},
    ("Blog", "posts"): {"p2": ["b2"], "ann": []},
    ("Post", "notes"): {"n1": ["p1"], "n2": [], None: []},
    ("Note", "only"): {"b1": ["n1"], "b2": []},
}


@pytest.mark.parametrize(("entity", "name"), RELATIONSHIPS)
def test_a_relationship_reaches_the_caller(write: Write, entity: str, name: str) -> None:
    """Of every kind: the caller's id is the id of a related record that is there."""
    source = SCHEMA.replace("{note}", "allow.public()").replace("{post}", "allow.public()")
    marker = f"class {entity}(Entity):\n"
    rule = f"    authorization = Authorization(delete=allow.relationship({name!r}), read=allow.public())\n"
    body, rest = source.split(marker)
    rest = rest.replace("    authorization = Authorization(read=allow.public())\n", "", 1) if entity != "Blog" else rest
    found = load_registry(write(schema=body + marker + rule + rest))[entity].rules[Operation.DELETE]
    assert isinstance(found, BoundWhere)
    assert f"relationship({name!r})" == found.words
    assert RELATIONSHIPS[entity, name] == {
        caller: allowed(found.filter, entity, caller) for caller in RELATIONSHIPS[entity, name]
    }


def test_field_rules_and_actions_go_through_relations_too(write: Write) -> None:
    """Wherever a rule stands it may follow relations, also those declared below it."""
    source = """
class Post(Entity):
    id: str = Field(primary_key=True)
    secret: str
    blog_id: str
    authorization = Authorization(read=allow.public(), fields={"secret": allow.relationship("blog")})
    blog: BelongsTo["Blog"] = belongs_to("blog_id")

    @action(allow=allow.where(this.blog.owner_id == principal.id))
    def hide(record, ctx):
        return record

class Blog(Entity):
    id: str = Field(primary_key=True)
    owner_id: str
"""
    post = load_registry(write(schema=source))["Post"]
    assert isinstance(post.field_read_rules["secret"], BoundWhere)
    assert isinstance(post.actions["hide"].rule, BoundWhere)


REFUSED = {
    "allow.relationship('blogg')": (
        "Post: allow.relationship('blogg') names a relationship that is missing.",
        "Perhaps you meant `blog`.",
    ),
    "allow.relationship('zzz')": (
        "Post: allow.relationship('zzz') names a relationship that is missing.",
        "Its relationships are blog, notes.",
    ),
    "allow.where(this.blgo.owner_id == 'x')": (
        "Post: allow.where names `blgo.owner_id`, a field that is missing.",
        "Perhaps you meant `blog`.",
    ),
    "allow.where(this.blog.ownr_id == 'x')": (
        "Post: allow.where names `blog.ownr_id`, a field that is missing in Blog.",
        "Perhaps you meant `owner_id`.",
    ),
    "allow.where(this.blog.owner.bos.id == 'x')": (
        "Post: allow.where names `blog.owner.bos.id`, a field that is missing in User.",
        "Perhaps you meant `boss`.",
    ),
    "allow.where(this.notes.about_id == 'x')": (
        "Post: allow.where names `notes.about_id`, but notes leads to many records.",
        "Write `this.notes.some(…)`, or every or none.",
    ),
    "allow.where(this.blog == 'x')": (
        "Post: allow.where compares `blog`, which leads to records.",
        "Write `this.blog.id == …`.",
    ),
    "allow.where(this.notes == None)": (
        "Post: allow.where compares `notes`, which leads to records.",
        "Write `this.notes.some(…)`.",
    ),
    "allow.where(this.blog.some(this.id == 'x'))": (
        "Post: allow.where asks `this.blog.some(…)`, which belongs_to does not have.",
        "Compare the fields of its record, such as `this.blog.id == …`.",
    ),
    "allow.where(this.notes.is_a('Blog'))": (
        "Post: allow.where asks `this.notes.is_a('Blog', …)`, which has_many does not have.",
        "Write `this.notes.some(…)`, or every or none.",
    ),
    "allow.where(this.notes.some(this.about.owner_id == 'x'))": (
        "Post: allow.where names `about.owner_id`, but about may lead to Blog or Post.",
        "Say which: `this.about.is_a('Blog', …)`.",
    ),
    "allow.where(this.notes.some(this.about.is_a('Blogg')))": (
        "Post: allow.where asks `this.about.is_a('Blogg', …)`, which polymorphic does not have.",
        "Perhaps you meant `Blog`.",
    ),
    "allow.where(this.blog_id.some(this.id == 'x'))": (
        "Post: allow.where asks for records of `blog_id`, which has none.",
        "Perhaps you meant `blog`.",
    ),
    "allow.where(this.notes.some(Seo.is_open == True))": (
        "Post: allow.where asks Seo.is_open of Note records.",
        "Write `this.is_open` for a field of Note, or follow its relationships.",
    ),
    "allow.where(this.blog.seo.is_open == 'yes')": (
        "Post: in allow.where, isOpen.eq must be true or false.",
        "See the operators of its type.",
    ),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_rule_that_cannot_go_there_is_refused(write: Write, rule: str) -> None:
    """With its line, what is wrong, and the likely word or the way to write it."""
    source = SCHEMA.replace("{note}", "allow.public()").replace("{post}", rule)
    with pytest.raises(SchemaError) as caught:
        load_registry(write(schema=source))
    (problem,) = caught.value.problems
    line = 2 + source.splitlines().index(f"    authorization = Authorization(read={rule})")
    assert (f"{line}", *REFUSED[rule]) == (problem.location.rpartition(":")[2], problem.message, problem.remedy)


def test_an_ambiguous_relationship_says_how_to_name_the_target(write: Write) -> None:
    """The caller's id could be an id of another entity."""
    source = SCHEMA.replace("{post}", "allow.public()").replace("{note}", "allow.relationship('about')")
    with pytest.raises(SchemaError) as caught:
        load_registry(write(schema=source))
    (problem,) = caught.value.problems
    assert "Note: allow.relationship('about') may lead to Blog or Post." == problem.message
    assert "Say which: allow.where(this.about.is_a('Blog', this.id == principal.id))." == problem.remedy


def test_a_rule_over_a_broken_relationship_adds_no_problem(write: Write) -> None:
    """What is wrong with the relationship is told once, at the relationship."""
    source = """
class Post(Entity):
    id: str = Field(primary_key=True)
    blog: BelongsTo["Blog"] = belongs_to("blog_id")
    authorization = Authorization(read=allow.where(this.blog.owner_id == "x") | allow.relationship("blog"))

class Blog(Entity):
    id: str = Field(primary_key=True)
"""
    with pytest.raises(SchemaError) as caught:
        load_registry(write(schema=source))
    (problem,) = caught.value.problems
    assert "Post.blog: Post has no field `blog_id` to hold the id of the Blog." == problem.message
