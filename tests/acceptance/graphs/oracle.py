"""What a caller should be answered, worked out record by record in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atakora_data.schema.naming import camel
from tests.acceptance.graphs.rules import Rule
from tests.acceptance.graphs.shapes import Relation, Shape

Record: TypeAlias = dict[str, Any]
"""A record under the Python names of its fields."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a page or of a record: relations by name, each with what is asked of it."""

    filter: Mapping[str, Any] | None = None
    order: tuple[str, ...] = ()
    limit: int = 20
    relations: Mapping[str, Wanted] = field(default_factory=dict)


@dataclass(frozen=True)
class Oracle:
    """Everything there is, and who asks. links: the records of junctions by name."""

    shape: Shape
    world: Mapping[str, Mapping[str, Record]]
    links: Mapping[str, Sequence[Record]]
    caller: str | None
    roles: tuple[str, ...]

    def readable(self, entity: str) -> list[Record]:
        """The records that the caller may read."""
        return [record for record in self.world[entity].values() if self.may_read(entity, record)]

    def may_read(self, entity: str, record: Record) -> bool:
        """Whether the caller may read this record."""
        return self.permits(self.shape.read[entity], entity, record)

    def seen(self, entity: str, record: Record) -> Record:
        """What the caller sees of a record it may read: hidden fields are None."""
        rules = self.shape.hidden[entity]
        return {
            name: value if name not in rules or self.permits(rules[name], entity, record) else None
            for name, value in record.items()
        }

    def permits(self, rule: Rule, entity: str, record: Record) -> bool:  # noqa: C901, PLR0911 - one a kind
        """Whether the rule allows the record."""
        match rule:
            case ("public",):
                return True
            case ("authenticated",):
                return self.caller is not None
            case ("owner",):
                return self.caller is not None and record["owner_id"] == self.caller
            case ("role", name):
                return name in self.roles
            case ("relationship", name):
                found = self.related(entity, record, self.shape.relation(entity, name))
                return any(each["id"] == self.caller for _, each, _ in found)
            case ("where", name, operator, value):
                return _compared(record[name], operator, value)
            case ("mine", name):
                return self.caller is not None and record[name] == self.caller
            case ("via", name, ("where", inner, "!=", value)):
                return not self.permits(("via", name, ("where", inner, "==", value)), entity, record)
            case ("via", name, inner):
                found = self.related(entity, record, self.shape.relation(entity, name))
                return any(self.permits(inner, target, each) for target, each, _ in found)
            case ("any", one, other):
                return self.permits(one, entity, record) or self.permits(other, entity, record)
            case ("all", one, other):
                return self.permits(one, entity, record) and self.permits(other, entity, record)
            case ("not", inner):
                return not self.permits(inner, entity, record)
        return False

    def related(self, entity: str, record: Record, relation: Relation) -> Iterator[tuple[str, Record, Record]]:
        """Where the relation leads: entity, record and the link's own record, whatever the caller may read."""
        match relation.kind:
            case "belongs_to":
                found = self.world[relation.target].get(record[relation.key] or "")
                if found is not None:
                    yield relation.target, found, {}
            case "polymorphic":
                name = record[relation.type_key]
                found = self.world[name].get(record[relation.key] or "") if name in relation.targets else None
                if found is not None:
                    yield name, found, {}
            case "many_to_many":
                for link in self.links[relation.junction]:
                    if link[relation.near] == record["id"] and link[relation.far] in self.world[relation.target]:
                        yield relation.target, self.world[relation.target][link[relation.far]], link
            case _:
                for each in self.world[relation.target].values():
                    if each[relation.key] == record["id"] and each.get(relation.type_key, entity) == entity:
                        yield relation.target, each, {}

    def reached(self, entity: str, record: Record, relation: Relation) -> list[tuple[str, Record, Record]]:
        """Where the relation leads for this caller: over keys it may see, to records it may read."""
        seen = self.seen(entity, record)
        if relation.kind in ("belongs_to", "polymorphic") and seen[relation.key] is None:
            return []
        return [
            (target, each, link)
            for target, each, link in self.related(entity, record, relation)
            if self.may_read(target, each)
            and (relation.kind not in ("has_one", "has_many") or self.seen(target, each)[relation.key] is not None)
        ]

    def matches(self, entity: str, record: Record, data: Mapping[str, Any]) -> bool:
        """Whether the record matches a filter as clients write it."""
        seen = {camel(name): value for name, value in self.seen(entity, record).items()}
        return all(self._member(entity, record, seen, name, value) for name, value in data.items())

    def _member(self, entity: str, record: Record, seen: Mapping[str, Any], name: str, value: Any) -> bool:
        match name:
            case "and":
                return all(self.matches(entity, record, each) for each in value)
            case "or":
                return any(self.matches(entity, record, each) for each in value)
            case "not":
                return not self.matches(entity, record, value)
        if name in seen:
            return all(_holds(word, seen[name], operand) for word, operand in value.items())
        relation = self.shape.relation(entity, name)
        found = self.reached(entity, record, relation)
        return all(self._asked(relation, found, word, operand) for word, operand in _questions(relation, value))

    def _asked(self, relation: Relation, found: list[tuple[str, Record, Record]], word: str, operand: Any) -> bool:
        if word == "isNull":
            return (not found) is operand
        if word in relation.targets:
            return any(name == word and self.matches(name, each, operand) for name, each, _ in found)
        holding = [self.matches(name, each, operand) for name, each, _ in found]
        return {"some": any(holding), "every": all(holding), "none": not any(holding)}[word]

    def ordered(self, entity: str, records: Sequence[Record], order: tuple[str, ...]) -> list[Record]:
        """The records in the order that a client wrote."""
        found = sorted(records, key=lambda record: record["id"])
        for term in reversed(order):
            name = term.removeprefix("-")
            found.sort(key=lambda record, name=name: _rank(self._value(entity, record, name)), reverse=term[0] == "-")  # type: ignore[misc]  # bound early
        return found

    def _value(self, entity: str, record: Record, name: str) -> Any:
        first, _, rest = name.partition(".")
        if not rest:
            return {camel(each): value for each, value in self.seen(entity, record).items()}[first]
        reached = self.reached(entity, record, self.shape.relation(entity, first))
        return self._value(reached[0][0], reached[0][1], rest) if reached else None

    def page(self, entity: str, records: Sequence[Record], wanted: Wanted) -> dict[str, Any]:
        """A page of these records, as far as the caller may read them."""
        found = [each for each in records if self.may_read(entity, each)]
        matching = [each for each in found if self.matches(entity, each, wanted.filter or {})]
        ordered = self.ordered(entity, matching, wanted.order)
        return {
            "items": [self.answer(entity, each, wanted) for each in ordered[: wanted.limit]],
            "more": len(ordered) > wanted.limit,
            "count": len(ordered),
        }

    def answer(self, entity: str, record: Record, wanted: Wanted) -> dict[str, Any]:
        """A record with its relations."""
        answer = {camel(name): value for name, value in self.seen(entity, record).items()}
        for name, below in wanted.relations.items():
            relation = self.shape.relation(entity, name)
            found = self.reached(entity, record, relation)
            answer[name] = (
                self._many(relation, found, below) if relation.is_to_many else self._one(relation, found, below)
            )
        return answer

    def _one(
        self, relation: Relation, found: list[tuple[str, Record, Record]], wanted: Wanted
    ) -> dict[str, Any] | None:
        if not found:
            return None
        entity, record, _ = found[0]
        own = {name: each for name, each in wanted.relations.items() if self._has(entity, name)}
        answer = self.answer(entity, record, Wanted(relations=own))
        return {**answer, "_type": entity} if relation.kind == "polymorphic" else answer

    def _has(self, entity: str, relation: str) -> bool:
        return any(each.name == relation for each in self.shape.relations[entity])

    def _many(self, relation: Relation, found: list[tuple[str, Record, Record]], wanted: Wanted) -> dict[str, Any]:
        page = self.page(relation.target, [each for _, each, _ in found], wanted)
        if relation.through:
            ranks = {each["id"]: link["rank"] for _, each, link in found}
            page["items"] = [{**item, "_through": {"rank": ranks[item["id"]]}} for item in page["items"]]
        return page


def _questions(relation: Relation, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a filter asks of a relation; that of a to-one relation to one entity asks whether it has some such."""
    if relation.is_to_many or relation.kind == "polymorphic":
        return list(value.items())
    null = [(word, each) for word, each in value.items() if word == "isNull"]
    rest = {word: each for word, each in value.items() if word != "isNull"}
    return [*null, ("some", rest)] if rest or not null else null


def _compared(value: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "==":
            return bool(value == wanted)
        case "!=":
            return bool(value != wanted)
    return value is not None and bool(value > wanted)


def _holds(word: str, value: Any, operand: Any) -> bool:
    match word:
        case "isNull":
            return (value is None) is operand
        case "ne":
            return not _holds("eq", value, operand)
        case "eq":
            return bool(value is not None and value == operand)
        case "in":
            return value is not None and value in operand
        case "gt":
            return value is not None and bool(value > operand)
    raise AssertionError(word)


def _rank(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, value)
