# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

"""The client of the API: `BlogClient`, and the types of what it takes and gives."""

from __future__ import annotations

from . import runtime as rt
from .entities.category import (
    Category,
    CategoryCollection,
    CategoryField,
    CategoryFilter,
    CategoryGroupBy,
    CategoryInclude,
    CategoryOrderBy,
    CategoryToOneFilter,
    CreateCategoryInput,
    ReplaceCategoryInput,
    UpdateCategoryInput,
    UpdateManyCategoryInput,
)
from .entities.comment import (
    Comment,
    CommentCollection,
    CommentField,
    CommentFilter,
    CommentGroupBy,
    CommentInclude,
    CommentOrderBy,
    CommentPostConnectInput,
    CommentPostCreateInput,
    CommentPostRecordInput,
    CommentPostUpdateInput,
    CommentToOneFilter,
    CommentUserConnectInput,
    CommentUserCreateInput,
    CommentUserRecordInput,
    CommentUserUpdateInput,
    CreateCommentInput,
    ReplaceCommentInput,
    UpdateCommentInput,
    UpdateManyCommentInput,
)
from .entities.post import (
    CreatePostInput,
    Post,
    PostAuthorConnectInput,
    PostAuthorCreateInput,
    PostAuthorRecordInput,
    PostAuthorUpdateInput,
    PostCollection,
    PostCommentsConnectInput,
    PostCommentsCreateInput,
    PostCommentsRecordInput,
    PostCommentsUpdateInput,
    PostField,
    PostFilter,
    PostGroupBy,
    PostInclude,
    PostOrderBy,
    PostToOneFilter,
    ReplacePostInput,
    UpdateManyPostInput,
    UpdatePostInput,
)
from .entities.user import (
    CreateUserInput,
    ReplaceUserInput,
    UpdateManyUserInput,
    UpdateUserInput,
    User,
    UserCollection,
    UserCommentsConnectInput,
    UserCommentsCreateInput,
    UserCommentsRecordInput,
    UserCommentsUpdateInput,
    UserField,
    UserFilter,
    UserGroupBy,
    UserInclude,
    UserOrderBy,
    UserPostsConnectInput,
    UserPostsCreateInput,
    UserPostsRecordInput,
    UserPostsUpdateInput,
    UserToOneFilter,
)
from .shared import (
    BooleanFilter,
    DateTimeFilter,
    IntFilter,
    PostMetadata,
    PostMetadataFilter,
    PostMetadataInput,
    PostStatus,
    PostStatusFilter,
    StringFilter,
    StringListFilter,
    UUIDFilter,
    UpdatePostMetadataInput,
    UserRole,
    UserRoleFilter,
)
from .runtime import (
    Affected,
    Call,
    Change,
    Done,
    Failed,
    Group,
    NotAskedForError,
    Outcome,
    Page,
    ProblemError,
    Stop,
    UnexpectedAnswerError,
    UnreachableError,
    Violation,
)
from .schema import SCHEMA as _SCHEMA


class BlogClient(rt.Client):
    """One app, and who asks it."""

    def __init__(
        self,
        endpoint: str,
        *,
        token: rt.Token | None = None,
        retries: int = 2,
        headers: rt.Mapping[str, str] | None = None,
        session: rt.ClientSession | None = None,
    ) -> None:
        super().__init__(_SCHEMA, endpoint, token=token, retries=retries, headers=headers, session=session)
        self.category = CategoryCollection(self._context, "Category", Category)
        """A subject of the blog."""
        self.comment = CommentCollection(self._context, "Comment", Comment)
        """A remark on an article."""
        self.post = PostCollection(self._context, "Post", Post)
        """An article on a blog."""
        self.user = UserCollection(self._context, "User", User)
        """A person who writes, comments or reads."""


from .entities import category as _entities_category
from .entities import comment as _entities_comment
from .entities import post as _entities_post
from .entities import user as _entities_user
from . import shared as _shared

rt.complete(
    {
        **vars(_entities_category),
        **vars(_entities_comment),
        **vars(_entities_post),
        **vars(_entities_user),
        **vars(_shared),
    }
)


__all__ = [
    "Affected",
    "BlogClient",
    "BooleanFilter",
    "Call",
    "Category",
    "CategoryCollection",
    "CategoryField",
    "CategoryFilter",
    "CategoryGroupBy",
    "CategoryInclude",
    "CategoryOrderBy",
    "CategoryToOneFilter",
    "Change",
    "Comment",
    "CommentCollection",
    "CommentField",
    "CommentFilter",
    "CommentGroupBy",
    "CommentInclude",
    "CommentOrderBy",
    "CommentPostConnectInput",
    "CommentPostCreateInput",
    "CommentPostRecordInput",
    "CommentPostUpdateInput",
    "CommentToOneFilter",
    "CommentUserConnectInput",
    "CommentUserCreateInput",
    "CommentUserRecordInput",
    "CommentUserUpdateInput",
    "CreateCategoryInput",
    "CreateCommentInput",
    "CreatePostInput",
    "CreateUserInput",
    "DateTimeFilter",
    "Done",
    "Failed",
    "Group",
    "IntFilter",
    "NotAskedForError",
    "Outcome",
    "Page",
    "Post",
    "PostAuthorConnectInput",
    "PostAuthorCreateInput",
    "PostAuthorRecordInput",
    "PostAuthorUpdateInput",
    "PostCollection",
    "PostCommentsConnectInput",
    "PostCommentsCreateInput",
    "PostCommentsRecordInput",
    "PostCommentsUpdateInput",
    "PostField",
    "PostFilter",
    "PostGroupBy",
    "PostInclude",
    "PostMetadata",
    "PostMetadataFilter",
    "PostMetadataInput",
    "PostOrderBy",
    "PostStatus",
    "PostStatusFilter",
    "PostToOneFilter",
    "ProblemError",
    "ReplaceCategoryInput",
    "ReplaceCommentInput",
    "ReplacePostInput",
    "ReplaceUserInput",
    "Stop",
    "StringFilter",
    "StringListFilter",
    "UUIDFilter",
    "UnexpectedAnswerError",
    "UnreachableError",
    "UpdateCategoryInput",
    "UpdateCommentInput",
    "UpdateManyCategoryInput",
    "UpdateManyCommentInput",
    "UpdateManyPostInput",
    "UpdateManyUserInput",
    "UpdatePostInput",
    "UpdatePostMetadataInput",
    "UpdateUserInput",
    "User",
    "UserCollection",
    "UserCommentsConnectInput",
    "UserCommentsCreateInput",
    "UserCommentsRecordInput",
    "UserCommentsUpdateInput",
    "UserField",
    "UserFilter",
    "UserGroupBy",
    "UserInclude",
    "UserOrderBy",
    "UserPostsConnectInput",
    "UserPostsCreateInput",
    "UserPostsRecordInput",
    "UserPostsUpdateInput",
    "UserRole",
    "UserRoleFilter",
    "UserToOneFilter",
    "Violation",
]
