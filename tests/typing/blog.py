"""What type checkers make of a blog: read by them, never run.

Each line marked `type: ignore[code]` is a mistake that they must find, by that code: strict checkers complain about a
mark that is not needed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, assert_type
from uuid import UUID, uuid4

from atakora_data import (
    ActionContext,
    BelongsTo,
    Data,
    Entity,
    EntitySet,
    Field,
    Group,
    HasMany,
    HasOne,
    HookContext,
    ManyToMany,
    Page,
    Polymorphic,
    Query,
    RuleContext,
    action,
    allow,
    before_create,
    belongs_to,
    col,
    computed,
    has_many,
    has_one,
    many_to_many,
    not_,
    polymorphic,
    principal,
    this,
    through,
)


class User(Entity):
    """A person."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str
    role: Literal["reader", "admin"] = "reader"

    posts: HasMany[Post] = has_many("author_id")
    profile: HasOne[Profile] = has_one("user_id")


class Profile(Entity):
    """What somebody says about themselves."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    user_id: UUID
    motto: str = ""


class Category(Entity):
    """A subject."""

    id: str = Field(primary_key=True)
    name: str


class Comment(Entity):
    """A remark on an article or on a person."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    content: str
    post_id: UUID
    user_id: UUID
    about_id: UUID
    about_type: str

    post: BelongsTo[Post] = belongs_to("post_id")
    user: BelongsTo[User] = belongs_to("user_id")
    about: Polymorphic[Post | User] = polymorphic(["Post", "User"], id="about_id", type="about_type")


class Post(Entity):
    """An article."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str
    status: Literal["draft", "published"] = "draft"
    views: int = 0
    author_id: UUID
    published_at: datetime | None = None

    author: BelongsTo[User] = belongs_to("author_id")
    comments: HasMany[Comment] = has_many("post_id")
    categories: ManyToMany[Category] = many_to_many("PostCategory")

    @computed
    def loud(self) -> str:
        """The title, shouted."""
        return self.title.upper()

    @before_create
    async def count(draft: Post, ctx: HookContext) -> Post:
        """A hook reads through the data API."""
        assert_type(ctx.data, Data)
        draft.views = await ctx.data[Post].query().count()
        return draft

    @action
    async def publish(record: Post, ctx: ActionContext) -> Post:
        """So does an action."""
        author = await ctx.data[User].get(record.author_id)
        assert_type(author, User | None)
        return record


async def is_known(ctx: RuleContext, record: Post) -> bool:
    """And so does a custom rule."""
    return ctx.principal.id is not None and await ctx.data[User].get(record.author_id) is not None


allow.custom(is_known)


async def reading(data: Data) -> None:
    """What is read is known by its class."""
    posts = data[Post]
    assert_type(posts, EntitySet[Post])
    assert_type(posts.query(), Query[Post])
    assert_type(await posts.query().first(), Post | None)
    assert_type(await posts.get(uuid4()), Post | None)
    assert_type(await posts.query().all(), list[Post])
    assert_type(await posts.query().count(), int)
    assert_type(await posts.query().page(), Page[Post])
    assert_type((await posts.query().page()).items, list[Post])
    assert_type(await posts.query().aggregate(group_by="status", sum=col(Post.views)), list[Group])
    async for post in posts.query():
        assert_type(post, Post)
    assert_type(data.as_system(), Data)
    assert_type(data.Post, EntitySet[Any])
    assert_type(data["Post"], EntitySet[Any])


async def relations(data: Data) -> None:
    """Loaded relations are records of their classes."""
    query = data[Post].query().include(Post.author, Post.comments, "comments.user").include(Post.categories, limit=5)
    assert_type(query, Query[Post])
    (post,) = await query.all()
    assert_type(post.author, User | None)
    assert_type(post.comments, list[Comment])
    assert_type(post.categories, list[Category])
    assert_type(post.comments[0].about, Post | User | None)
    assert post.author is not None
    assert_type(post.author.profile, Profile | None)
    assert_type(post.loud, str)
    through(post.categories[0])["added_at"]


async def conditions(data: Data) -> None:
    """Conditions of every form."""
    query = data[Post].query()
    query = query.where(Post.status == "published").where("author_id", "==", uuid4())
    query = query.where((Post.views > 3) | (Post.author.role == "admin")).where(not_(Post.title == "x"))
    query = query.where(Post.author_id == principal.id).where(Post.author.profile.motto == "x")
    query = query.where(Post.comments.some(Comment.content == "x")).where(Post.author.posts.none(Post.views > 3))
    query = query.where(this.comments.every(this.content.contains("x"))).where(this.author.is_null())
    query = query.where(col(Post.published_at) > datetime.now()).where(col(Post.title).contains("x"))  # noqa: DTZ005
    query = query.where(Post.title.startswith("x")).order_by("-published_at", col(Post.title), -col(Post.views))
    data[Comment].query().where(Comment.about.is_a(Post, Post.views > 3)).where(Comment.about.is_null())


async def writing(data: Data) -> None:
    """What is written comes back by its class."""
    assert_type(await data[Post].create(title="x", author={"connect": {"id": "u1"}}), Post)
    assert_type(await data[Post].update(uuid4(), title="x"), Post)
    assert_type(await data[Post].upsert(uuid4(), title="x"), Post)
    assert_type(await data[Post].create_many([{"title": "x"}]), list[Post])
    assert_type(await data[Post].query().update_many({"title": "x"}, max_affected=3), list[Post])
    assert_type(await data[Post].query().delete_many(), list[Post])
    await data[Post].link(uuid4(), Post.categories, "news", added_by="ada")
    await data[Post].unlink(uuid4(), "categories", "news")


async def mistakes(data: Data) -> None:
    """What type checkers must find."""
    query = data[Post].query()
    query.where(Post.statsu == "draft")  # type: ignore[attr-defined]  # a misspelt field
    query.where(Post.status == "drafted")  # type: ignore[comparison-overlap]  # a value it cannot have
    query.where(Post.views > "3")  # type: ignore[operator]  # a value of another type
    query.where(Post.author.rol == "admin")  # type: ignore[attr-defined]  # a misspelt field of the target
    query.where(Post.comments.content == "x")  # type: ignore[attr-defined]  # a list has no fields
    query.where(Post.comments.any(Comment.content == "x"))  # type: ignore[attr-defined]  # it is called some
    query.where("status", "==")  # type: ignore[call-overload]  # no value
    query.where(Post.title)  # type: ignore[call-overload]  # no condition
    query.where(Post.views)  # type: ignore[call-overload]  # no condition
    query.include(Post.autor)  # type: ignore[attr-defined]  # a misspelt relation
    query.include(Post.views)  # type: ignore[arg-type]  # no relation
    query.inlcude(Post.author)  # type: ignore[attr-defined]  # a misspelt method
    query.order_by(Post.views)  # type: ignore[arg-type]  # a number, not a field: col(Post.views)
    data[Comment].query().where(Comment.about.is_a(Category))  # type: ignore[arg-type]  # it leads elsewhere
    data[int]  # type: ignore[type-var]  # no entity
    post = await query.first()
    str(post.title)  # type: ignore[union-attr]  # maybe there is none
    (one, *_) = await query.all()
    str(one.author.name)  # type: ignore[union-attr]  # maybe it is hidden
    str(one.autor)  # type: ignore[attr-defined]  # a misspelt relation
    str(one.comments.name)  # type: ignore[attr-defined]  # a list
    assert_type(one.author, Post | None)  # type: ignore[assert-type]  # another class
    await data[Post].get()  # type: ignore[call-arg]  # without an id
