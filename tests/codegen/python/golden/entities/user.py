# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from .. import runtime as rt
from ..shared import DateTimeFilter, PostMetadataInput, PostStatus, StringFilter, UserRole, UserRoleFilter


class User(rt.Record, frozen=True):
    """A person who writes, comments or reads."""

    id: str = rt.field("id")
    """The person's id in the tokens they sign in with."""
    name: str = rt.field("name")
    email: str | None = rt.hidden("email")
    role: UserRole = rt.field("role")
    created_at: rt.datetime = rt.field("createdAt")
    posts: rt.Behind[rt.Page[Post]] = rt.field("posts")
    comments: rt.Behind[rt.Page[Comment]] = rt.field("comments")


UserField: rt.TypeAlias = rt.Literal["id", "name", "email", "role", "created_at"]


class _UserIncludeBehind(rt.TypedDict, total=False):
    posts: rt.Sequence[PostInclude]
    comments: rt.Sequence[CommentInclude]


UserInclude: rt.TypeAlias = rt.Union[rt.Literal["posts", "comments"], _UserIncludeBehind]


class CreateUserInput(rt.TypedDict, total=False):
    """A new User."""

    id: rt.Required[str]
    """The person's id in the tokens they sign in with."""
    name: rt.Required[str]
    email: rt.Required[str]
    role: UserRole
    posts: UserPostsCreateInput
    comments: UserCommentsCreateInput


class ReplaceUserInput(rt.TypedDict, total=False):
    """All of a User."""

    id: str
    """The person's id in the tokens they sign in with."""
    name: rt.Required[str]
    email: rt.Required[str]
    role: UserRole
    posts: UserPostsCreateInput
    comments: UserCommentsCreateInput


class UpdateManyUserInput(rt.TypedDict, total=False):
    """Changes of User records."""

    name: str
    email: str
    role: UserRole


class UpdateUserInput(rt.TypedDict, total=False):
    """Changes of a User: what is not named stays."""

    name: str
    email: str
    role: UserRole
    posts: UserPostsUpdateInput
    comments: UserCommentsUpdateInput


class UserPostsRecordInput(rt.TypedDict, total=False):
    """A new Post among the posts."""

    id: rt.Id
    title: rt.Required[str]
    slug: str
    """Made from the title when left out."""
    content: rt.Required[str]
    status: PostStatus
    tags: rt.Sequence[str]
    metadata: PostMetadataInput | None
    published_at: rt.datetime | None
    updated_at: rt.datetime
    comments: PostCommentsCreateInput


class UserPostsConnectInput(rt.Reference, total=False):
    pass


class UserPostsCreateInput(rt.TypedDict, total=False):
    create: rt.Sequence[UserPostsRecordInput]
    connect: rt.Sequence[UserPostsConnectInput]


UserPostsUpdateInput: rt.TypeAlias = "rt.Union[UserPostsCreateInput, rt.Exactly[UserPostsConnectInput]]"


class _UserCommentsRecordInput(rt.TypedDict, total=False):
    """A new Comment among the comments."""

    id: rt.Id
    content: rt.Required[str]


class _UserCommentsRecordInputByPostId(_UserCommentsRecordInput):
    post_id: rt.Id


class _UserCommentsRecordInputByPost(_UserCommentsRecordInput):
    post: CommentPostCreateInput


UserCommentsRecordInput: rt.TypeAlias = rt.Union[_UserCommentsRecordInputByPostId, _UserCommentsRecordInputByPost]


class UserCommentsConnectInput(rt.Reference, total=False):
    pass


class UserCommentsCreateInput(rt.TypedDict, total=False):
    create: rt.Sequence[UserCommentsRecordInput]
    connect: rt.Sequence[UserCommentsConnectInput]


UserCommentsUpdateInput: rt.TypeAlias = "rt.Union[UserCommentsCreateInput, rt.Exactly[UserCommentsConnectInput]]"


_UserFilterLogic = rt.TypedDict(
    "_UserFilterLogic",
    {
        "and": "rt.Sequence[UserFilter]",
        "or": "rt.Sequence[UserFilter]",
        "not": "UserFilter",
    },
    total=False,
)


class UserFilter(_UserFilterLogic, total=False):
    id: StringFilter
    name: StringFilter
    email: StringFilter
    role: UserRoleFilter
    created_at: DateTimeFilter
    posts: rt.Several[PostFilter]
    comments: rt.Several[CommentFilter]


class UserToOneFilter(UserFilter, total=False):
    """One User that others lead to, or nobody."""

    is_null: bool


UserOrderBy: rt.TypeAlias = rt.Literal[
    "id",
    "-id",
    "name",
    "-name",
    "email",
    "-email",
    "role",
    "-role",
    "created_at",
    "-created_at",
]


UserGroupBy: rt.TypeAlias = rt.Literal["id", "name", "email", "role", "created_at"]


_UserNumber: rt.TypeAlias = rt.Never


_UserGroups = rt.TypedDict(
    "_UserGroups",
    {
        "id": "str",
        "name": "str",
        "email": "str | None",
        "role": "UserRole",
        "created_at": "rt.datetime",
    },
    total=True,
)


_UserSums = rt.TypedDict("_UserSums", {}, total=True)


_UserAverages = rt.TypedDict("_UserAverages", {}, total=True)


_UserExtremes = rt.TypedDict(
    "_UserExtremes",
    {
        "id": "str | None",
        "name": "str | None",
        "email": "str | None",
        "role": "UserRole | None",
        "created_at": "rt.datetime | None",
    },
    total=True,
)


from .comment import Comment, CommentField, CommentFilter, CommentInclude, CommentOrderBy, CommentPostCreateInput
from .post import Post, PostCommentsCreateInput, PostField, PostFilter, PostInclude, PostOrderBy


class UserCollection(
    rt.Listing[User, UserFilter, UserOrderBy, UserField, UserInclude],
    rt.Aggregating[UserFilter, UserGroupBy, _UserNumber, _UserGroups, _UserSums, _UserAverages, _UserExtremes],
    rt.Getting[User, UserField, UserInclude],
    rt.Creating[User, CreateUserInput, UserField, UserInclude],
    rt.Updating[User, UpdateUserInput, UserField, UserInclude],
    rt.UpdatingMany[User, UserFilter, UpdateManyUserInput, UserField, UserInclude],
    rt.Replacing[User, ReplaceUserInput, UserField, UserInclude],
    rt.Deleting[User, UserFilter, UserField, UserInclude],
):
    """What can be done with User records."""

    _kinds = (_UserGroups, _UserSums, _UserAverages, _UserExtremes)

    _relations = {
        "posts": (rt.Listing, "Post", Post),
        "comments": (rt.Listing, "Comment", Comment),
    }

    @rt.overload
    def related(
        self,
        id: rt.Id,
        relation: rt.Literal["posts"],
    ) -> rt.Listing[Post, PostFilter, PostOrderBy, PostField, PostInclude]: ...
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
