"""The same blog for both sides: tables for the floor, JSON Lines for the product."""

from __future__ import annotations

import json
import random
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED, USERS, POSTS, COMMENTS = 20240601, 1000, 10_000, 50_000
WORDS = [
    "alpha",
    "bravo",
    "cloud",
    "data",
    "engine",
    "filter",
    "graph",
    "handle",
    "index",
    "json",
    "kernel",
    "latency",
    "model",
    "node",
    "order",
    "page",
    "query",
    "runtime",
    "schema",
    "table",
    "user",
    "value",
    "write",
    "xenon",
    "yield",
    "zone",
    "async",
    "batch",
    "cache",
    "delta",
    "event",
    "field",
    "guard",
]
TAGS = ["python", "sql", "web", "api", "cloud", "data", "perf", "news", "howto", "ops"]
TABLES = """
CREATE TABLE users(id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE);
CREATE TABLE posts(id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL, slug TEXT NOT NULL UNIQUE, content TEXT NOT NULL,
  status TEXT NOT NULL, author_id TEXT NOT NULL, tags TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE comments(id TEXT PRIMARY KEY NOT NULL, content TEXT NOT NULL, user_id TEXT NOT NULL,
  post_id TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX posts_status_created ON posts(status, created_at DESC);
CREATE INDEX posts_author ON posts(author_id);
CREATE INDEX comments_post_created ON comments(post_id, created_at DESC);
CREATE INDEX comments_user ON comments(user_id);
"""


@dataclass(frozen=True)
class Blog:
    """All rows, as tuples in the order of the floor's columns."""

    users: list[tuple[str, ...]]
    posts: list[tuple[str, ...]]
    comments: list[tuple[str, ...]]

    @property
    def reader(self) -> str:
        """The id of the user whose token the load carries."""
        return self.users[0][0]

    def published(self) -> list[tuple[str, ...]]:
        """Published posts, newest first."""
        return sorted((post for post in self.posts if post[4] == "published"), key=lambda post: post[7], reverse=True)

    def wanted_ids(self) -> list[str]:
        """2,000 ids that the get workloads cycle over."""
        return [post[0] for post in random.Random(1).sample(self.published(), 2000)]  # noqa: S311 - not a secret


def make() -> Blog:
    """The blog of this seed: always the same."""
    source = random.Random(SEED)  # noqa: S311 - not a secret

    def identity() -> str:
        return str(uuid.UUID(int=source.getrandbits(128), version=4))

    def text(length: int) -> str:
        return " ".join(source.choice(WORDS) for _ in range(length // 5))[:length].strip()

    start = datetime(2024, 1, 1, tzinfo=UTC)

    def moment(seconds: int) -> str:
        return (start + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    users = [(identity(), f"User {n:04d}", f"user{n:04d}@example.com") for n in range(USERS)]
    times = source.sample(range(10_000_000), POSTS)
    posts = [
        (
            identity(),
            text(source.randint(20, 60)),
            f"post-{n:05d}",
            text(300),
            "published" if source.random() < 0.8 else "draft",  # noqa: PLR2004 - four fifths
            users[source.randrange(USERS)][0],
            json.dumps(source.sample(TAGS, source.randint(1, 4))),
            moment(times[n]),
        )
        for n in range(POSTS)
    ]
    later = source.sample(range(10_000_000, 20_000_000), COMMENTS)
    comments = [
        (
            identity(),
            text(source.randint(60, 120)),
            users[source.randrange(USERS)][0],
            posts[source.randrange(POSTS)][0],
            moment(later[n]),
        )
        for n in range(COMMENTS)
    ]
    return Blog(users, posts, comments)


def write_tables(blog: Blog, file: Path) -> None:
    """The floor's database."""
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode=WAL")
    database.executescript(TABLES)
    database.executemany("INSERT INTO users VALUES(?,?,?)", blog.users)
    database.executemany("INSERT INTO posts VALUES(?,?,?,?,?,?,?,?)", blog.posts)
    database.executemany("INSERT INTO comments VALUES(?,?,?,?,?)", blog.comments)
    database.commit()
    database.execute("ANALYZE")
    database.commit()
    database.close()


def write_lines(blog: Blog, folder: Path) -> None:
    """The product's seed files, in wire form."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("id", "title", "slug", "content", "status", "authorId", "tags", "createdAt")
    posts = [{**dict(zip(names, post, strict=True)), "tags": json.loads(post[6])} for post in blog.posts]
    users = [dict(zip(("id", "name", "email"), user, strict=True)) for user in blog.users]
    keys = ("id", "content", "userId", "postId", "createdAt")
    comments = [dict(zip(keys, comment, strict=True)) for comment in blog.comments]
    for name, records in (("User", users), ("Post", posts), ("Comment", comments)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
