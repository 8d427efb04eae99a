# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from .. import runtime as rt
from ..shared import (
    DateTimeFilter,
    PostMetadata,
    PostMetadataFilter,
    PostMetadataInput,
    PostStatus,
    PostStatusFilter,
    StringFilter,
    StringListFilter,
    UUIDFilter,
    UpdatePostMetadataInput,
)


class Post(rt.Record, frozen=True):
    """An article on a blog."""

    id: rt.UUID = rt.field("id")
    title: str = rt.field("title")
    slug: str = rt.field("slug")
    """Made from the title when left out."""
    content: str = rt.field("content")
    status: PostStatus = rt.field("status")
    author_id: str = rt.field("authorId")
    """Filled from the caller when left out."""
    tags: list[str] = rt.field("tags")
    metadata: PostMetadata | None = rt.hidden("metadata")
    published_at: rt.datetime | None = rt.field("publishedAt")
    created_at: rt.datetime = rt.field("createdAt")
    updated_at: rt.datetime = rt.field("updatedAt")
    reading_minutes: int = rt.field("readingMinutes")
    """How long an unhurried reader takes."""
    author: rt.Behind[User | None] = rt.field("author")
    comments: rt.Behind[rt.Page[Comment]] = rt.field("comments")


PostField: rt.TypeAlias = rt.Literal[
    "id",
    "title",
    "slug",
    "content",
    "status",
    "author_id",
    "tags",
    "metadata",
    "published_at",
    "created_at",
    "updated_at",
    "reading_minutes",
]


class _PostIncludeBehind(rt.TypedDict, total=False):
    author: rt.Sequence[UserInclude]
    comments: rt.Sequence[CommentInclude]


PostInclude: rt.TypeAlias = rt.Union[rt.Literal["author", "comments"], _PostIncludeBehind]


class CreatePostInput(rt.TypedDict, total=False):
    """A new Post."""

    id: rt.Id
    title: rt.Required[str]
    slug: str
    """Made from the title when left out."""
    content: rt.Required[str]
    status: PostStatus
    author_id: str
    """Filled from the caller when left out."""
    tags: rt.Sequence[str]
    metadata: PostMetadataInput | None
    published_at: rt.datetime | None
    updated_at: rt.datetime
    author: PostAuthorCreateInput
    comments: PostCommentsCreateInput


class ReplacePostInput(rt.TypedDict, total=False):
    """All of a Post."""

    id: rt.Id
    title: rt.Required[str]
    slug: str
    """Made from the title when left out."""
    content: rt.Required[str]
    status: PostStatus
    author_id: str
    """Filled from the caller when left out."""
    tags: rt.Sequence[str]
    metadata: PostMetadataInput | None
    published_at: rt.datetime | None
    updated_at: rt.datetime
    author: PostAuthorCreateInput
    comments: PostCommentsCreateInput


class UpdateManyPostInput(rt.TypedDict, total=False):
    """Changes of Post records."""

    title: str
    slug: str
    """Made from the title when left out."""
    content: str
    status: PostStatus
    author_id: str
    """Filled from the caller when left out."""
    tags: rt.Sequence[str]
    metadata: UpdatePostMetadataInput | None
    published_at: rt.datetime | None
    updated_at: rt.datetime


class UpdatePostInput(rt.TypedDict, total=False):
    """Changes of a Post: what is not named stays."""

    title: str
    slug: str
    """Made from the title when left out."""
    content: str
    status: PostStatus
    author_id: str
    """Filled from the caller when left out."""
    tags: rt.Sequence[str]
    metadata: UpdatePostMetadataInput | None
    published_at: rt.datetime | None
    updated_at: rt.datetime
    author: PostAuthorUpdateInput
    comments: PostCommentsUpdateInput


PostAuthorRecordInput: rt.TypeAlias = "CreateUserInput"


class PostAuthorConnectInput(rt.Reference, total=False):
    pass


PostAuthorCreateInput: rt.TypeAlias = "rt.Union[rt.Create[PostAuthorRecordInput], rt.Connect[PostAuthorConnectInput]]"


PostAuthorUpdateInput: rt.TypeAlias = "rt.Union[rt.Create[PostAuthorRecordInput], rt.Connect[PostAuthorConnectInput]]"


class PostCommentsRecordInput(rt.TypedDict, total=False):
    """A new Comment among the comments."""

    id: rt.Id
    user_id: str
    """Filled from the caller when left out."""
    content: rt.Required[str]
    user: CommentUserCreateInput


class PostCommentsConnectInput(rt.Reference, total=False):
    pass


class PostCommentsCreateInput(rt.TypedDict, total=False):
    create: rt.Sequence[PostCommentsRecordInput]


PostCommentsUpdateInput: rt.TypeAlias = "PostCommentsCreateInput"


_PostFilterLogic = rt.TypedDict(
    "_PostFilterLogic",
    {
        "and": "rt.Sequence[PostFilter]",
        "or": "rt.Sequence[PostFilter]",
        "not": "PostFilter",
    },
    total=False,
)


