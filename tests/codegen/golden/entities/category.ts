// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type * as rt from "../runtime/index.js";
import type { StringFilter } from "../types.js";

/** A subject of the blog. */
export interface Category {
  id: string;
  name: string;
  description: string | null;
  /** Changes with every change of the record: for `ifMatch`. */
  _etag: string;
  _version: number;
}

/** A new Category. */
export interface CreateCategoryInput {
  id: string;
  name: string;
  description?: string | null;
}

/** All of a Category. */
export interface ReplaceCategoryInput {
  id?: string;
  name: string;
  description?: string | null;
}

/** Changes of Category records. */
export interface UpdateManyCategoryInput {
  name?: string;
  description?: string | null;
}

/** Changes of a Category: what is not named stays. */
export interface UpdateCategoryInput {
  name?: string;
  description?: string | null;
}

/** Which Category records: every member must hold. */
export interface CategoryFilter {
  and?: readonly CategoryFilter[];
  or?: readonly CategoryFilter[];
  not?: CategoryFilter;
  id?: StringFilter;
  name?: StringFilter;
  description?: StringFilter;
}

export interface CategoryOrderBy {
  id?: rt.Direction;
  name?: rt.Direction;
  description?: rt.Direction;
}

/** What the client's types know of a Category. */
export interface $Category {
  record: Category;
  relations: {};
  create: CreateCategoryInput;
  replace: ReplaceCategoryInput;
  update: UpdateCategoryInput;
  updateMany: UpdateManyCategoryInput;
  filter: CategoryFilter;
  orderBy: CategoryOrderBy;
  groups: {
    id: string;
    name: string;
    description: string | null;
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
    | "deleteMany";
}
