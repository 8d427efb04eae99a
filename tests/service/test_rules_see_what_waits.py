"""Rules that cross relations go by what a unit of work will leave, not by what is stored so far."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    ManyToMany,
    allow,
    belongs_to,
    has_many,
    many_to_many,
    principal,
    this,
)
from atakora_data.errors import FieldForbidden, Forbidden
from atakora_data.registry.build import build_registry
from atakora_data.service.context import RequestContext
from atakora_data.service.together import OperationFailed
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.service.publishing import Writer
from tests.support.app import running

OPEN = allow.public()

Step = Callable[[Writer], Awaitable[Any]]


class Person(Entity):
    """Somebody."""

    id: str = Field(primary_key=True)
    authorization = Authorization(create=OPEN, read=OPEN, update=OPEN, delete=OPEN)


class Blog(Entity):
    """What its keeper and its helpers may write in."""

    id: str = Field(primary_key=True)
    keeper_id: str
    is_closed: bool = False
    entries: HasMany["Entry"] = has_many("blog_id")
    helpers: ManyToMany["Person"] = many_to_many("Help")
    authorization = Authorization(create=OPEN, read=OPEN, update=OPEN, delete=OPEN)


class Entry(Entity):
    """Written by the keeper of its blog, while that is open; helpers may only mark it."""

    id: str = Field(primary_key=True)
    text: str = ""
    mark: str = ""
    blog_id: str
    blog: BelongsTo["Blog"] = belongs_to("blog_id")
    authorization = Authorization(
        create=allow.where(this.blog.keeper_id == principal.id),
        read=OPEN,
        update=allow.where(this.blog.is_closed == False),  # noqa: E712  # builds a condition
        delete=OPEN,
        fields={"mark": FieldRules(write=allow.where(this.blog.helpers.some(this.id == principal.id)))},
    )


REGISTRY = build_registry([Person, Blog, Entry])


@pytest_asyncio.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """Somebody called ann, and a blog of bob's."""
    store = SqliteEntityStore(REGISTRY, MEMORY)
    async with running(tmp_path, registry=REGISTRY, store=store) as client:
        found = Writer(client.application.service, store, client)
        await found.create("Person", "ann")
        await found.create("Blog", "bobs", keeperId="bob")
        yield found


async def together(writer: Writer, *steps: Step) -> None:
    """All steps, or none."""

    def write(step: Step) -> Callable[[RequestContext], Awaitable[Any]]:
        return lambda context: step(writer.within(context))

    await writer.service.together([write(step) for step in steps], writer.context)


async def refused(writer: Writer, *steps: Step) -> tuple[int | None, type[Exception]]:
    """Which step was refused, and how."""
    with pytest.raises(OperationFailed) as caught:
        await together(writer, *steps)
    return caught.value.index, type(caught.value.error)


async def test_a_row_rule_sees_what_was_made_before(writer: Writer) -> None:
    """The blog that the rule asks about is made, or given to the caller, by the same batch."""
    await together(
        writer,
        lambda on: on.create("Blog", "new", keeperId="ann"),
        lambda on: on.create("Entry", "e1", blogId="new"),
        lambda on: on.update("Blog", "bobs", keeperId="ann"),
        lambda on: on.create("Entry", "e2", blogId="bobs"),
    )
    assert ["e1", "e2"] == list(await writer.stored("Entry"))


async def test_a_row_rule_sees_what_was_changed_before(writer: Writer) -> None:
    """What was allowed by the stored state is refused by the one to come, and the other way round."""
    await writer.update("Blog", "bobs", keeperId="ann")
    await writer.create("Entry", "e", blogId="bobs")
    close: Step = lambda on: on.update("Blog", "bobs", isClosed=True)  # noqa: E731  # a step like the others
    write: Step = lambda on: on.update("Entry", "e", text="x")  # noqa: E731  # as above
    assert (1, Forbidden) == await refused(writer, close, write)
    await together(writer, write, close)
    with pytest.raises(Forbidden):
        await writer.update("Entry", "e", text="y")
    await together(writer, lambda on: on.update("Blog", "bobs", isClosed=False), write)


async def test_a_field_rule_sees_links_that_wait(writer: Writer) -> None:
    """A link over a junction that is made or taken away before counts as made or taken away."""
    await writer.update("Blog", "bobs", keeperId="ann")
    await writer.create("Entry", "e", blogId="bobs")
    mark: Step = lambda on: on.update("Entry", "e", mark="x")  # noqa: E731  # a step like the others
    with pytest.raises(FieldForbidden):
        await mark(writer)
    await together(writer, lambda on: on.link("Blog", "bobs", "helpers", "ann"), mark)
    assert (1, FieldForbidden) == await refused(writer, lambda on: on.unlink("Blog", "bobs", "helpers", "ann"), mark)
    assert (1, FieldForbidden) == await refused(writer, lambda on: on.delete("Person", "ann"), mark)


async def test_nested_records_are_judged_with_what_stands_around_them(writer: Writer) -> None:
    """An entry below a new blog of the caller's is allowed; below one of another's it is not."""
    await writer.create("Blog", "mine", keeperId="ann", entries={"create": [{"id": "e"}]})
    with pytest.raises(Forbidden):
        await writer.create("Blog", "his", keeperId="bob", entries={"create": [{"id": "f"}]})
    assert (["bobs", "mine"], ["e"]) == (list(await writer.stored("Blog")), list(await writer.stored("Entry")))


async def test_to_move_a_child_its_rule_must_hold_before_and_after(writer: Writer) -> None:
    """An entry can be taken neither out of a closed blog nor into one."""
    for blog, entry in (("open", "e"), ("closed", "f")):
        await writer.create(
            "Blog", blog, keeperId="ann", entries={"create": [{"id": entry}]}, isClosed=blog == "closed"
        )
    for blog, entry in (("open", "f"), ("closed", "e")):
        with pytest.raises(Forbidden):
            await writer.update("Blog", blog, entries={"connect": [{"id": entry}]})
    await writer.update("Blog", "bobs", entries={"connect": [{"id": "e"}]})
