# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from .. import runtime as rt
from ..shared import DateTimeFilter, StringFilter, UUIDFilter


class Comment(rt.Record, frozen=True):
    """A remark on an article."""

    id: rt.UUID = rt.field("id")
    post_id: rt.UUID = rt.field("postId")
    user_id: str = rt.field("userId")
    """Filled from the caller when left out."""
    content: str = rt.field("content")
    created_at: rt.datetime = rt.field("createdAt")
    post: rt.Behind[Post | None] = rt.field("post")
    user: rt.Behind[User | None] = rt.field("user")


CommentField: rt.TypeAlias = rt.Literal["id", "post_id", "user_id", "content", "created_at"]


class _CommentIncludeBehind(rt.TypedDict, total=False):
    post: rt.Sequence[PostInclude]
    user: rt.Sequence[UserInclude]


CommentInclude: rt.TypeAlias = rt.Union[rt.Literal["post", "user"], _CommentIncludeBehind]


class _CreateCommentInput(rt.TypedDict, total=False):
    """A new Comment."""

    id: rt.Id
    user_id: str
    """Filled from the caller when left out."""
    content: rt.Required[str]
    user: CommentUserCreateInput


class _CreateCommentInputByPostId(_CreateCommentInput):
    post_id: rt.Id


class _CreateCommentInputByPost(_CreateCommentInput):
    post: CommentPostCreateInput


CreateCommentInput: rt.TypeAlias = rt.Union[_CreateCommentInputByPostId, _CreateCommentInputByPost]


class _ReplaceCommentInput(rt.TypedDict, total=False):
    """All of a Comment."""

    id: rt.Id
    user_id: str
    """Filled from the caller when left out."""
    content: rt.Required[str]
    user: CommentUserCreateInput


class _ReplaceCommentInputByPostId(_ReplaceCommentInput):
    post_id: rt.Id


class _ReplaceCommentInputByPost(_ReplaceCommentInput):
    post: CommentPostCreateInput


ReplaceCommentInput: rt.TypeAlias = rt.Union[_ReplaceCommentInputByPostId, _ReplaceCommentInputByPost]


class UpdateManyCommentInput(rt.TypedDict, total=False):
    """Changes of Comment records."""

    user_id: str
    """Filled from the caller when left out."""
    content: str


class UpdateCommentInput(rt.TypedDict, total=False):
    """Changes of a Comment: what is not named stays."""

    user_id: str
    """Filled from the caller when left out."""
    content: str
    user: CommentUserUpdateInput


CommentPostRecordInput: rt.TypeAlias = "CreatePostInput"


class CommentPostConnectInput(rt.Reference, total=False):
    pass


CommentPostCreateInput: rt.TypeAlias = (
    "rt.Union[rt.Create[CommentPostRecordInput], rt.Connect[CommentPostConnectInput]]"
)


CommentPostUpdateInput: rt.TypeAlias = (
    "rt.Union[rt.Create[CommentPostRecordInput], rt.Connect[CommentPostConnectInput]]"
)


CommentUserRecordInput: rt.TypeAlias = "CreateUserInput"


class CommentUserConnectInput(rt.Reference, total=False):
    pass


CommentUserCreateInput: rt.TypeAlias = (
    "rt.Union[rt.Create[CommentUserRecordInput], rt.Connect[CommentUserConnectInput]]"
)


CommentUserUpdateInput: rt.TypeAlias = (
    "rt.Union[rt.Create[CommentUserRecordInput], rt.Connect[CommentUserConnectInput]]"
)


_CommentFilterLogic = rt.TypedDict(
    "_CommentFilterLogic",
    {
        "and": "rt.Sequence[CommentFilter]",
        "or": "rt.Sequence[CommentFilter]",
        "not": "CommentFilter",
    },
    total=False,
)


class CommentFilter(_CommentFilterLogic, total=False):
    id: UUIDFilter
    post_id: UUIDFilter
    user_id: StringFilter
    content: StringFilter
    created_at: DateTimeFilter
    post: PostToOneFilter
    user: UserToOneFilter


class CommentToOneFilter(CommentFilter, total=False):
    """One Comment that others lead to, or nobody."""

    is_null: bool


class _CommentOrderByBehind(rt.TypedDict, total=False):
    post: PostOrderBy
    user: UserOrderBy


CommentOrderBy: rt.TypeAlias = rt.Union[
    rt.Literal[
        "id",
        "-id",
        "post_id",
        "-post_id",
        "user_id",
        "-user_id",
        "content",
        "-content",
        "created_at",
        "-created_at",
    ],
    _CommentOrderByBehind,
]


CommentGroupBy: rt.TypeAlias = rt.Literal["id", "post_id", "user_id", "content", "created_at"]


_CommentNumber: rt.TypeAlias = rt.Never


_CommentGroups = rt.TypedDict(
    "_CommentGroups",
    {
        "id": "rt.UUID",
        "post_id": "rt.UUID",
        "user_id": "str",
        "content": "str",
        "created_at": "rt.datetime",
    },
    total=True,
)


_CommentSums = rt.TypedDict("_CommentSums", {}, total=True)


_CommentAverages = rt.TypedDict("_CommentAverages", {}, total=True)


_CommentExtremes = rt.TypedDict(
    "_CommentExtremes",
    {
        "id": "rt.UUID | None",
        "post_id": "rt.UUID | None",
        "user_id": "str | None",
        "content": "str | None",
        "created_at": "rt.datetime | None",
    },
    total=True,
)


from .post import CreatePostInput, Post, PostInclude, PostOrderBy, PostToOneFilter
from .user import CreateUserInput, User, UserInclude, UserOrderBy, UserToOneFilter


class CommentCollection(
    rt.Listing[Comment, CommentFilter, CommentOrderBy, CommentField, CommentInclude],
    rt.Aggregating[
        CommentFilter,
        CommentGroupBy,
        _CommentNumber,
        _CommentGroups,
        _CommentSums,
        _CommentAverages,
        _CommentExtremes,
    ],
    rt.Getting[Comment, CommentField, CommentInclude],
    rt.Creating[Comment, CreateCommentInput, CommentField, CommentInclude],
    rt.Updating[Comment, UpdateCommentInput, CommentField, CommentInclude],
    rt.UpdatingMany[Comment, CommentFilter, UpdateManyCommentInput, CommentField, CommentInclude],
    rt.Replacing[Comment, ReplaceCommentInput, CommentField, CommentInclude],
    rt.Deleting[Comment, CommentFilter, CommentField, CommentInclude],
    rt.Subscribing[Comment, CommentFilter],
):
    """What can be done with Comment records."""

    _kinds = (_CommentGroups, _CommentSums, _CommentAverages, _CommentExtremes)

    _relations = {
        "post": (rt.RelatedOne, "Post", Post),
        "user": (rt.RelatedOne, "User", User),
    }

    @rt.overload
    def related(self, id: rt.Id, relation: rt.Literal["post"]) -> rt.RelatedOne[Post]: ...
    @rt.overload
    def related(self, id: rt.Id, relation: rt.Literal["user"]) -> rt.RelatedOne[User]: ...
    def related(self, id: rt.Id, relation: str) -> rt.Any:
        """What a relation leads to."""
        found: rt.Any = self._related(id, relation)
        return found
