# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa

from __future__ import annotations

from . import runtime as rt

SCHEMA: rt.Schema = {
    "Category": rt.Shape(path="categories"),
    "Comment": rt.Shape(path="comments", relations={"post": "Post", "user": "User"}),
    "Post": rt.Shape(
        path="posts",
        objects={"metadata": "PostMetadata"},
        relations={"author": "User", "comments": "Comment"},
        many=["comments"],
    ),
    "User": rt.Shape(path="users", relations={"posts": "Post", "comments": "Comment"}, many=["posts", "comments"]),
    "PostMetadata": rt.Shape(),
}
