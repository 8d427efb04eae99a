"""One cell of the matrix: one kind of rule, one principal, one way; and what holds of every answer by any way."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from atakora_data.testing import Answer, Client
from tests.acceptance.matrix.oracle import SHAPES, Note, Rights, Who, canary, fields, shown
from tests.acceptance.matrix.world import World

CANARY = re.compile(r"Xq[a-z]+[0-9a-z]+?qX")
BOOKKEEPING = ("_etag", "_version")


class Asked(NamedTuple):
    """One request, as it was sent."""

    method: str
    path: str
    body: Any
    headers: Mapping[str, str] | None
    query: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All that was sent."""
        return f"{self.path} {orjson.dumps([self.body, self.query]).decode()} {self.headers}"


@dataclass
class Cell:
    """Asks the app as somebody, and compares with what the oracle says of the notes of one kind.

    asked: every request that was sent.
    """

    world: World
    rights: Rights
    sent: str = ""
    asked: list[Asked] = field(default_factory=list)
    _before: int = 0

    def __post_init__(self) -> None:
        self._before = self.world.changes()

    @property
    def kind(self) -> str:
        """The kind of rule."""
        return self.rights.kind

    @property
    def who(self) -> Who:
        """Who asks."""
        return self.rights.who

    @property
    def client(self) -> Client:
        """The app, asked by who asks."""
        return self.world.people[self.who.name]

    @property
    def name(self) -> str:
        """The entity."""
        return f"{self.kind}Note"

    @property
    def path(self) -> str:
        """Its collection."""
        return f"{self.kind.lower()}-notes"

    @property
    def below(self) -> str:
        """What boxes and tags call their notes of this kind."""
        return f"{self.kind.lower()}Notes"

    @property
    def all(self) -> Sequence[Note]:
        """All records, or where that is slow, some."""
        return SHAPES if self.world.store == "sqlite" else self.some

    @property
    def some(self) -> Sequence[Note]:
        """The records to try one by one: the first of each that the rules tell apart."""
        rights, found = self.rights, dict[object, Note]()
        for each in SHAPES:
            can = rights.may("read", each), rights.may("update", each), rights.shows(each), rights.may_set(each)
            found.setdefault(can, each)
        return [*found.values()]

    def canary(self, note: Note, name: str) -> str:
        """What stands in a field."""
        return canary(self.kind, note.id, name)

    def shown(self, note: Note, **more: Any) -> dict[str, Any]:
        """What is seen of a record that may be read."""
        return {**shown(self.rights, note), **more}

    async def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Answer:
        """One request; nothing of its answer may be hidden from who asks, unless it was sent with it."""
        texts = {name: orjson.dumps(each).decode() if isinstance(each, dict) else each for name, each in query.items()}
        self.asked.append(Asked(method, path, body, headers, texts))
        answer = await self.client.ask(method, path, body, headers=headers, query=texts)
        self.sent = f"{path} {orjson.dumps([body, query]).decode()} {headers}"
        self.check(answer.body.decode() + str(dict(answer.headers)))
        return answer

    async def graphql(self, query: str, **variables: Any) -> Any:
        """The answer to a GraphQL request."""
        return (await self.ask("POST", "graphql", {"query": query, "variables": variables})).json

    def check(self, text: str) -> None:
        """No canary in the text is hidden from who asks."""
        leaked = set(CANARY.findall(text)) - self.allowed - set(CANARY.findall(self.sent))
        assert not leaked, f"{leaked} shows in {text[:2000]}"

    @property
    def allowed(self) -> set[str]:
        """The canaries that may be seen."""
        rights = self.rights
        return {self.canary(each, "title") for each in rights.readable} | {
            self.canary(each, "secret") for each in rights.readable if rights.shows(each)
        }

    def refused(self, answer: Answer, status: int) -> None:
        """The status of a clear refusal, and nothing is written."""
        assert status == answer.status, f"{status} expected, {answer.status}: {answer.body[:500]!r}"
        assert "application/problem+json" == answer.headers["Content-Type"]
        self.untouched()

    def untouched(self) -> None:
        """Nothing was written since the cell began."""
        assert self._before == self.world.changes(), "something was written"

    def is_refused(self, answer: Answer, status: int | None) -> bool:
        """Whether a refusal was to be expected; then it is as it should be."""
        if status is None or status < 400:
            return False
        self.refused(answer, status)
        return True

    async def stored(self) -> dict[str, dict[str, Any]]:
        """All notes of this kind as the store has them, without their bookkeeping."""
        return {id: plain(each) for id, each in (await self.world.stored(self.name)).items()}

    async def changed(self, **changes: Any) -> None:
        """The store has these changes and no other: for each id a record, what differs in it, or None if it is gone."""
        if not changes and self._before == self.world.changes():
            return
        expected = {each.id: fields(self.kind, each) for each in SHAPES}
        for id, change in changes.items():
            if change is None:
                expected.pop(id, None)
                _forget(expected, id)
            else:
                expected[id] = {**expected.get(id, {}), **change}
        found = await self.stored()
        assert expected == found, f"{_differences(expected, found)}"
        self.world.restore(self.kind)
        self._before = self.world.changes()

    async def etag(self, note: Note) -> str:
        """The etag of a record, whoever may know it."""
        return str((await self.world.stored(self.name))[note.id]["_etag"])


Ask = Callable[[Cell], Awaitable[None]]


@dataclass(frozen=True)
class Way:
    """One way to a record. aspects: where the rules stand that have a say in it."""

    name: str
    aspects: tuple[str, ...]
    ask: Ask


@dataclass
class Ways:
    """A table of ways, filled by decorating."""

    table: list[Way] = field(default_factory=list)

    def way(self, name: str, *aspects: str) -> Callable[[Ask], Ask]:
        """Enter a way."""

        def enter(ask: Ask) -> Ask:
            self.table.append(Way(name, aspects, ask))
            return ask

        return enter


def plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without its bookkeeping."""
    return {name: value for name, value in record.items() if name not in BOOKKEEPING}


def plains(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records without their bookkeeping."""
    return [plain(each) for each in records]


def ids(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids, in their order."""
    return [str(each["id"]) for each in records]


def in_order(notes: Sequence[Note]) -> list[Note]:
    """By id, as lists are."""
    return sorted(notes, key=lambda each: each.id)


def _forget(records: Mapping[str, dict[str, Any]], id: str) -> None:
    """A record that goes leaves no key behind."""
    for each in records.values():
        if each["parentId"] == id:
            each["parentId"] = None


def _differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Any]:
    return iter(
        [(id, expected.get(id), found.get(id)) for id in {*expected, *found} if expected.get(id) != found.get(id)]
    )
