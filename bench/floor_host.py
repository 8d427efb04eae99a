"""The floor over HTTP: bare aiohttp on uvloop."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import msgspec
import orjson
import uvloop
from aiohttp import web
from floor_sql import GET, INSERT, LIST, caller, connect, decode_post, document, nested, new_row, one

database = connect()
JSON = {"Content-Type": "application/json"}


def answer(data: Any, status: int = 200) -> web.Response:
    """A JSON response."""
    return web.Response(body=orjson.dumps(data), status=status, headers=JSON)


async def get(request: web.Request) -> web.Response:
    """One post."""
    who = caller(request.headers.get("Authorization"))
    if who is None:
        return answer({"error": "auth"}, 401)
    row = database.execute(GET, (request.match_info["id"], who)).fetchone()
    return answer(document(row)) if row else answer({"error": "not found"}, 404)


async def list_posts(request: web.Request) -> web.Response:
    """Twenty posts."""
    who = caller(request.headers.get("Authorization"))
    if who is None:
        return answer({"error": "auth"}, 401)
    limit = min(100, int(request.query.get("limit", 20)))
    rows = database.execute(LIST, (request.query["filter[status][eq]"], who, limit)).fetchall()
    return answer({"items": [document(row) for row in rows]})


async def create(request: web.Request) -> web.Response:
    """A new post."""
    who = caller(request.headers.get("Authorization"))
    if who is None:
        return answer({"error": "auth"}, 401)
    try:
        row = new_row(decode_post(await request.read()), who)
        database.execute(INSERT, row)
    except msgspec.ValidationError as error:
        return answer({"error": str(error)}, 422)
    except sqlite3.IntegrityError:
        return answer({"error": "conflict"}, 409)
    return answer(document(row), 201)


async def graphql(request: web.Request) -> web.Response:
    """Both GraphQL workloads, told apart by their variables."""
    who = caller(request.headers.get("Authorization"))
    if who is None:
        return answer({"error": "auth"}, 401)
    variables = orjson.loads(await request.read()).get("variables") or {}
    return answer(one(database, who, variables["id"]) if "id" in variables else nested(database, who))


def main() -> None:
    """Serve until killed."""
    app = web.Application()
    app.add_routes(
        [
            web.get("/api/posts/{id}", get),
            web.get("/api/posts", list_posts),
            web.post("/api/posts", create),
            web.post("/api/graphql", graphql),
        ]
    )
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)


if __name__ == "__main__":
    main()
