// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import * as rt from "./runtime/index.js";
import { schema } from "./schema.js";
import type { $Category } from "./entities/category.js";
import type { $Comment } from "./entities/comment.js";
import type { $Post, $PostActions } from "./entities/post.js";
import type { $User } from "./entities/user.js";

export class BlogClient extends rt.Client {
  /** A subject of the blog. */
  readonly category = this.collection<$Category>("Category");

  /** A remark on an article. */
  readonly comment = this.collection<$Comment>("Comment");

  /** An article on a blog. */
  readonly post = this.collection<$Post, $PostActions>("Post", { publish: false });

  /** A person who writes, comments or reads. */
  readonly user = this.collection<$User>("User");

  constructor(options: rt.ClientOptions) {
    super(schema, options);
  }
}

export { ProblemError, UnreachableError, Call } from "./runtime/index.js";
export type {
  Answer,
  Change,
  ClientOptions,
  Gone,
  Handlers,
  Outcome,
  Page,
  ProblemCode,
  Stop,
  Violation,
} from "./runtime/index.js";
export type {
  Category,
  CategoryFilter,
  CategoryOrderBy,
  CreateCategoryInput,
  ReplaceCategoryInput,
  UpdateCategoryInput,
  UpdateManyCategoryInput,
} from "./entities/category.js";
export type {
  Comment,
  CommentFilter,
  CommentOrderBy,
  CommentPostConnectInput,
  CommentPostCreateInput,
  CommentPostRecordInput,
  CommentPostUpdateInput,
  CommentUserConnectInput,
  CommentUserCreateInput,
  CommentUserRecordInput,
  CommentUserUpdateInput,
  CreateCommentInput,
  ReplaceCommentInput,
  UpdateCommentInput,
  UpdateManyCommentInput,
} from "./entities/comment.js";
export type {
  CreatePostInput,
  Post,
  PostAuthorConnectInput,
  PostAuthorCreateInput,
  PostAuthorRecordInput,
  PostAuthorUpdateInput,
  PostCommentsConnectInput,
  PostCommentsCreateInput,
  PostCommentsRecordInput,
  PostCommentsUpdateInput,
  PostFilter,
  PostOrderBy,
  ReplacePostInput,
  UpdateManyPostInput,
  UpdatePostInput,
} from "./entities/post.js";
export type {
  CreateUserInput,
  ReplaceUserInput,
  UpdateManyUserInput,
  UpdateUserInput,
  User,
  UserCommentsConnectInput,
  UserCommentsCreateInput,
  UserCommentsRecordInput,
  UserCommentsUpdateInput,
  UserFilter,
  UserOrderBy,
  UserPostsConnectInput,
  UserPostsCreateInput,
  UserPostsRecordInput,
  UserPostsUpdateInput,
} from "./entities/user.js";
export type {
  BooleanFilter,
  DateTimeFilter,
  IntFilter,
  PostMetadata,
  PostMetadataFilter,
  PostMetadataInput,
  PostMetadataOrderBy,
  PostStatus,
  PostStatusFilter,
  StringFilter,
  StringListFilter,
  UUIDFilter,
  UpdatePostMetadataInput,
  UserRole,
  UserRoleFilter,
} from "./types.js";
