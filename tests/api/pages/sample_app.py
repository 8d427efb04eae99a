"""A tiny app on 127.0.0.1 that serves the pages and answers what they ask, and remembers what it was asked."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from ariadne import QueryType, graphql, make_executable_schema

from atakora_data.api import pages
from tests.api.pages.sample_document import HOSTILE, document

SDL = '''
"""Where reading begins."""
type Query {
  "One post."
  getPost(id: ID!): Post
  "A page of posts."
  listPosts(filter: PostFilter, orderBy: [PostOrderBy!], limit: Int, nextToken: String): PostConnection!
  listUsers(limit: Int): UserConnection!
}
type Mutation { createPost(input: CreatePostInput!): Post! }
enum SortDirection { ASC DESC }
enum PostStatus { draft published archived }
input PostOrderBy { title: SortDirection publishedAt: SortDirection }
input PostFilter { title: StringFilter status: PostStatusFilter and: [PostFilter!] }
input StringFilter { eq: String contains: String }
input PostStatusFilter { eq: PostStatus in: [PostStatus!] }
input CreatePostInput { title: String! content: String! status: PostStatus = draft }
type PostConnection { items: [Post!]! nextToken: String count: Int }
type UserConnection { items: [User!]! nextToken: String }
"An article on a blog.NOTE"
type Post {
  id: ID!
  "What it is called.NOTE"
  title: String!
  "The text of it."
  content: String
  status: PostStatus!
  tags: [String!]!
  author: User
  oldTitle: String @deprecated(reason: "Use title.")
}
"Somebody who writes."
type User { id: ID! name: String! }
'''

POSTS = [
    {
        "id": str(number),
        "title": f"Post {number}",
        "content": HOSTILE,
        "status": "published",
        "tags": ["azure"],
        "big": 9007199254740993,
    }
    for number in range(1, 6)
]


class SampleApp:
    """The routes, and a log of the requests they got."""

    def __init__(self, entities: int = 0, *, introspection: bool = True, note: str = "") -> None:
        self.introspection = introspection
        self.document = document(entities)
        self.requests: list[web.Request] = []
        self.bodies: list[str] = []
        query = QueryType()
        query.set_field("listPosts", lambda *_, limit=20, **__: {"items": POSTS[:limit], "nextToken": None})
        query.set_field("getPost", lambda *_, **given: _post(given["id"]))
        self.schema = make_executable_schema(SDL.replace("NOTE", note), query)

    def application(self) -> web.Application:
        """The app, to be served."""
        app = web.Application(middlewares=[self._remember])
        app.router.add_get("/api/docs", self._docs)
        app.router.add_get("/api/openapi.json", self._openapi)
        app.router.add_get("/api/graphql", self._playground)
        app.router.add_post("/api/graphql", self._graphql)
        app.router.add_get("/api/posts", self._list)
        app.router.add_post("/api/posts", self._create)
        app.router.add_get("/api/posts/{id}", self._get)
        return app

    @web.middleware
    async def _remember(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.text())
        response: web.StreamResponse = await handler(request)
        return response

    async def _docs(self, _: web.Request) -> web.Response:
        return _html(pages.docs_page(), pages.DOCS_POLICY)

    async def _playground(self, _: web.Request) -> web.Response:
        return _html(pages.playground_page(), pages.PLAYGROUND_POLICY)

    async def _openapi(self, _: web.Request) -> web.Response:
        return web.json_response(self.document)

    async def _list(self, request: web.Request) -> web.Response:
        limit = int(request.query.get("limit", "2"))
        start = int(request.query.get("nextToken", "0"))
        end = start + limit
        token = str(end) if end < len(POSTS) else None
        return web.json_response({"items": POSTS[start:end], "nextToken": token})

    async def _get(self, request: web.Request) -> web.Response:
        found = _post(request.match_info["id"])
        if found is None:
            problem = {"title": "Not found", "status": 404, "code": "not_found"}
            return web.json_response(problem, status=404, content_type="application/problem+json")
        return web.json_response(found, headers={"ETag": '"1"'})

    async def _create(self, request: web.Request) -> web.Response:
        return web.json_response({"id": "9", **await request.json()}, status=201, headers={"Location": "/api/posts/9"})

    async def _graphql(self, request: web.Request) -> web.Response:
        _, result = await graphql(self.schema, json.loads(self.bodies[-1]), introspection=self.introspection)
        return web.json_response(result)


def _post(id: str) -> dict[str, Any] | None:
    return next((post for post in POSTS if post["id"] == id), None)


def _html(body: bytes, policy: str) -> web.Response:
    headers = {"Content-Security-Policy": policy}
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)


if __name__ == "__main__":
    web.run_app(SampleApp(100).application(), host="127.0.0.1", port=7099)
