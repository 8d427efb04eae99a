"""A project for the commands: two entities, some lines to load, and the working directory in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atakora_data.cli.main import main
from tests.support.secrets import secrets_in

USER = '''
from atakora_data import Authorization, Entity, Field, allow

class User(Entity):
    """Somebody who writes."""

    id: str = Field(primary_key=True)
    name: str = Field(min_length=2)

    authorization = Authorization(read=allow.public())
'''
POST = '''
from datetime import datetime
from typing import Literal

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, allow, belongs_to, utcnow

class Post(Entity):
    """An article."""

    id: str = Field(primary_key=True)
    title: str = Field(min_length=1, unique=True)
    status: Literal["draft", "published"] = "draft"
    author_id: str = Field(owner=True)
    notes: str | None = None
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    author: BelongsTo["User"] = belongs_to("author_id")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where(status="published") | allow.owner() | allow.role("admin"),
        update=allow.owner(),
        delete=allow.custom(lambda ctx, post: ctx.principal.id == post.author_id),
        fields={"notes": FieldRules(read=allow.authenticated(), write=allow.role("editor"))},
    )
'''
USERS = [{"id": "alice", "name": "Alice"}, {"id": "bob", "name": "Bob"}]
POSTS = [
    {"id": "1", "title": "One", "status": "published", "authorId": "alice", "createdAt": "2024-01-01T00:00:00Z"},
    {"id": "2", "title": "Two", "status": "draft", "authorId": "alice"},
    {"id": "3", "title": "Three", "status": "published", "authorId": "bob"},
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with schemas and seed files, which is the working directory."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "user.py").write_text(USER)
    (tmp_path / "schemas" / "post.py").write_text(POST)
    (tmp_path / "seed").mkdir()
    write_lines(tmp_path, "User", USERS)
    write_lines(tmp_path, "Post", POSTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_lines(project: Path, entity: str, records: list[Any]) -> None:
    """Write one seed file; a text stands as it is."""
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    (project / "seed" / f"{entity}.jsonl").write_text("\n".join(lines) + "\n")


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        """What it printed, as data."""
        return json.loads(self.out)


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run one command line in the project."""

    def run_command(*argv: str) -> Ran:
        code = main(argv)
        printed = capsys.readouterr()
        assert not list(secrets_in(printed.err if argv[0] == "token" else printed.out + printed.err))
        return Ran(code, printed.out, printed.err)

    return run_command
