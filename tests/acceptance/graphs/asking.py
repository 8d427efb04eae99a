"""Random questions about a graph, and how REST and GraphQL write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson

from atakora_data.schema.naming import camel
from tests.acceptance.graphs.oracle import Wanted
from tests.acceptance.graphs.shapes import Relation, Shape

_OPEN = ("id", "owner_id", "label", "state")


@dataclass(frozen=True)
class Asker:
    """Makes questions up. texts: what stands in the records."""

    random: Random
    shape: Shape
    texts: Sequence[str]

    def page(self, entity: str, depth: int = 2) -> Wanted:
        """What to ask of a list."""
        return Wanted(
            filter=self.filter(entity, 3) if self.random.random() < 0.7 else None,
            order=self.order(entity) if self.random.random() < 0.6 else (),
            limit=self.random.randint(1, 5),
            relations=self.relations(entity, depth),
        )

    def relations(self, entity: str, depth: int) -> dict[str, Wanted]:
        """Which relations to load, and what of them."""
        found = self.shape.relations[entity]
        if not depth or not found:
            return {}
        chosen = self.random.sample(found, self.random.randint(0, min(2, len(found))))
        return {each.name: self._below(each, depth - 1) for each in chosen}

    def _below(self, relation: Relation, depth: int) -> Wanted:
        if relation.kind == "polymorphic":
            return Wanted()
        if relation.is_to_many:
            return self.page(relation.target, depth)
        return Wanted(relations=self.relations(relation.target, depth))

    def order(self, entity: str) -> tuple[str, ...]:
        """Some fields, also over to-one relations."""
        names = [camel(each) for each in (*_OPEN, "level")]
        names += [
            f"{each.name}.{name}"
            for each in self.shape.relations[entity]
            if each.kind in ("belongs_to", "has_one")
            for name in ("label", "level", "id")
        ]
        chosen = self.random.sample(names, self.random.randint(1, 2))
        return tuple(self.random.choice(["", "-"]) + name for name in chosen)

    def filter(self, entity: str, depth: int) -> dict[str, Any]:
        """A filter over fields and relations."""
        if depth and self.random.random() < 0.25:
            inner = [self.filter(entity, depth - 1) for _ in range(2)]
            made: list[dict[str, Any]] = [{"not": inner[0]}, {"or": inner}, {"and": inner}]
            return self.random.choice(made)
        relations = self.shape.relations[entity]
        if depth and relations and self.random.random() < 0.6:
            relation = self.random.choice(relations)
            return {relation.name: self._related(relation, depth - 1)}
        return self._plain(entity)

    def _related(self, relation: Relation, depth: int) -> dict[str, Any]:
        if relation.is_to_many:
            return {self.random.choice(["some", "every", "none"]): self.filter(relation.target, depth)}
        if self.random.random() < 0.3:
            return {"isNull": self.random.choice([True, False])}
        if relation.kind == "polymorphic":
            target = self.random.choice(relation.targets)
            return {target: self.filter(target, depth)}
        return self.filter(relation.target, depth)

    def _plain(self, entity: str) -> dict[str, Any]:
        name = self.random.choice([*_OPEN, "level", *self.shape.keys[entity]])
        if name == "level":
            return {"level": self.random.choice([{"gt": self.random.randint(0, 2)}, {"eq": 1}, {"isNull": True}])}
        if name == "state":
            return {"state": {self.random.choice(["eq", "ne"]): self.random.choice(["open", "shut"])}}
        text = self.random.choice(self.texts)
        null = {"isNull": self.random.choice([True, False])}
        return {camel(name): self.random.choice([{"eq": text}, {"ne": text}, {"in": [text, "x"]}, null])}


def for_rest(wanted: Wanted) -> Wanted:
    """The same as far as REST can say it in one request: what is included comes as it is."""
    below = {name: for_rest(each) for name, each in wanted.relations.items()}
    plain = {name: replace(each, filter=None, order=(), limit=20) for name, each in below.items()}
    return replace(wanted, relations=plain)


def parameters(wanted: Wanted) -> dict[str, Any]:
    """The parameters of a REST list."""
    found: dict[str, Any] = {"limit": wanted.limit, "count": "true"}
    if wanted.filter is not None:
        found["filter"] = orjson.dumps(wanted.filter).decode()
    if wanted.order:
        found["orderBy"] = ",".join(wanted.order)
    included = paths(wanted)
    if included:
        found["include"] = ",".join(included)
    return found


def paths(wanted: Wanted) -> list[str]:
    """What is included, as dotted names."""
    found: list[str] = []
    for name, below in wanted.relations.items():
        deeper = paths(below)
        found += [f"{name}.{each}" for each in deeper] or [name]
    return found


def query(shape: Shape, entity: str, wanted: Wanted) -> str:
    """The same as a GraphQL query."""
    fields = _fields(shape, entity, wanted)
    return f"{{ page: list{entity}s{_arguments(wanted)} {{ count nextToken items {{ {fields} }} }} }}"


def _fields(shape: Shape, entity: str, wanted: Wanted) -> str:
    plain = [camel(name) for name in shape.fields(entity)]
    return " ".join([*plain, *(_relation(shape, entity, name, below) for name, below in wanted.relations.items())])


def _relation(shape: Shape, entity: str, name: str, wanted: Wanted) -> str:
    relation = shape.relation(entity, name)
    if relation.kind == "polymorphic":
        parts = [f"... on {each} {{ {_apart(each, _fields(shape, each, Wanted()))} }}" for each in relation.targets]
        return f"{name} {{ _type: __typename {' '.join(parts)} }}"
    inner = _fields(shape, relation.target, wanted)
    if not relation.is_to_many:
        return f"{name} {{ {inner} }}"
    edges = "edges { rank node { id } }" if relation.through else ""
    return f"{name}{_arguments(wanted)} {{ count nextToken items {{ {inner} }} {edges} }}"


def _apart(entity: str, fields: str) -> str:
    """The same fields, but each enum under a name of its own: two targets of one relation must not conflict."""
    return fields.replace(" state", f" state{entity}: state")


def _arguments(wanted: Wanted) -> str:
    terms = [f"limit: {wanted.limit}"]
    if wanted.filter is not None:
        terms.append(f"filter: {_literal(wanted.filter)}")
    if wanted.order:
        terms.append(f"orderBy: [{', '.join(_order(each) for each in wanted.order)}]")
    return f"({', '.join(terms)})"


def _order(term: str) -> str:
    direction = "DESC" if term.startswith("-") else "ASC"
    for name in reversed(term.removeprefix("-").split(".")):
        direction = f"{{{name}: {direction}}}"
    return direction


def _literal(value: Any, name: str = "") -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{key}: {_literal(each, _enum(key, name))}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(_literal(each, name) for each in value) + "]"
        case str() if name == "state":
            return value
    return orjson.dumps(value).decode()


def _enum(key: str, name: str) -> str:
    """Below `state` the values are names of an enum."""
    return "state" if key == "state" or (name == "state" and key in ("eq", "ne")) else ""
