"""Books with every kind of relation and of deletion, and a caller who writes straight through the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    HasOne,
    HookContext,
    ManyToMany,
    Model,
    Polymorphic,
    ValidationError,
    action,
    after_create,
    after_delete,
    after_update,
    allow,
    before_create,
    before_delete,
    belongs_to,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
)
from atakora_data.authorization.principal import Principal
from atakora_data.query.filter import EVERYTHING, FieldRef, Kind
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.build import build_registry
from atakora_data.service import commands
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import EntityStore, Insert, Target
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.support.app import Client, running

HEARD: list[str] = []
OPEN = allow.authenticated()


class Listening(Entity, abstract=True):
    """Tells what happens to its records."""

    id: str = Field(primary_key=True)
    is_hidden: bool = False
    stamp: int = Field(default=0, read_only=True, on_update=lambda: 7)

    @after_create
    def hear_create(self: Any, ctx: HookContext) -> None:
        """Tell."""
        HEARD.append(f"created {self.id}")

    @after_update
    def hear_update(self: Any, ctx: HookContext) -> None:
        """Tell."""
        HEARD.append(f"updated {self.id}")

    @before_delete
    def keep_kings(self: Any, ctx: HookContext) -> None:
        """Some things stay."""
        if "king" in self.id:
            raise ValidationError("kings stay", field="id")

    @after_delete
    def hear_delete(self: Any, ctx: HookContext) -> None:
        """Tell."""
        HEARD.append(f"deleted {self.id}")


SEEN = allow.where(is_hidden=False) | allow.role("chief")


class Author(Listening):
    """Somebody who writes, edits and reads."""

    name: str = Field(default="Nobody", min_length=1)
    profile: HasOne["Profile"] = has_one("author_id", on_delete="cascade")
    books: HasMany["Book"] = has_many("author_id", on_delete="restrict")
    diaries: HasMany["Diary"] = has_many("author_id", on_delete="cascade")
    edited: HasMany["Book"] = has_many("editor_id", on_delete="set_null")
    notes: HasMany["Note"] = has_many("about_id", on_delete="set_null")
    friends: ManyToMany["Author"] = many_to_many("Friendship")
    authorization = Authorization(create=OPEN, read=SEEN, update=OPEN, delete=OPEN)


class Profile(Listening):
    """What is told of an author."""

    bio: str = Field(default="", max_length=20)
    author_id: str | None = None
    author: BelongsTo["Author"] = belongs_to("author_id")
    authorization = Authorization(create=OPEN, read=SEEN, update=OPEN, delete=OPEN)


class Tagging(Model):
    """What is said of a tag on a book."""

    weight: int = Field(default=1, ge=1)
    remark: str | None = None
    since: int = Field(default=1999, read_only=True)


class Book(Listening):
    """Something to read; what is locked cannot change."""

    title: str = Field(default="Untitled", min_length=1, max_length=20)
    isbn: str | None = Field(default=None, unique=True)
    is_locked: bool = False
    author_id: str | None = None
    editor_id: str | None = None
    prequel_id: str | None = None
    author: BelongsTo["Author"] = belongs_to("author_id")
    editor: BelongsTo["Author"] = belongs_to("editor_id")
    prequel: BelongsTo["Book"] = belongs_to("prequel_id")
    sequels: HasMany["Book"] = has_many("prequel_id", on_delete="cascade")
    chapters: HasMany["Chapter"] = has_many("book_id", on_delete="cascade")
    notes: HasMany["Note"] = has_many("about_id", on_delete="cascade")
    tags: ManyToMany["Tag"] = many_to_many("BookTags", through=Tagging)
    readers: ManyToMany["Author"] = many_to_many("Loan")
    authorization = Authorization(
        create=OPEN,
        read=SEEN,
        update=allow.where(is_locked=False) | allow.role("chief"),
        delete=OPEN,
        fields={"editor_id": FieldRules(write=allow.role("chief"))},
    )

    @before_create
    def take_editor(self: "Book", ctx: HookContext) -> None:
        """The app itself may choose whom the caller cannot see."""
        if self.title.startswith("edited by "):
            self.editor_id = self.title.removeprefix("edited by ")

    @action
    def hand_over(self: "Book", ctx: ActionContext, to: str) -> None:
        """Give it to another author."""
        self.author_id = to

    @action
    def adopt(self: "Book", ctx: ActionContext) -> None:
        """Give it to the house."""
        self.author_id = "house"


class Chapter(Listening):
    """A part of a book, which its book cannot be taken from once it is frozen."""

    number: int = 1
    text: str = Field(default="", max_length=20)
    is_frozen: bool = False
    book_id: str = ""
    book: BelongsTo["Book"] = belongs_to("book_id")
    authorization = Authorization(create=OPEN, read=SEEN, update=allow.where(is_frozen=False), delete=None)


class Note(Listening):
    """A remark on a book or an author."""

    about_id: str | None = None
    about_type: str | None = None
    about: Polymorphic["Book | Author"] = polymorphic(["Book", "Author"], id="about_id", type="about_type")
    authorization = Authorization(create=OPEN, read=SEEN, update=OPEN, delete=OPEN)


class Tag(Listening):
    """A word."""

    books: ManyToMany["Book"] = many_to_many("BookTags")
    authorization = Authorization(create=OPEN, read=SEEN, update=OPEN, delete=OPEN)


class Loan(Listening):
    """Who reads what: a junction of its own, with its own rules."""

    id: str = Field(primary_key=True, default_factory=lambda: f"loan{len(HEARD)}")
    book_id: str
    author_id: str
    days: int = Field(default=14, ge=1)
    secret: str | None = None
    book: BelongsTo["Book"] = belongs_to("book_id")
    author: BelongsTo["Author"] = belongs_to("author_id")
    authorization = Authorization(
        create=allow.role("librarian"),
        read=SEEN,
        update=allow.role("librarian"),
        delete=allow.role("librarian"),
        fields={"secret": FieldRules(read=allow.role("chief"))},
    )


class Diary(Listening):
    """Whoever signs in may keep one, known as an author or not."""

    author_id: str = Field(owner=True)
    author: BelongsTo["Author"] = belongs_to("author_id")
    operations = {"list", "get"}
    authorization = Authorization(
        create=OPEN, read=SEEN, update=OPEN, delete=OPEN, fields={"author_id": FieldRules(write=allow.role("chief"))}
    )


REGISTRY = build_registry([Author, Profile, Book, Chapter, Note, Tag, Loan, Diary])
_METADATA = {"version": 1, "createdAt": "2026-01-01T00:00:00Z", "createdBy": None}


@dataclass
class Writer:
    """Writes as somebody, and looks into the store."""

    service: EntityService
    store: EntityStore
    client: Client
    context: RequestContext = field(default_factory=lambda: RequestContext(Principal(id="ann")))

    def as_(self, *roles: str, id: str = "ann", tenant: str = "") -> Writer:
        """The same data, written by somebody else."""
        return replace(self, context=RequestContext(Principal(id=id, roles=frozenset(roles)), tenant))

    def as_system(self) -> Writer:
        """The same data, written by the app itself."""
        return replace(self, context=RequestContext(Principal(is_system=True)))

    def within(self, context: RequestContext) -> Writer:
        """The same data, written with this context."""
        return replace(self, context=context)

    async def create(self, entity: str, id: str | None = None, **input: Any) -> Any:
        """A new record."""
        given = input if id is None else {"id": id, **input}
        return await self.service.create(commands.Create(entity, given), self.context)

    async def update(self, entity: str, id: str, **patch: Any) -> Any:
        """A changed record."""
        return await self.service.update(commands.Update(entity, id, patch), self.context)

    async def put(self, entity: str, id: str, **input: Any) -> Any:
        """A replaced or a new record."""
        return await self.service.put(commands.Put(entity, id, input), self.context)

    async def delete(self, entity: str, id: str) -> Any:
        """The deleted record."""
        return await self.service.delete(commands.Delete(entity, id), self.context)

    async def act(self, entity: str, id: str, action: str, **input: Any) -> Any:
        """A record after its action."""
        return await self.service.act(commands.Act(entity, id, action, input), self.context)

    async def link(self, entity: str, id: str, relation: str, target: str, **through: Any) -> Any:
        """The through fields of a link, and whether it is new."""
        return await self.service.link(commands.Link(entity, id, relation, target, through), self.context)

    async def unlink(self, entity: str, id: str, relation: str, target: str) -> None:
        """A link less."""
        await self.service.unlink(commands.Unlink(entity, id, relation, target), self.context)

    async def stored(self, entity: str) -> dict[str, Any]:
        """All records of an entity as they are stored, by id."""
        query = Query(EVERYTHING, (OrderKey(FieldRef(("id",), Kind.STRING)),), 10_000)
        found = await self.store.select(Target(entity, self.context.tenant), query)
        return {record["id"]: record for record in found}

    async def links(self, junction: str, near: str, far: str, *more: str) -> list[tuple[Any, ...]]:
        """All links of a junction."""
        found = await self.stored(junction)
        return sorted(tuple(each[name] for name in (near, far, *more)) for each in found.values())

    async def everything(self) -> dict[str, dict[str, Any]]:
        """All that is stored."""
        return {entity.name: await self.stored(entity.name) for entity in self.service.registry}

    async def put_in(self, entity: str, *records: Mapping[str, Any]) -> None:
        """Records straight into the store, whatever rules and keys say."""
        model = self.service.registry[entity]
        changes = []
        for given in records:
            usual = {"isHidden": False, "stamp": 0}
            record = {**{name: usual.get(name) for name in model.fields}, **given, "_version": 1}
            changes.append(Insert(Target(entity, self.context.tenant), record["id"], record, _METADATA))
        await self.store.apply(changes)


@asynccontextmanager
async def publishing(folder: Path, *, data: str | None = None) -> AsyncIterator[Writer]:
    """The empty app. data: the file of its records, which several apps may share; in memory without one."""
    HEARD.clear()
    store = SqliteEntityStore(REGISTRY, MEMORY if data is None else folder / data)
    async with running(folder, registry=REGISTRY, store=store) as client:
        yield Writer(client.application.service, store, client)