class PostFilter(_PostFilterLogic, total=False):
    id: UUIDFilter
    title: StringFilter
    slug: StringFilter
    content: StringFilter
    status: PostStatusFilter
    author_id: StringFilter
    tags: StringListFilter
    metadata: PostMetadataFilter
    published_at: DateTimeFilter
    created_at: DateTimeFilter
    updated_at: DateTimeFilter
    author: UserToOneFilter
    comments: rt.Several[CommentFilter]


class PostToOneFilter(PostFilter, total=False):
    """One Post that others lead to, or nobody."""

    is_null: bool


class _PostOrderByBehind(rt.TypedDict, total=False):
    author: UserOrderBy


PostOrderBy: rt.TypeAlias = rt.Union[
    rt.Literal[
        "id",
        "-id",
        "title",
        "-title",
        "slug",
        "-slug",
        "content",
        "-content",
        "status",
        "-status",
        "author_id",
        "-author_id",
        "metadata.summary",
        "-metadata.summary",
        "metadata.source_url",
        "-metadata.source_url",
        "metadata.is_featured",
        "-metadata.is_featured",
        "published_at",
        "-published_at",
        "created_at",
        "-created_at",
        "updated_at",
        "-updated_at",
    ],
    _PostOrderByBehind,
]


PostGroupBy: rt.TypeAlias = rt.Literal[
    "id",
    "title",
    "slug",
    "content",
    "status",
    "author_id",
    "metadata.summary",
    "metadata.source_url",
    "metadata.is_featured",
    "published_at",
    "created_at",
    "updated_at",
]


_PostNumber: rt.TypeAlias = rt.Never


_PostGroups = rt.TypedDict(
    "_PostGroups",
    {
        "id": "rt.UUID",
        "title": "str",
        "slug": "str",
        "content": "str",
        "status": "PostStatus",
        "author_id": "str",
        "metadata.summary": "str | None",
        "metadata.source_url": "str | None",
        "metadata.is_featured": "bool | None",
        "published_at": "rt.datetime | None",
        "created_at": "rt.datetime",
        "updated_at": "rt.datetime",
    },
    total=True,
)


_PostSums = rt.TypedDict("_PostSums", {}, total=True)


_PostAverages = rt.TypedDict("_PostAverages", {}, total=True)


_PostExtremes = rt.TypedDict(
    "_PostExtremes",
    {
        "id": "rt.UUID | None",
        "title": "str | None",
        "slug": "str | None",
        "content": "str | None",
        "status": "PostStatus | None",
        "author_id": "str | None",
        "metadata.summary": "str | None",
        "metadata.source_url": "str | None",
        "metadata.is_featured": "bool | None",
        "published_at": "rt.datetime | None",
        "created_at": "rt.datetime | None",
        "updated_at": "rt.datetime | None",
    },
    total=True,
)


from .comment import Comment, CommentField, CommentFilter, CommentInclude, CommentOrderBy, CommentUserCreateInput
from .user import CreateUserInput, User, UserInclude, UserOrderBy, UserToOneFilter


class PostCollection(
    rt.Listing[Post, PostFilter, PostOrderBy, PostField, PostInclude],
    rt.Aggregating[PostFilter, PostGroupBy, _PostNumber, _PostGroups, _PostSums, _PostAverages, _PostExtremes],
    rt.Getting[Post, PostField, PostInclude],
    rt.Creating[Post, CreatePostInput, PostField, PostInclude],
    rt.Updating[Post, UpdatePostInput, PostField, PostInclude],
    rt.UpdatingMany[Post, PostFilter, UpdateManyPostInput, PostField, PostInclude],
    rt.Replacing[Post, ReplacePostInput, PostField, PostInclude],
    rt.Deleting[Post, PostFilter, PostField, PostInclude],
    rt.Subscribing[Post, PostFilter],
):
    """What can be done with Post records."""

    _kinds = (_PostGroups, _PostSums, _PostAverages, _PostExtremes)

    _relations = {
        "author": (rt.RelatedOne, "User", User),
        "comments": (rt.Listing, "Comment", Comment),
    }

    def publish(
        self,
        id: rt.Id,
        *,
        if_match: str | None = None,
        include: rt.Sequence[PostInclude] = (),
        fields: rt.Sequence[PostField] | None = None,
    ) -> rt.Call[Post]:
        """Make the article visible to everybody."""
        return self._act("publish", id, None, if_match, include, fields)

    @rt.overload
    def related(self, id: rt.Id, relation: rt.Literal["author"]) -> rt.RelatedOne[User]: ...
    @rt.overload
    def related(
        self,
        id: rt.Id,
        relation: rt.Literal["comments"],
    ) -> rt.Listing[Comment, CommentFilter, CommentOrderBy, CommentField, CommentInclude]: ...
    def related(self, id: rt.Id, relation: str) -> rt.Any:
        """What a relation leads to."""
        found: rt.Any = self._related(id, relation)
        return found
