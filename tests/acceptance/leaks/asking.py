"""Random requests about folders and files, hidden, visible and missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from atakora_data.registry.names import snake
from atakora_data.schema.naming import camel
from tests.acceptance.leaks.library import TEAMS, any_given, marked
from tests.support.told import Way, graphql, listing

COLLECTIONS = {"File": "files", "Folder": "folders"}
_TEXTS = {
    "File": ["id", "ownerId", "keeperId", "state", "team", "alpha", "beta", "folderId"],
    "Folder": ["id", "ownerId", "keeperId", "state", "team", "label"],
}
_AROUND = ["place.room", "place.size", "folder.label", "folder.level", "folder.id"]
_ALL = "id ownerId keeperId state team level tags _version"
_WHOLE = {"File": f"{_ALL} alpha beta delta place {{ room size }} folderId about where", "Folder": f"{_ALL} label"}


@dataclass(frozen=True)
class Asker:
    """Makes requests up. texts: what stands in the records, and more; ids: those of the records, by entity."""

    random: Random
    texts: Sequence[str]
    ids: Mapping[str, Sequence[str]]

    @classmethod
    def about(cls, random: Random, data: Mapping[str, Mapping[str, Any]]) -> Asker:
        """An asker who knows every value there is."""
        found = {
            text
            for records in data.values()
            for record in records.values()
            for text in (*record.values(), *(record.get("place") or {}).values(), *(record.get("delta") or ()))
            if isinstance(text, str)
        }
        ids = {entity: sorted(records) for entity, records in data.items()}
        return cls(random, sorted({*found, "nothere", "", "mk", *TEAMS}), ids)

    def read(self) -> Way:
        """A request that changes nothing."""
        entity = self.random.choice(["File", "Folder"])
        path, page, below = COLLECTIONS[entity], self._page(entity), self._page("File")
        one, include = f"{path}/{self._id(entity)}", self._include(entity)
        ways = [
            Way(self.random.choice(["GET", "HEAD"]), one),
            Way("GET", one, headers={self.random.choice(["if-match", "if-none-match"]): '"x"'}),
            Way("GET", one, parameters={"include": include}),
            Way("GET", one, parameters={"fields": "id,about,alpha" if entity == "File" else "level"}),
            Way("GET", f"files/{self._id('File')}/folder"),
            self._list(path, page, include),
            self._list(path, page, include),
            self._list(f"folders/{self._id('Folder')}/files", below, "folder"),
            self._query(entity, page, below),
            self._query(entity, page, below),
        ]
        return self.random.choice(ways)

    def write(self, visible: Sequence[Mapping[str, Any]]) -> Way:
        """A request to change what no rule goes by: PUT sends back what may be seen, so that it changes no more."""
        entity = self.random.choice(["File", "Folder"])
        shown = {record["id"]: {camel(name): value for name, value in record.items()} for record in visible}
        replaceable = [id for id in self.ids[entity] if id in shown]
        change = self._change(entity)
        ways = self._changes(entity, change, {"keeperId": "ann", "state": "open", **change})
        if replaceable:
            id = self.random.choice(replaceable)
            body = {name: value for name, value in {**shown[id], **change}.items() if value is not None}
            ways += [Way("PUT", f"{COLLECTIONS[entity]}/{id}", body, self._condition())] * 3
        return self.random.choice(ways)

    def wild_write(self) -> Way:
        """A request to change anything at all."""
        entity = self.random.choice(["File", "Folder"])
        given = {camel(name): value for name, value in any_given(self.random).items()}
        some = self.random.sample(sorted(given), self.random.randint(0, 3))
        change = {**self._change(entity), **{name: given[name] for name in some}}
        whole = {**given, **change}
        put = Way("PUT", f"{COLLECTIONS[entity]}/{self._id(entity)}", whole, self._condition())
        return self.random.choice([*self._changes(entity, change, whole), put, put])

    def _changes(self, entity: str, change: dict[str, Any], whole: dict[str, Any]) -> list[Way]:
        path = COLLECTIONS[entity]
        id, new = self._id(entity), marked(f"new{self.random.randint(0, 9999)}", "id")
        ways = [
            *[Way("PATCH", f"{path}/{id}", change, self._condition())] * 3,
            Way("POST", path, {**whole, "id": new}),
            graphql(_mutation("update", entity), id=id, input=change),
            graphql(_mutation("create", entity), input={**whole, "id": new}),
            *self._nested(entity, path, id, {**whole, "id": new}),
        ]
        if entity == "Folder":  # what restricts its deletion is told even of files that are hidden: that, and no more
            return ways
        return [
            *ways,
            Way("DELETE", f"{path}/{id}", headers=self._condition()),
            graphql(f"mutation($id: ID!) {{ delete{entity}(id: $id) {{ {_WHOLE[entity]} }} }}", id=id),
        ]

    def _nested(self, entity: str, path: str, id: str, whole: dict[str, Any]) -> list[Way]:
        """Requests that change related records as well."""
        other = "Folder" if entity == "File" else "File"
        some, made = {"id": self._id(other)}, {**whole, "id": marked(f"made{self.random.randint(0, 9999)}", "id")}
        for name in ("folderId", "files", "folder"):
            made.pop(name, None)
        inputs: list[dict[str, Any]]
        if entity == "File":
            inputs = [{"folder": {"connect": some}}, {"folder": {"disconnect": True}}, {"folder": {"create": made}}]
        else:
            words = [self.random.choice(["connect", "disconnect", "set"]), "create"]
            inputs = [{"files": {words[0]: [some]}}, {"files": {words[1]: [made]}}]
        input = self.random.choice(inputs)
        plain = {name: value for name, value in whole.items() if name != "folderId"}
        return [
            *[Way("PATCH", f"{path}/{id}", input, self._condition())] * 2,
            Way("POST", path, {**plain, **input}),
            graphql(_mutation("update", entity), id=id, input=input),
        ]

    def _condition(self) -> dict[str, str]:
        return self.random.choice([{}, {}, {}, {"if-match": "*"}, {"if-match": '"x"'}])

    def _id(self, entity: str) -> str:
        return self.random.choice([*self.ids[entity], "nothere"])

    def _include(self, entity: str) -> str:
        return self.random.choice({"File": ["folder", "folder.files"], "Folder": ["files", "files.folder"]}[entity])

    def _change(self, entity: str) -> dict[str, Any]:
        choose, text = self.random.choice, self.random.choice([*self.texts, None])
        place = {name: choose([text, 1, None]) for name in ("room", "size") if choose([True, False])}
        possible = {
            "alpha": text,
            "beta": choose([text, "b"]),
            "folderId": choose([None, *self.ids["Folder"]]),
            "place": choose([None, place, place]),
            "delta": choose([[], [text], [text, "d"]]),
        }
        possible = possible if entity == "File" else {"label": text}
        possible["ownerId"] = choose(["ann", "bob", "cat", None])
        return {name: possible[name] for name in possible if self.random.random() < 0.3}

    def _page(self, entity: str) -> dict[str, Any]:
        found: dict[str, Any] = {"limit": self.random.randint(1, 4)}
        if self.random.random() < 0.7:
            found["filter"] = self._filter(entity, 2)
        names = [*_TEXTS[entity], "level", *(_AROUND if entity == "File" else [])]
        if self.random.random() < 0.5:
            chosen = self.random.sample(names, self.random.randint(1, 2))
            found["orderBy"] = [self.random.choice(["", "-"]) + name for name in chosen]
        return found

    def _filter(self, entity: str, depth: int) -> dict[str, Any]:
        if depth and self.random.random() < 0.4:
            inner = [self._filter(entity, depth - 1) for _ in range(2)]
            return self.random.choice([{"not": inner[0]}, {"or": inner}, {"and": inner}])
        if depth and self.random.random() < 0.3:
            return self._abroad(entity, depth - 1)
        name = self.random.choice(
            [*_TEXTS[entity], "level", "tags", *(["delta", "place", "place"] * (entity == "File"))]
        )
        if name == "place":
            inner = [{"room": self._text()}, {"size": self._number()}, self._null()]
            chosen = self.random.choice(inner)
            return {"place": self.random.choice([chosen, {"not": chosen}, {"or": [chosen]}])}
        return {name: {"level": self._number, "tags": self._many, "delta": self._many}.get(name, self._text)()}

    def _abroad(self, entity: str, depth: int) -> dict[str, Any]:
        """A filter across the relation of the entity."""
        if entity == "Folder":
            return {"files": {self.random.choice(["some", "every", "none"]): self._filter("File", depth)}}
        return {"folder": self.random.choice([self._null(), self._filter("Folder", depth)])}

    def _text(self) -> dict[str, Any]:
        text, more = self.random.choices(self.texts, k=2)
        words = ["eq", "ne", "gt", "lte", "contains", "notContains", "beginsWith", "endsWithIgnoreCase"]
        return self.random.choice(
            [{self.random.choice(words): text}, {"in": [text, more]}, {"notIn": [text]}, self._null()]
        )

    def _number(self) -> dict[str, Any]:
        low, high = self.random.randint(-1, 4), self.random.randint(-1, 4)
        return self.random.choice([{self.random.choice(["eq", "ne", "gte", "lt"]): low}, {"between": [low, high]}])

    def _many(self) -> dict[str, Any]:
        return self.random.choice(
            [{"contains": self.random.choice(self.texts)}, {"size": self._number()}, {"isEmpty": True}, self._null()]
        )

    def _null(self) -> dict[str, Any]:
        return {"isNull": self.random.choice([True, False])}

    def _list(self, path: str, page: Mapping[str, Any], include: str) -> Way:
        order = {"orderBy": ",".join(page["orderBy"])} if "orderBy" in page else {}
        return listing(path, **{**page, **order, "count": "true", "include": include})

    def _query(self, entity: str, page: Mapping[str, Any], below: Mapping[str, Any]) -> Way:
        return graphql(
            _QUERIES[entity],
            id=self._id(entity),
            filter=page.get("filter"),
            by=[_order(term) for term in page.get("orderBy", [])],
            limit=page["limit"],
            below=below.get("filter"),
            order=[_order(term) for term in below.get("orderBy", [])],
            few=below["limit"],
        )


def _below(entity: str) -> str:
    """All of a record and of what it leads to, once as asked and once as it is."""
    files = "files(filter: $below, orderBy: $order, limit: $few) { count nextToken items { ...All } }"
    folder = f"{_WHOLE['Folder']} {files} again: files {{ count items {{ id about folder {{ id }} }} }}"
    return f"... on File {{ {_WHOLE['File']} }} folder {{ {folder} }}" if entity == "File" else folder


_QUERIES = {
    entity: f"""query($id: ID!, $filter: {entity}Filter, $by: [{entity}OrderBy!], $limit: Int,
            $below: FileFilter, $order: [FileOrderBy!], $few: Int) {{
        get{entity}(id: $id) {{ {_below(entity)} }}
        list{entity}s(filter: $filter, orderBy: $by, limit: $limit) {{ count nextToken items {{ {_below(entity)} }} }}
        first: list{entity}s(limit: 1) {{ few: items {{ {_below(entity)} }} }}
    }} fragment All on File {{ {_WHOLE["File"]} }}"""
    for entity in COLLECTIONS
}


def _mutation(word: str, entity: str) -> str:
    id, argument = ("$id: ID!, ", "id: $id, ") if word == "update" else ("", "")
    return f"""mutation({id}$input: {word.title()}{entity}Input!) {{
        {word}{entity}({argument}input: $input) {{ {_WHOLE[entity]} }} }}"""


def _order(term: str) -> dict[str, Any]:
    *around, last = term.removeprefix("-").split(".")
    found: dict[str, Any] = {last: "DESC" if term.startswith("-") else "ASC"}
    for name in reversed(around):
        found = {name: found}
    return found


_RELATIONS = ("folder", "files")


def named(way: Way) -> set[str]:
    """The Python names of the fields that a request to write names, of related records as well."""
    return {"folder_id" if name in _RELATIONS else snake(name) for name in _names(_input(way))}


def is_nested(way: Way) -> bool:
    """Whether the request may write related records."""
    return any(name in _RELATIONS for name in _input(way))


def _input(way: Way) -> Mapping[str, Any]:
    body: Mapping[str, Any] = way.body or {}
    found: Mapping[str, Any] = body["variables"].get("input", {}) if "query" in body else body
    return found


def _names(input: Any) -> Iterator[str]:
    if isinstance(input, Mapping):
        for name, value in input.items():
            yield name
            yield from _names(value)
    if isinstance(input, list):
        for each in input:
            yield from _names(each)
