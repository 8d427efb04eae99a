// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type * as rt from "../runtime/index.js";
import type {
  DateTimeFilter,
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
} from "../types.js";
import type { $Comment, CommentFilter, CommentUserCreateInput } from "./comment.js";
import type { $User, CreateUserInput, UserFilter, UserOrderBy } from "./user.js";

/** An article on a blog. */
export interface Post {
  id: string;
  title: string;
  /** Made from the title when left out. */
  slug: string;
  content: string;
  status: PostStatus;
  /** Filled from the caller when left out. */
  authorId: string;
  tags: string[];
  metadata?: PostMetadata | null;
  publishedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** How long an unhurried reader takes. */
  readingMinutes: number;
  /** Changes with every change of the record: for `ifMatch`. */
  _etag: string;
  _version: number;
}

/** A new Post. */
export interface CreatePostInput {
  id?: string;
  title: string;
  /** Made from the title when left out. */
  slug?: string;
  content: string;
  status?: PostStatus;
  /** Filled from the caller when left out. */
  authorId?: string;
  tags?: readonly string[];
  metadata?: PostMetadataInput | null;
  publishedAt?: Date | string | null;
  updatedAt?: Date | string;
  author?: PostAuthorCreateInput;
  comments?: PostCommentsCreateInput;
}

/** All of a Post. */
export interface ReplacePostInput {
  id?: string;
  title: string;
  /** Made from the title when left out. */
  slug?: string;
  content: string;
  status?: PostStatus;
  /** Filled from the caller when left out. */
  authorId?: string;
  tags?: readonly string[];
  metadata?: PostMetadataInput | null;
  publishedAt?: Date | string | null;
  updatedAt?: Date | string;
  author?: PostAuthorCreateInput;
  comments?: PostCommentsCreateInput;
}

/** Changes of Post records. */
export interface UpdateManyPostInput {
  title?: string;
  /** Made from the title when left out. */
  slug?: string;
  content?: string;
  status?: PostStatus;
  /** Filled from the caller when left out. */
  authorId?: string;
  tags?: readonly string[];
  metadata?: UpdatePostMetadataInput | null;
  publishedAt?: Date | string | null;
  updatedAt?: Date | string;
}

/** Changes of a Post: what is not named stays. */
export interface UpdatePostInput {
  title?: string;
  /** Made from the title when left out. */
  slug?: string;
  content?: string;
  status?: PostStatus;
  /** Filled from the caller when left out. */
  authorId?: string;
  tags?: readonly string[];
  metadata?: UpdatePostMetadataInput | null;
  publishedAt?: Date | string | null;
  updatedAt?: Date | string;
  author?: PostAuthorUpdateInput;
  comments?: PostCommentsUpdateInput;
}

export type PostAuthorRecordInput = CreateUserInput;

export interface PostAuthorConnectInput {
  id: string;
}

export type PostAuthorCreateInput = rt.Create<PostAuthorRecordInput> | rt.Connect<PostAuthorConnectInput>;

export type PostAuthorUpdateInput = rt.Create<PostAuthorRecordInput> | rt.Connect<PostAuthorConnectInput>;

/** A new Comment among the comments. */
export interface PostCommentsRecordInput {
  id?: string;
  /** Filled from the caller when left out. */
  userId?: string;
  content: string;
  user?: CommentUserCreateInput;
}

export interface PostCommentsConnectInput {
  id: string;
}

export interface PostCommentsCreateInput {
  create?: readonly PostCommentsRecordInput[];
}

export type PostCommentsUpdateInput = PostCommentsCreateInput;

/** Which Post records: every member must hold. */
export interface PostFilter {
  and?: readonly PostFilter[];
  or?: readonly PostFilter[];
  not?: PostFilter;
  id?: UUIDFilter;
  title?: StringFilter;
  slug?: StringFilter;
  content?: StringFilter;
  status?: PostStatusFilter;
  authorId?: StringFilter;
  tags?: StringListFilter;
  metadata?: PostMetadataFilter;
  publishedAt?: DateTimeFilter;
  createdAt?: DateTimeFilter;
  updatedAt?: DateTimeFilter;
  author?: rt.One<UserFilter>;
  comments?: rt.Several<CommentFilter>;
}

export interface PostOrderBy {
  id?: rt.Direction;
  title?: rt.Direction;
  slug?: rt.Direction;
  content?: rt.Direction;
  status?: rt.Direction;
  authorId?: rt.Direction;
  metadata?: PostMetadataOrderBy;
  publishedAt?: rt.Direction;
  createdAt?: rt.Direction;
  updatedAt?: rt.Direction;
  author?: UserOrderBy;
}

/** What the client's types know of a Post. */
export interface $Post {
  record: Post;
  relations: {
    author: rt.ToOne<$User>;
    comments: rt.ToMany<$Comment>;
  };
  create: CreatePostInput;
  replace: ReplacePostInput;
  update: UpdatePostInput;
  updateMany: UpdateManyPostInput;
  filter: PostFilter;
  orderBy: PostOrderBy;
  groups: {
    id: string;
    title: string;
    slug: string;
    content: string;
    status: PostStatus;
    authorId: string;
    "metadata.summary": string | null;
    "metadata.sourceUrl": string | null;
    "metadata.isFeatured": boolean | null;
    publishedAt: Date | null;
    createdAt: Date;
    updatedAt: Date;
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
    | "related"
    | "relatedOne"
    | "subscribe";
}

export interface $PostActions {
  /** Make the article visible to everybody. */
  publish: rt.Action<$Post>;
}
