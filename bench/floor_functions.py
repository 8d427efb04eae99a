"""The floor in process: bare azure.functions handlers with the floor's SQL, called one after another."""

from __future__ import annotations

import azure.functions as func
import orjson
from floor_sql import GET, INSERT, LIST, caller, connect, decode_post, document, new_row

database = connect()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(data: object, status: int = 200) -> func.HttpResponse:
    """A JSON response."""
    return func.HttpResponse(orjson.dumps(data), status_code=status, mimetype="application/json")


@app.function_name("get")
@app.route(route="posts/{id}", methods=["GET"])
async def get(req: func.HttpRequest) -> func.HttpResponse:
    """One post."""
    who = caller(req.headers.get("authorization"))
    row = database.execute(GET, (req.route_params["path"].rpartition("/")[2], who)).fetchone()
    return answer(document(row)) if row else answer({}, 404)


@app.function_name("list")
@app.route(route="posts", methods=["GET"])
async def list_posts(req: func.HttpRequest) -> func.HttpResponse:
    """Twenty posts."""
    who = caller(req.headers.get("authorization"))
    rows = database.execute(LIST, (req.params["filter[status][eq]"], who, 20)).fetchall()
    return answer({"items": [document(row) for row in rows]})


@app.function_name("create")
@app.route(route="posts", methods=["POST"])
async def create(req: func.HttpRequest) -> func.HttpResponse:
    """A new post."""
    who = caller(req.headers.get("authorization"))
    row = new_row(decode_post(req.get_body()), str(who))
    database.execute(INSERT, row)
    return answer(document(row), 201)
