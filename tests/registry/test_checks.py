"""Every check of the schema modules, with its place, its words and its remedy."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from atakora_data.errors import SchemaError
from atakora_data.registry.loader import load_registry

USER = """
class User(Entity):
    id: str = Field(primary_key=True)
"""

MODELS = """
class Color(IntEnum):
    RED = 1
class Plain(BaseModel):
    x: int
class Node(Model):
    child: "Node | None" = None
class Empty(Model):
    pass
"""


def post(body: str) -> str:
    """A module with the entity Post: its body begins on line 4."""
    return "class Post(Entity):\n    id: str = Field(primary_key=True)\n" + textwrap.indent(
        textwrap.dedent(body), "    "
    )


def problems(folder: Path) -> list[tuple[int, str, str]]:
    """Line, message and remedy of everything wrong with the folder's modules."""
    with pytest.raises(SchemaError) as caught:
        load_registry(folder)
    return [(int(each.location.rpartition(":")[2]), each.message, each.remedy) for each in caught.value.problems]


REFUSED_TYPES = [
    ("bytes", "bytes have no JSON form", "Use `str`"),
    ("set[str]", "a set has no JSON form", "Use `list`"),
    ("frozenset[int]", "a set has no JSON form", "Use `list`"),
    ("tuple[str, ...]", "a tuple has no GraphQL type", "Use `list`"),
    ("complex", "a complex number has no JSON form", "two floats"),
    ("Any", "it could be anything", "Name the type"),
    ("object", "it could be anything", "Name the type"),
    ("range", "range cannot be stored", "Use str, int"),
    ("int | str", "a union of types cannot be filtered", "`| None`"),
    ("dict", "the type of its values is not given", "dict[str, str]"),
    ("list", "the type of its items is not given", "list[str]"),
    ("dict[int, str]", "the keys of a JSON object are strings", "dict[str, …]"),
    ("dict[str, Any]", "it could be anything", "Name the type"),
    ("dict[str, int | None]", "the values of a dict must be scalars", "nested Model"),
    ("list[str | None]", "a list of optional items cannot be filtered", "Leave None out"),
    ("list[list[str]]", "a list of lists cannot be filtered", "nested Model"),
    ("Literal[1, 2]", "its value 1 is not a string", "Use strings"),
    ("Literal['a', None]", "None is not a value of an enum", "Literal[…] | None"),
    ("Literal['in-progress']", "GraphQL cannot name its value 'in-progress'", "underscores"),
    ("Color", "its value 1 is not a string", "Use strings"),
    ("Plain", "Plain is a plain pydantic model", "Derive it from `atakora_data.Model`"),
    ("Empty", "Empty has no fields", "Declare at least one"),
    ("User", "it is the entity User", 'BelongsTo["User"]'),
    ("'Ghost'", "`Ghost` is not defined", "Perhaps you meant `Post`"),
    ("'list[Ghost]'", "`Ghost` is not defined", "Perhaps you meant `Post`"),
]


@pytest.mark.parametrize(("annotation", "reason", "remedy"), REFUSED_TYPES, ids=[each[0] for each in REFUSED_TYPES])
def test_a_type_that_does_not_fit_is_refused_with_its_reason(
    write: Callable[..., Path], annotation: str, reason: str, remedy: str
) -> None:
    """A type that cannot be stored, filtered or put in GraphQL is refused at its line, with the reason and a remedy."""
    [(line, message, offered)] = problems(write(a_models=MODELS + USER + post(f"x: {annotation}\n")))
    assert 16 == line
    assert message.startswith("`x` cannot be `")
    assert reason in message
    assert remedy in offered


def test_a_nested_model_that_contains_itself_is_refused(write: Callable[..., Path]) -> None:
    """A nested object has an end, so a model cannot contain itself."""
    found = problems(write(post="class Tree(Model):\n    child: 'Tree | None' = None\n" + post("tree: Tree\n")))
    assert (
        3,
        "`child` cannot be `Tree | None`: Tree contains itself, and a nested object has an end.",
        "Make it an entity and declare a relationship.",
    ) == found[0]


