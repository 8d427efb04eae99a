// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type * as rt from "./runtime/index.js";

export type PostStatus = "draft" | "published" | "archived";

export type UserRole = "reader" | "author" | "editor" | "admin";

/** What editors add to an article. */
export interface PostMetadata {
  summary: string | null;
  sourceUrl: string | null;
  isFeatured: boolean;
}

/** What editors add to an article. */
export interface PostMetadataInput {
  summary?: string | null;
  sourceUrl?: string | null;
  isFeatured?: boolean;
}

export interface UpdatePostMetadataInput {
  summary?: string | null;
  sourceUrl?: string | null;
  isFeatured?: boolean;
}

export interface PostMetadataFilter {
  isNull?: boolean;
  and?: readonly rt.Inside<PostMetadataFilter>[];
  or?: readonly rt.Inside<PostMetadataFilter>[];
  not?: rt.Inside<PostMetadataFilter>;
  summary?: StringFilter;
  sourceUrl?: StringFilter;
  isFeatured?: BooleanFilter;
}

export interface PostMetadataOrderBy {
  summary?: rt.Direction;
  sourceUrl?: rt.Direction;
  isFeatured?: rt.Direction;
}

export interface BooleanFilter {
  eq?: boolean | null;
  ne?: boolean | null;
  in?: readonly boolean[];
  notIn?: readonly boolean[];
  isNull?: boolean;
}

export interface DateTimeFilter {
  eq?: Date | string | null;
  ne?: Date | string | null;
  in?: readonly (Date | string)[];
  notIn?: readonly (Date | string)[];
  isNull?: boolean;
  gt?: Date | string;
  gte?: Date | string;
  lt?: Date | string;
  lte?: Date | string;
  between?: readonly [Date | string, Date | string];
}

export interface IntFilter {
  eq?: number | null;
  ne?: number | null;
  in?: readonly number[];
  notIn?: readonly number[];
  isNull?: boolean;
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
  between?: readonly [number, number];
}

export interface PostStatusFilter {
  eq?: PostStatus | null;
  ne?: PostStatus | null;
  in?: readonly PostStatus[];
  notIn?: readonly PostStatus[];
  isNull?: boolean;
}

export interface StringFilter {
  eq?: string | null;
  ne?: string | null;
  in?: readonly string[];
  notIn?: readonly string[];
  isNull?: boolean;
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  between?: readonly [string, string];
  contains?: string;
  notContains?: string;
  beginsWith?: string;
  endsWith?: string;
  containsIgnoreCase?: string;
  notContainsIgnoreCase?: string;
  beginsWithIgnoreCase?: string;
  endsWithIgnoreCase?: string;
}

export interface StringListFilter {
  eq?: readonly string[] | null;
  ne?: readonly string[] | null;
  in?: readonly (readonly string[])[];
  notIn?: readonly (readonly string[])[];
  isNull?: boolean;
  contains?: string;
  containsAny?: readonly string[];
  containsAll?: readonly string[];
  size?: number | IntFilter;
  isEmpty?: boolean;
}

export interface UUIDFilter {
  eq?: string | null;
  ne?: string | null;
  in?: readonly string[];
  notIn?: readonly string[];
  isNull?: boolean;
}

export interface UserRoleFilter {
  eq?: UserRole | null;
  ne?: UserRole | null;
  in?: readonly UserRole[];
  notIn?: readonly UserRole[];
  isNull?: boolean;
}
