"""Random graphs of entities, written as the schema modules that a developer would write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from tests.acceptance.graphs.rules import Rule, any_rule, written

NAMES = ("Alpha", "Beta", "Gamma")
PLAIN = ("owner_id", "label", "level", "state")
"""The fields that every entity has beside its id, by Python name."""


@dataclass(frozen=True)
class Relation:
    """One relation as one entity declares it.

    key: the Python name of the foreign key, of this entity for belongs_to and polymorphic, else of the target.
    type_key: the field beside it that tells the entity. junction, near, far: what stands between, and its keys.
    """

    name: str
    kind: str
    source: str
    targets: tuple[str, ...]
    key: str = ""
    type_key: str = ""
    junction: str = ""
    near: str = ""
    far: str = ""
    through: bool = False

    @property
    def is_to_many(self) -> bool:
        """Whether it leads to a list."""
        return self.kind in ("has_many", "many_to_many")

    @property
    def target(self) -> str:
        """The only target."""
        return self.targets[0]


@dataclass(frozen=True)
class Shape:
    """A graph: the relations of each entity, its foreign keys, and the rules of entities and fields."""

    entities: tuple[str, ...]
    relations: Mapping[str, tuple[Relation, ...]]
    keys: Mapping[str, tuple[str, ...]]
    read: Mapping[str, Rule]
    hidden: Mapping[str, Mapping[str, Rule]]

    def relation(self, entity: str, name: str) -> Relation:
        """The relation of this name."""
        return next(each for each in self.relations[entity] if each.name == name)

    def fields(self, entity: str) -> tuple[str, ...]:
        """All fields of an entity by Python name."""
        return ("id", *PLAIN, *self.keys[entity])


def any_shape(random: Random) -> Shape:
    """Two or three entities that lead to each other in several ways."""
    entities = NAMES[: random.randint(2, 3)]
    declared = [each for number in range(random.randint(2, 4)) for each in _edge(random, entities, number)]
    relations = {name: tuple(each for each in declared if each.source == name) for name in entities}
    keys = {name: tuple(_keys(name, declared)) for name in entities}
    read = {name: any_rule(random, relations[name]) for name in entities}
    hidden = {
        name: {field: any_rule(random, relations[name]) for field in _hideable(keys[name]) if random.random() < 0.2}
        for name in entities
    }
    return Shape(entities, relations, keys, read, hidden)


def _hideable(keys: tuple[str, ...]) -> tuple[str, ...]:
    return ("label", "level", *(key for key in keys if key.endswith("_id")))


def _edge(random: Random, entities: tuple[str, ...], number: int) -> Iterator[Relation]:
    """One way to connect two entities, declared on one side or on both."""
    source, target = random.choice(entities), random.choice(entities)
    is_both = random.random() < 0.8
    match random.choice(["many", "many", "one", "junction", "junction", "poly"]):
        case "many" | "one" as kind:
            key = f"e{number}_id"
            yield Relation(f"e{number}", "belongs_to", source, (target,), key)
            if is_both:
                yield Relation(f"m{number}", "has_many" if kind == "many" else "has_one", target, (source,), key)
        case "junction":
            yield from _junction(random, source, target, number, is_both=is_both)
        case _:
            yield from _polymorphic(source, entities[:2], number, is_both=is_both)


def _junction(random: Random, source: str, target: str, number: int, *, is_both: bool) -> Iterator[Relation]:
    near = f"{source.lower()}_id"
    far = f"{target.lower()}_id" if source != target else f"related_{target.lower()}_id"
    junction, through = f"Link{number}", random.random() < 0.5
    yield Relation(f"j{number}", "many_to_many", source, (target,), "", "", junction, near, far, through)
    if is_both and source != target:
        yield Relation(f"k{number}", "many_to_many", target, (source,), "", "", junction, far, near, through)


def _polymorphic(source: str, targets: tuple[str, ...], number: int, *, is_both: bool) -> Iterator[Relation]:
    key, type_key = f"p{number}_id", f"p{number}_type"
    yield Relation(f"p{number}", "polymorphic", source, targets, key, type_key)
    if is_both:
        for each in targets:
            yield Relation(f"q{number}{each.lower()}", "has_many", each, (source,), key, type_key)


def _keys(entity: str, declared: list[Relation]) -> Iterator[str]:
    for each in declared:
        if each.source == entity and each.kind in ("belongs_to", "polymorphic"):
            yield each.key
            if each.type_key:
                yield each.type_key


def module(shape: Shape) -> str:
    """The schema module."""
    return "\n".join([_HEAD, *(_entity(shape, name) for name in shape.entities)])


_HEAD = '''"""Made up."""

from typing import Literal

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    HasOne,
    ManyToMany,
    Model,
    Polymorphic,
    allow,
    belongs_to,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
    principal,
    this,
)


class Rank(Model):
    """What a link may say."""

    rank: int = 0

'''


def _entity(shape: Shape, name: str) -> str:
    hidden = ", ".join(f"{field!r}: FieldRules(read={written(rule)})" for field, rule in shape.hidden[name].items())
    lines = [
        f"class {name}(Entity):",
        f'    """The entity {name}."""',
        "    id: str = Field(primary_key=True)",
        "    owner_id: str = Field(owner=True)",
        "    label: str | None = None",
        "    level: int | None = None",
        "    state: Literal['open', 'shut'] = 'open'",
        *(f"    {key}: str | None = None" for key in shape.keys[name]),
        *(_relation(each) for each in shape.relations[name]),
        f'    plural = "{name.lower()}s"',
        f"    authorization = Authorization(read={written(shape.read[name])}, fields={{{hidden}}})",
    ]
    return "\n".join(lines) + "\n\n"


def _relation(each: Relation) -> str:
    match each.kind:
        case "belongs_to":
            return f'    {each.name}: BelongsTo["{each.target}"] = belongs_to("{each.key}")'
        case "has_one":
            return f'    {each.name}: HasOne["{each.target}"] = has_one("{each.key}")'
        case "has_many":
            return f'    {each.name}: HasMany["{each.target}"] = has_many("{each.key}")'
        case "many_to_many":
            through = ", through=Rank" if each.through else ""
            return f'    {each.name}: ManyToMany["{each.target}"] = many_to_many("{each.junction}"{through})'
    union = " | ".join(each.targets)
    return (
        f'    {each.name}: Polymorphic["{union}"] = '
        f'polymorphic({list(each.targets)!r}, id="{each.key}", type="{each.type_key}")'
    )
