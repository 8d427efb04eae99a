// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type * as rt from "../runtime/index.js";
import type {
  DateTimeFilter,
  PostMetadataInput,
  PostStatus,
  StringFilter,
  UserRole,
  UserRoleFilter,
} from "../types.js";
import type { $Comment, CommentFilter, CommentPostCreateInput } from "./comment.js";
import type { $Post, PostCommentsCreateInput, PostFilter } from "./post.js";

/** A person who writes, comments or reads. */
export interface User {
  /** The person's id in the tokens they sign in with. */
  id: string;
  name: string;
  email?: string;
  role: UserRole;
  createdAt: Date;
  /** Changes with every change of the record: for `ifMatch`. */
  _etag: string;
  _version: number;
}

/** A new User. */
export interface CreateUserInput {
  /** The person's id in the tokens they sign in with. */
  id: string;
  name: string;
  email: string;
  role?: UserRole;
  posts?: UserPostsCreateInput;
  comments?: UserCommentsCreateInput;
}

/** All of a User. */
export interface ReplaceUserInput {
  /** The person's id in the tokens they sign in with. */
  id?: string;
  name: string;
  email: string;
  role?: UserRole;
  posts?: UserPostsCreateInput;
  comments?: UserCommentsCreateInput;
}

/** Changes of User records. */
export interface UpdateManyUserInput {
  name?: string;
  email?: string;
  role?: UserRole;
}

/** Changes of a User: what is not named stays. */
export interface UpdateUserInput {
  name?: string;
  email?: string;
  role?: UserRole;
  posts?: UserPostsUpdateInput;
  comments?: UserCommentsUpdateInput;
}

/** A new Post among the posts. */
export interface UserPostsRecordInput {
  id?: string;
  title: string;
  /** Made from the title when left out. */
  slug?: string;
  content: string;
  status?: PostStatus;
  tags?: readonly string[];
  metadata?: PostMetadataInput | null;
  publishedAt?: Date | string | null;
  updatedAt?: Date | string;
  comments?: PostCommentsCreateInput;
}

export interface UserPostsConnectInput {
  id: string;
}

export interface UserPostsCreateInput {
  create?: readonly UserPostsRecordInput[];
  connect?: readonly UserPostsConnectInput[];
}

export type UserPostsUpdateInput = UserPostsCreateInput | rt.Exactly<UserPostsConnectInput>;

/** A new Comment among the comments. */
export type UserCommentsRecordInput = {
  id?: string;
  content: string;
} & ({ postId: string; post?: never } | { postId?: never; post: CommentPostCreateInput });

export interface UserCommentsConnectInput {
  id: string;
}

export interface UserCommentsCreateInput {
  create?: readonly UserCommentsRecordInput[];
  connect?: readonly UserCommentsConnectInput[];
}

export type UserCommentsUpdateInput = UserCommentsCreateInput | rt.Exactly<UserCommentsConnectInput>;

/** Which User records: every member must hold. */
export interface UserFilter {
  and?: readonly UserFilter[];
  or?: readonly UserFilter[];
  not?: UserFilter;
  id?: StringFilter;
  name?: StringFilter;
  email?: StringFilter;
  role?: UserRoleFilter;
  createdAt?: DateTimeFilter;
  posts?: rt.Several<PostFilter>;
  comments?: rt.Several<CommentFilter>;
}

export interface UserOrderBy {
  id?: rt.Direction;
  name?: rt.Direction;
  email?: rt.Direction;
  role?: rt.Direction;
  createdAt?: rt.Direction;
}

/** What the client's types know of a User. */
export interface $User {
  record: User;
  relations: {
    posts: rt.ToMany<$Post>;
    comments: rt.ToMany<$Comment>;
  };
  create: CreateUserInput;
  replace: ReplaceUserInput;
  update: UpdateUserInput;
  updateMany: UpdateManyUserInput;
  filter: UserFilter;
  orderBy: UserOrderBy;
  groups: {
    id: string;
    name: string;
    email: string | null;
    role: UserRole;
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
    | "related";
}