CHECKS: dict[str, tuple[str, list[tuple[int, str, str]]]] = {
    "dangling target": (
        post('author_id: str\nauthor: BelongsTo["Usr"] = belongs_to("author_id")') + USER,
        [(5, "Post.author leads to `Usr`, which is no entity.", "Perhaps you meant `User`.")],
    ),
    "missing foreign key": (
        post('author_id: str\nauthor: BelongsTo["User"] = belongs_to("autor_id")') + USER,
        [
            (
                5,
                "Post.author: Post has no field `autor_id` to hold the id of the User.",
                "Perhaps you meant `author_id`.",
            )
        ],
    ),
    "missing foreign key of the target": (
        post('users: HasMany["User"] = has_many("post_id")') + USER,
        [(4, "Post.users: User has no field `post_id` to hold the id of the Post.", "Declare it in User.")],
    ),
    "foreign key of another type": (
        post('author_id: UUID\nauthor: BelongsTo["User"] = belongs_to("author_id")') + USER,
        [(5, "Post.author: Post.author_id is uuid, but User.id is string.", "Give both the same type.")],
    ),
    "annotation of another kind": (
        post('author_id: str\nauthor: HasMany["User"] = belongs_to("author_id")') + USER,
        [
            (
                5,
                "Post.author is made by belongs_to, but its annotation does not name one target for it.",
                'Write `author: BelongsTo["Target"] = belongs_to(…)`.',
            )
        ],
    ),
    "relationship without a call": (
        post('author_id: str\nauthor: BelongsTo["User"]') + USER,
        [(5, "Post.author does not say how the records are connected.", "Write `= belongs_to(…)`.")],
    ),
    "set_null on a key that cannot be null": (
        post('parent_id: str\nchildren: HasMany["Post"] = has_many("parent_id", on_delete="set_null")'),
        [
            (
                5,
                "Post.children: on_delete is set_null, but Post.parent_id cannot be null.",
                "Make that field optional (`| None`), or choose cascade or restrict.",
            )
        ],
    ),
    "unknown on_delete": (
        post('parent_id: str\nchildren: HasMany["Post"] = has_many("parent_id", on_delete="cascad")'),
        [(5, "Post.children: on_delete is 'cascad'.", "Perhaps you meant `cascade`.")],
    ),
    "owner rule without an owner field": (
        post("authorization = Authorization(read=allow.owner())"),
        [
            (
                4,
                "Post: allow.owner() needs an owner field, and none is declared.",
                "Declare one, such as `author_id: str = Field(owner=True)`, or name it: allow.owner('author_id').",
            )
        ],
    ),
    "owner rule for a missing field": (
        post('author_id: str\nauthorization = Authorization(read=allow.public() | allow.owner("autor_id"))'),
        [(5, "Post: allow.owner('autor_id') names a field that is missing.", "Perhaps you meant `author_id`.")],
    ),
    "owner rule for a field that holds no id": (
        post('n: int\nauthorization = Authorization(read=allow.owner("n"))'),
        [
            (
                5,
                "Post: allow.owner('n') names a field of type integer.",
                "It holds the id of a caller: declare it as `str` or `UUID`.",
            )
        ],
    ),
    "two owner fields": (
        post("a: str = Field(owner=True)\nb: str = Field(owner=True)"),
        [(5, "Post: both `a` and `b` are owner fields.", "Keep one; name the other in a rule: allow.owner('…').")],
    ),
    "owner field of another type": (
        post("a: int = Field(owner=True)"),
        [(4, "Post: the owner field `a` is integer.", "It holds the id of a caller: declare it as `str` or `UUID`.")],
    ),
    "conditions on missing fields, operators and values": (
        post(
            """
            status: Literal["draft", "done"]
            authorization = Authorization(
                read=allow.where(statsu="draft") & ~allow.where(this.status.contains("d")),
                update=allow.where(status="drft"),
                delete=allow.where(this.status.foo == 1),
            )
            """
        ),
        [
            (6, "Post: allow.where names `statsu`, a field that is missing.", "Perhaps you meant `status`."),
            (
                6,
                "Post: allow.where names `status.foo`, but status is no nested model and no relationship.",
                "Compare `status` itself.",
            ),
            (
                6,
                "Post: in allow.where, status has no operator `contains`; it takes eq, ne, in, notIn, isNull.",
                "See the operators of its type.",
            ),
            (
                6,
                "Post: in allow.where, status.eq must be one of draft, done. Perhaps you meant `draft`.",
                "See the operators of its type.",
            ),
        ],
    ),
    "authorization that is none": (
        post("authorization = allow.public()"),
        [(4, "Post: authorization is not an Authorization.", "Write `authorization = Authorization(read=…, …)`.")],
    ),
    "rules that are none": (
        post("authorization = Authorization(read=True, fields={'id': 'x'})"),
        [
            (
                4,
                "Post: authorization has no rule as `read`.",
                "Use what `allow` offers, such as allow.authenticated().",
            ),
            (
                4,
                "Post: authorization has no rule for `id`.",
                "Use what `allow` offers, or FieldRules(read=…, write=…).",
            ),
        ],
    ),
    "field rules": (
        post('status: str\nauthorization = Authorization(fields={"statsu": allow.public(), "id": allow.never()})'),
        [
            (5, "Post: authorization has a rule for `statsu`, a field that is missing.", "Perhaps you meant `status`."),
            (5, "Post: authorization hides the id, by which every record is known.", "Leave out its read rule."),
        ],
    ),
    "indexes": (
        post(
            """
            author_id: str
            tags: list[str]
            indexes = [
                Index("autor_id"), Index("-tags"), Index(), Index("author_id"), Index("-author_id"), Index("tags.x")
            ]
            """
        ),
        [
            (7, "Post: `-tags` is a list, which has no order.", "Index a scalar field."),
            (7, "Post: `tags.x` names tags, which is no nested model.", "Index `tags` itself."),
            (7, "Post: an index has no fields.", 'Write for instance `Index("author_id", "-created_at")`.'),
            (7, "Post: an index names `autor_id`, a field that is missing.", "Perhaps you meant `author_id`."),
            (7, "Post: two indexes are called by_author_id.", "Leave one out, or set another name."),
        ],
    ),
    "operations": (
        post('operations = {"list", "gett"}'),
        [(4, "Post: there is no operation `gett`.", "Perhaps you meant `get`.")],
    ),
    "operations in one string": (
        post('operations = "list"'),
        [(4, "Post: operations is no set of names.", 'Write `operations = {"list", "get"}`.')],
    ),
    "hooks": (
        post("@before_create\ndef f(self, draft, ctx): ...\n@after_update\nasync def g(): ..."),
        [
            (
                5,
                "Post: the hook `f` must take two arguments, the record and the context.",
                'Write `async def f(draft: "Post", ctx: HookContext) -> "Post"`, without self.',
            ),
            (
                7,
                "Post: the hook `g` must take two arguments, the record and the context.",
                'Write `async def g(draft: "Post", ctx: HookContext) -> "Post"`, without self.',
            ),
        ],
    ),
    "options": (
        post(
            """
            authorisation = Authorization()
            indices = []
            LIMIT = 3
            version: int = 3
            max_limit = 0
            realtime = 1
            storage = 3
            migrations = 4
            indexes = 3
            """
        ),
        [
            (5, "Post: `authorisation` is neither a field nor an option.", "Perhaps you meant `authorization`."),
            (6, "Post: `indices` is neither a field nor an option.", "Perhaps you meant `indexes`."),
            (
                7,
                "Post: `LIMIT` is neither a field nor an option.",
                "A field needs an annotation; for a constant write ClassVar.",
            ),
            (
                8,
                "Post: `version` is an option of entities.",
                "As an option it has no annotation; call a field otherwise.",
            ),
            (9, "Post: max_limit is 0.", "It is a whole number from 1."),
            (10, "Post: realtime is 1.", "It is True or False."),
            (11, "Post: storage is no Storage.", "Write `storage = Storage(container=…)`."),
            (12, "Post: migrations is no list of Migration.", "Write `migrations = [Migration(…)]`."),
            (13, "Post: indexes is no list of Index.", "Write `indexes = [Index(…)]`."),
        ],
    ),
    "a plural that is a path of ours": (
        post('plural = "docs"'),
        [(4, "Post: the path /docs is taken.", "Set another `plural`.")],
    ),
    "a plural that is no path segment": (
        post('plural = "Foo Bar"'),
        [(4, "Post: plural is 'Foo Bar', which is not kebab-case.", 'Write for instance "blog-posts".')],
    ),
    "one collection for two": (
        post('plural = "users"') + "\n" + USER,
        [(6, "User and Post are both served at /users.", 'Set `plural = "…"` in one of them.')],
    ),
    "two classes of one name": (
        post("") + "\n" + post(""),
        [(5, "There are two classes called Post.", "Rename one.")],
    ),
    "actions": (
        post(
            """
            @action
            async def publish(record, ctx, when, at: bytes, id: str, *args): ...
            @action
            async def create(record, ctx): ...
            @action
            def touch(): ...
            """
        ),
        [
            (6, "Post: the action `publish` takes `*args`.", "Name each parameter, with its type."),
            (6, "Post: the parameter `id` of `publish` is every action's already.", "Rename it."),
            (6, "Post: the parameter `when` of the action `publish` has no type.", "Annotate it."),
            (6, "`at` cannot be `bytes`: bytes have no JSON form.", "Use `str`, for instance with base64 in it."),
            (8, "Post: the action `create` would clash with the operation of that name.", "Rename it."),
            (
                10,
                "Post: the action `touch` must take the record and the context first.",
                'Write `async def touch(record: "Post", ctx: ActionContext) -> "Post"`, without self.',
            ),
        ],
    ),
    "one wire name for two things": (
        post("foo_1: int\nfoo1: int\n@action\nasync def foo_1_(record, ctx): ...\n@computed\ndef y(self) -> int: ..."),
        [
            (5, "`foo_1` and `foo1` are both `foo1` on the wire.", "Rename one."),
            (7, "Post: the action `foo_1_` and the field `foo1` are both `foo1` on the wire.", "Rename one."),
            (7, "Post: the name `foo_1_` is not snake_case.", "Call it `foo_1`."),
        ],
    ),
    "on_update": (
        post("a: datetime = Field(on_update=3)"),
        [(4, "Post: on_update of `a` cannot be called.", "Write `on_update=utcnow`, without ().")],
    ),
    "defaults": (
        post('a: int = "x"\nb: str = Field(default="", min_length=3)\nc: datetime = datetime(2024, 1, 1)'),
        [
            (
                4,
                (
                    "Post: the default of `a` does not validate: "
                    "Input should be a valid integer, unable to parse string as an integer."
                ),
                "Give it a default that does.",
            ),
            (
                5,
                "Post: the default of `b` does not validate: String should have at least 3 characters.",
                "Give it a default that does.",
            ),
            (
                6,
                "Post: the default of `c` does not validate: Input should have timezone info.",
                "Give it a default that does.",
            ),
        ],
    ),
    "field names": (
        post("fooBar: int\njson: str\nfoo_: str\nfoo__bar: str\nclass_: str\ngröße: int\n長さ: int\n"),
        [
            (4, "The field name `fooBar` is not snake_case.", "Call it `foo_bar`."),
            (5, "The field name `json` is taken by pydantic.", "Call it for instance `json_value`."),
            (6, "The field name `foo_` is not snake_case.", "Call it `foo`."),
            (7, "The field name `foo__bar` is not snake_case.", "Call it `foo_bar`."),
            (8, "The field name `class_` is not snake_case.", "Call it `class_value`."),
            (9, "The field name `größe` is not snake_case.", "Call it `grosse`."),
            (10, "The field name `長さ` is not snake_case.", "Call it `value`."),
        ],
    ),
    "a primary key of another name": (
        "class Post(Entity):\n    key: str = Field(primary_key=True)\n",
        [(3, "Post: the primary key is called `key`; Cosmos DB keeps a record under `id`.", "Call it `id`.")],
    ),
    "a primary key of another type": (
        "class Post(Entity):\n    id: int = Field(primary_key=True)\n",
        [(3, "Post: the primary key is integer; in Cosmos DB an id is a string.", "Declare it as `str` or `UUID`.")],
    ),
    "an optional primary key": (
        "class Post(Entity):\n    id: str | None = Field(primary_key=True)\n",
        [
            (
                3,
                "Post: the primary key is optional string; in Cosmos DB an id is a string.",
                "Declare it as `str` or `UUID`.",
            )
        ],
    ),
    "an id that is no primary key": (
        "class Post(Entity):\n    id: str\n",
        [(3, "Post: there is no primary key.", "Add Field(primary_key=True) to `id`.")],
    ),
    "no primary key": (
        "class Post(Entity):\n    title: str\n",
        [(2, "Post: there is no primary key.", "Add `id: UUID = Field(primary_key=True, default_factory=uuid4)`.")],
    ),
    "two primary keys": (
        post("key: str = Field(primary_key=True)"),
        [(4, "Post: there is more than one primary key.", "Keep the one called `id`.")],
    ),
    "entity names": (
        "\n".join(post("").replace("Post", name) for name in ("post_x", "Query", "PostFilter", "Post", "DateTime")),
        [
            (2, "The entity name `post_x` is not PascalCase.", "Call it `PostX`."),
            (5, "Query would need the GraphQL type Query, which GraphQL has.", "Rename one."),
            (11, "Post would need the GraphQL type PostFilter, which PostFilter has.", "Rename one."),
            (14, "DateTime would need the GraphQL type DateTime, which GraphQL has.", "Rename one."),
        ],
    ),
    "mutations of one name": (
        post("@action\nasync def publish_blog(record, ctx): ...\n")
        + post("@action\nasync def publish(record, ctx): ...").replace("Post", "BlogPost"),
        [(9, "BlogPost.publish would need the mutation publishBlogPost, which Post has.", "Rename one.")],
    ),
    "mutations of links and of many": (
        post("blog_id: str\n@action\nasync def upsert(record, ctx): ...\n")
        + post('tags: ManyToMany["Tag"] = many_to_many("BlogTags")\n').replace("Post", "Blog")
        + post("@action\nasync def link(record, ctx): ...\n").replace("Post", "BlogToTags")
        + "class Tag(Entity):\n    id: str = Field(primary_key=True)\n",
        [
            (6, "Post.upsert would need the mutation upsertPost, which Post has.", "Rename one."),
            (9, "Blog.tags would need the GraphQL type BlogToTagsConnection, which BlogToTags has.", "Rename one."),
            (13, "BlogToTags.link would need the mutation linkBlogToTags, which Blog has.", "Rename one."),
        ],
    ),
    "a union named like an entity": (
        post('id_of: str\nkind_of: str\nof: Polymorphic["Post"] = polymorphic(["Post"], id="id_of", type="kind_of")\n')
        + post("").replace("Post", "PostOf"),
        [(6, "Post.of would need the GraphQL type PostOf, which PostOf has.", "Rename one.")],
    ),
    "a link with a node": (
        "class Noded(Model):\n    node: str\n"
        + post('links: ManyToMany["Post"] = many_to_many("Links", through=Noded)'),
        [
            (
                6,
                "Post.links: Links has a field `node`, which is how GraphQL calls the record at the end of a link.",
                "Rename the field.",
            )
        ],
    ),
    "an enum named like a model": (
        "class PostKind(Model):\n    x: int\n" + post('kind: Literal["a"]\nother: PostKind'),
        [(6, "PostKind would need the GraphQL type PostKind, which PostKind has.", "Rename one.")],
    ),
    "an entity of an entity": (
        post("") + "\nclass Special(Post):\n    x: int\n",
        [
            (
                5,
                "Special inherits from the entity Post, whose records it would not share.",
                "Move what both have into `class PostFields(Entity, abstract=True)`.",
            )
        ],
    ),
    "computed fields": (
        post(
            """
            a: int
            @computed
            def x(self): return 1
            @computed(reads=("b",))
            def y(self) -> int: return 1
            @computed
            async def z(self) -> int: ...
            @computed
            def w(self) -> bytes: ...
            @computed(reads=("id",))
            def v(self) -> str: return self.id + str(self.a)
            """
        ),
        [
            (7, "Post: the computed field `x` has no type.", "Write `def x(self) -> str`, or whatever it is."),
            (9, "Post: the computed field `y` reads `b`, which is no field.", "The fields are a, id."),
            (11, "Post: the computed field `z` is async.", "Compute it from fields alone: leave out async."),
            (13, "`w` cannot be `bytes`: bytes have no JSON form.", "Use `str`, for instance with base64 in it."),
            (
                15,
                "Post: the computed field `v` reads `a`, which it does not declare.",
                'Write @computed(reads=("id", "a")).',
            ),
        ],
    ),
    "checks across fields": (
        post("@validate\ndef x(self, y): ..."),
        [(5, "Post: the check `x` must take the instance alone.", "Write `def x(self) -> None`.")],
    ),
    "options that do not fit the type": (
        post("a: list[str] = Field(unique=True)\nb: int = Field(searchable=True)"),
        [
            (4, "Post: `a` is a list and cannot be unique.", "Make a scalar unique."),
            (5, "Post: `b` is searchable, but no text.", "Search covers `str` fields."),
        ],
    ),
    "nested models": (
        "class Meta(Model):\n    a: int = Field(unique=True)\n    b: bytes\n    is_null: bool\n" + post("x: Meta"),
        [
            (3, "Meta.a is declared unique, which only a field of an entity can be.", "Leave out unique."),
            (4, "`b` cannot be `bytes`: bytes have no JSON form.", "Use `str`, for instance with base64 in it."),
            (5, "Meta.is_null is an operator in filters.", "Rename it."),
        ],
    ),
    "an unknown keyword of Field": (
        post("a: int = Field(primry_key=True)"),
        [
            (
                4,
                "TypeError: Field() has no keyword `primry_key`. Perhaps you meant `primary_key`.",
                "Correct the line; schema modules are imported at every start.",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_where_what_and_the_remedy(write: Callable[..., Path], name: str) -> None:
    """Each problem is reported at its line with what is wrong and what to do."""
    source, expected = CHECKS[name]
    assert expected == problems(write(post=source))


def test_a_pattern_that_is_none_is_refused(write: Callable[..., Path]) -> None:
    """What pydantic cannot build is reported at the class with pydantic's reason."""
    [(line, message, remedy)] = problems(write(post=post("a: str = Field(pattern='(?=x)')")))
    assert (2, "Correct the field that it names.") == (line, remedy)
    assert "look-around" in message


def test_two_entities_of_one_name_in_two_modules_are_refused(write: Callable[..., Path]) -> None:
    """An entity's name is its own in the whole folder."""
    folder = write(a=USER, b=USER)
    assert [(3, f"There are two entities called User; the other is at {folder}/a.py:3.", "Rename one.")] == problems(
        folder
    )


def test_an_entity_without_authorization_is_a_warning(write: Callable[..., Path]) -> None:
    """Without authorization nobody may do anything: it is served, with a warning."""
    [warning] = load_registry(write(user=USER)).warnings
    assert "User has no authorization: nobody may do anything with it." == warning.message
    assert warning.location.endswith("user.py:3")
