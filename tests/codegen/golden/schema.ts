// Made by `python -m atakora_data generate typescript`; what is changed here is lost.
/* eslint-disable */

import type { Schema } from "./runtime/index.js";

export const schema: Schema = {
  Category: {
    path: "categories",
  },
  Comment: {
    path: "comments",
    dates: {
      createdAt: 1,
    },
    relations: {
      post: {
        to: "Post",
      },
      user: {
        to: "User",
      },
    },
  },
  Post: {
    path: "posts",
    dates: {
      publishedAt: 1,
      createdAt: 1,
      updatedAt: 1,
    },
    relations: {
      author: {
        to: "User",
      },
      comments: {
        to: "Comment",
        many: 1,
      },
    },
  },
  User: {
    path: "users",
    dates: {
      createdAt: 1,
    },
    relations: {
      posts: {
        to: "Post",
        many: 1,
      },
      comments: {
        to: "Comment",
        many: 1,
      },
    },
  },
};
