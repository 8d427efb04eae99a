// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type * as rt from "../runtime/index.js";
import type { DateTimeFilter, StringFilter, UUIDFilter } from "../types.js";
import type { $Post, CreatePostInput, PostFilter, PostOrderBy } from "./post.js";
import type { $User, CreateUserInput, UserFilter, UserOrderBy } from "./user.js";

/** A remark on an article. */
export interface Comment {
  id: string;
  postId: string;
  /** Filled from the caller when left out. */
  userId: string;
  content: string;
  createdAt: Date;
  /** Changes with every change of the record: for `ifMatch`. */
  _etag: string;
  _version: number;
}

/** A new Comment. */
export type CreateCommentInput = {
  id?: string;
  /** Filled from the caller when left out. */
  userId?: string;
  content: string;
  user?: CommentUserCreateInput;
} & ({ postId: string; post?: never } | { postId?: never; post: CommentPostCreateInput });

/** All of a Comment. */
export type ReplaceCommentInput = {
  id?: string;
  /** Filled from the caller when left out. */
  userId?: string;
  content: string;
  user?: CommentUserCreateInput;
} & ({ postId: string; post?: never } | { postId?: never; post: CommentPostCreateInput });

/** Changes of Comment records. */
export interface UpdateManyCommentInput {
  /** Filled from the caller when left out. */
  userId?: string;
  content?: string;
}

/** Changes of a Comment: what is not named stays. */
export interface UpdateCommentInput {
  /** Filled from the caller when left out. */
  userId?: string;
  content?: string;
  user?: CommentUserUpdateInput;
}

export type CommentPostRecordInput = CreatePostInput;

export interface CommentPostConnectInput {
  id: string;
}

export type CommentPostCreateInput = rt.Create<CommentPostRecordInput> | rt.Connect<CommentPostConnectInput>;

export type CommentPostUpdateInput = rt.Create<CommentPostRecordInput> | rt.Connect<CommentPostConnectInput>;

export type CommentUserRecordInput = CreateUserInput;

export interface CommentUserConnectInput {
  id: string;
}

export type CommentUserCreateInput = rt.Create<CommentUserRecordInput> | rt.Connect<CommentUserConnectInput>;

export type CommentUserUpdateInput = rt.Create<CommentUserRecordInput> | rt.Connect<CommentUserConnectInput>;

/** Which Comment records: every member must hold. */
export interface CommentFilter {
  and?: readonly CommentFilter[];
  or?: readonly CommentFilter[];
  not?: CommentFilter;
  id?: UUIDFilter;
  postId?: UUIDFilter;
  userId?: StringFilter;
  content?: StringFilter;
  createdAt?: DateTimeFilter;
  post?: rt.One<PostFilter>;
  user?: rt.One<UserFilter>;
}

export interface CommentOrderBy {
  id?: rt.Direction;
  postId?: rt.Direction;
  userId?: rt.Direction;
  content?: rt.Direction;
  createdAt?: rt.Direction;
  post?: PostOrderBy;
  user?: UserOrderBy;
}

/** What the client's types know of a Comment. */
export interface $Comment {
  record: Comment;
  relations: {
    post: rt.ToOne<$Post>;
    user: rt.ToOne<$User>;
  };
  create: CreateCommentInput;
  replace: ReplaceCommentInput;
  update: UpdateCommentInput;
  updateMany: UpdateManyCommentInput;
  filter: CommentFilter;
  orderBy: CommentOrderBy;
  groups: {
    id: string;
    postId: string;
    userId: string;
    content: string;
    createdAt: Date;
  };
  numbers: {};
  methods:
    | "list"
    | "all"
    | "aggregate"
    | "get"
    | "create"
    | "createMany"
    | "update"
    | "updateMany"
    | "replace"
    | "delete"
    | "deleteMany"
    | "relatedOne"
    | "subscribe";
}
