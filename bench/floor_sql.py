"""What both floors share: hand-written SQL, a cached token check, hand-made plans instead of a GraphQL engine."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from typing import Annotated, Any, Literal

import jwt
import msgspec
import orjson


def connect() -> sqlite3.Connection:
    """The floor's database, as durable as the product's."""
    database = sqlite3.connect(os.environ["FLOOR_DB"], isolation_level=None, cached_statements=256)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=5000",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        database.execute("PRAGMA " + pragma)
    return database


class PostInput(msgspec.Struct):
    """What a create may say."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    slug: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,120}$")]
    content: Annotated[str, msgspec.Meta(min_length=1, max_length=20000)]
    status: Literal["draft", "published"] = "draft"
    tags: Annotated[list[str], msgspec.Meta(max_length=20)] = []


decode_post = msgspec.json.Decoder(PostInput).decode
_tokens: dict[str, tuple[str, float]] = {}


def caller(authorization: str | None) -> str | None:
    """The id of the caller, None when the token does not verify."""
    if authorization is None or authorization[:7] != "Bearer ":
        return None
    known = _tokens.get(authorization)
    if known is not None and known[1] > time.time():
        return known[0]
    try:
        claims = jwt.decode(authorization[7:], os.environ["FLOOR_SECRET"], algorithms=["HS256"])
    except jwt.PyJWTError:
        return None
    _tokens[authorization] = (claims["sub"], claims["exp"])
    return str(claims["sub"])


COLUMNS = "id,title,slug,content,status,author_id,tags,created_at"
GET = f"SELECT {COLUMNS} FROM posts WHERE id=? AND (status='published' OR author_id=?)"  # noqa: S608 - constants
LIST = (
    f"SELECT {COLUMNS} FROM posts WHERE status=? AND (status='published' OR author_id=?)"  # noqa: S608 - constants
    " ORDER BY created_at DESC LIMIT ?"
)
INSERT = f"INSERT INTO posts({COLUMNS}) VALUES(?,?,?,?,?,?,?,?)"
NESTED_POSTS = """SELECT p.id,p.title,p.author_id,u.name FROM (SELECT id,title,author_id FROM posts
 WHERE status='published' AND (status='published' OR author_id=?) ORDER BY created_at DESC LIMIT 20) p
 JOIN users u ON u.id=p.author_id"""
NESTED_COMMENTS = """SELECT c.id,c.content,u.name FROM (SELECT id,content,user_id FROM comments
 WHERE post_id=? ORDER BY created_at DESC LIMIT 5) c JOIN users u ON u.id=c.user_id"""


def document(row: tuple[Any, ...]) -> dict[str, Any]:
    """One post as JSON data; tags are JSON text already."""
    id, title, slug, content, status, author, tags, created = row
    return {
        "id": id,
        "title": title,
        "slug": slug,
        "content": content,
        "status": status,
        "authorId": author,
        "tags": orjson.Fragment(tags),
        "createdAt": created,
    }


def new_row(post: PostInput, who: str) -> tuple[str, ...]:
    """What is stored for a create."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06d}Z"
    tags = orjson.dumps(post.tags).decode()
    return (str(uuid.uuid4()), post.title, post.slug, post.content, post.status, who, tags, stamp)


def nested(database: sqlite3.Connection, who: str) -> dict[str, Any]:
    """The nested GraphQL answer by 21 queries, as a compiler could emit them."""
    ask = database.execute
    return {
        "data": {
            "listPosts": {
                "items": [
                    {
                        "id": post[0],
                        "title": post[1],
                        "author": {"id": post[2], "name": post[3]},
                        "comments": {
                            "items": [
                                {"id": comment[0], "content": comment[1], "user": {"name": comment[2]}}
                                for comment in ask(NESTED_COMMENTS, (post[0],)).fetchall()
                            ]
                        },
                    }
                    for post in ask(NESTED_POSTS, (who,)).fetchall()
                ]
            }
        }
    }


def one(database: sqlite3.Connection, who: str, id: str) -> dict[str, Any]:
    """The simple GraphQL answer."""
    row = database.execute(GET, (id, who)).fetchone()
    return {"data": {"getPost": row and {"id": row[0], "title": row[1], "status": row[4]}}}
