"""The records between the two ends of a many-to-many: which entity they are of, and which of its fields hold the ids.

All relationships that name one junction are read together: `Post.categories` and `Category.posts` are two directions
of the same links. One that is not well keeps the others over the same junction from being read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec import Struct, field

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared, declared_by
from atakora_data.registry.findings import place
from atakora_data.registry.making import Made, Unmakable, make_junction
from atakora_data.registry.names import is_entity_name, is_field_name
from atakora_data.registry.neighbours import Neighbours, Site
from atakora_data.schema.model import Model
from atakora_data.schema.naming import pascal, variable
from atakora_data.schema.relationships import BelongsTo, ManyToMany


class Linkage(NamedTuple):
    """How a many-to-many goes over its junction: which of its fields hold the ids. All by Python name.

    through: its further fields, None for all others that it has.
    """

    junction: str
    near: str
    far: str
    through: tuple[str, ...] | None


class Junctions(Struct):
    """made: by the framework. linkages: by entity and relationship, of those that are well."""

    made: list[Declared] = field(default_factory=list)
    linkages: dict[tuple[str, str], Linkage] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Direction:
    """One many-to-many as declared."""

    site: Site
    relationship: ManyToMany[Any]
    target: str

    @property
    def ends(self) -> tuple[str, str]:
        """The entities it leads from and to."""
        return self.site.entity, self.target

    @property
    def keys(self) -> tuple[str | None, str | None]:
        """The names it gives to the fields that hold their ids."""
        return self.relationship.near, self.relationship.far


class Unfit(Exception):  # a reason, not an error of this program
    """Why a many-to-many cannot be, and what to do."""

    def __init__(self, each: Direction, message: str, remedy: str) -> None:
        super().__init__(message)
        self.site = each.site
        self.message = f"{each.site}{message}"
        self.remedy = remedy


def read_junctions(neighbours: Neighbours) -> Junctions:
    """Find or make the junction of every many-to-many; what is wrong with them is reported."""
    found = Junctions()
    for name, directions in _by_junction(neighbours).items():
        try:
            _read(neighbours, name, directions, found)
        except Unfit as error:
            neighbours.refuse(error.site, error.message, error.remedy)
    return found


def _by_junction(neighbours: Neighbours) -> dict[str, list[Direction]]:
    """Those whose targets are entities; of the others the reader of relations tells."""
    found: dict[str, list[Direction]] = {}
    for site, each in neighbours.sites():
        if not isinstance(each.relationship, ManyToMany) or len(each.targets) != 1:
            continue
        direction = Direction(site, each.relationship, each.targets[0])
        try:
            name = _named(direction)
        except Unfit as error:
            neighbours.refuse(error.site, error.message, error.remedy)
            continue
        if direction.target in neighbours.fields and name not in neighbours.unreadable:
            found.setdefault(name, []).append(direction)
    return found


def _named(each: Direction) -> str:
    """The junction's name, if an entity can have it; and its keys must have names that fields can have."""
    name = each.relationship.junction
    if not isinstance(name, str):
        raise Unfit(each, f": the junction is {name!r}.", 'Give its name in quotes, such as "PostCategories".')
    if not is_entity_name(name):
        likely = pascal(name) if is_entity_name(pascal(name)) else f"{each.site.entity}{each.target}"
        raise Unfit(each, f": the junction is called `{name}`, which is not PascalCase.", f"Call it `{likely}`.")
    for word, key in zip(("near", "far"), each.keys, strict=True):
        if key is not None and not (isinstance(key, str) and is_field_name(key)):
            raise Unfit(each, f": {word} is {key!r}, which is no name of a field.", "Write it in snake_case.")
    return name


def _read(neighbours: Neighbours, name: str, directions: Sequence[Direction], found: Junctions) -> None:
    forward = [_is_forward(name, directions, each) for each in directions]
    said = _said(name, directions, forward)
    through: tuple[str, ...] | None = None
    if name in neighbours.fields:
        keys = _own_keys(neighbours, name, directions, said)
        if not _are_held(neighbours, name, directions[0], keys):
            return
    else:
        keys, through = _made_keys(neighbours, name, directions, said, found)
    for each, is_forward in zip(directions, forward, strict=True):
        near, far = keys if is_forward else reversed(keys)
        found.linkages[each.site.entity, each.site.name] = Linkage(name, near, far, through)


def _is_forward(name: str, directions: Sequence[Direction], each: Direction) -> bool:
    """Whether it leads the same way as the first of them."""
    first = directions[0]
    a, b = first.ends
    if each.ends not in ((a, b), (b, a)):
        said = f": the junction {name} links {a} and {b} ({_place(first)}), not {' and '.join(each.ends)}."
        raise Unfit(each, said, "Name another junction.")
    if a != b or each is first:
        return each.ends == (a, b)
    if each.keys != (None, None):
        return any(key is not None and key == other for key, other in zip(each.keys, first.keys, strict=True))
    if each is directions[1]:
        return False  # of two that lead from an entity to itself the second is the way back
    raise Unfit(
        each,
        f" is the third over {name}, and could lead either way.",
        'Say which, such as `near="follower_id", far="followed_id"`, in the first and here.',
    )


def _said(name: str, directions: Sequence[Direction], forward: Sequence[bool]) -> list[str | None]:
    """The names that were given to the keys of both ends."""
    said: list[str | None] = [None, None]
    for each, is_forward in zip(directions, forward, strict=True):
        for index, key in enumerate(each.keys if is_forward else reversed(each.keys)):
            if key is not None and said[index] not in (None, key):
                end = directions[0].ends[index]
                raise Unfit(each, f": {name} has the id of {end} in `{said[index]}`, not in `{key}`.", "Give one name.")
            said[index] = key or said[index]
    return said


def _made_keys(
    neighbours: Neighbours, name: str, directions: Sequence[Direction], said: Sequence[str | None], found: Junctions
) -> tuple[tuple[str, str], tuple[str, ...]]:
    """The keys and further fields of a junction that the framework makes."""
    first, through = directions[0], _with_through(name, directions)
    a, b = first.ends
    keys = (said[0] or _usual(a), said[1] or _usual(b, is_second=a == b))
    _check_differ(first, name, keys)
    _check_free(first, name, keys)
    _warn_of_a_likely_slip(neighbours, first, name, keys)
    types = (neighbours.key_type(a), neighbours.key_type(b))
    made = Made(name, first.ends, keys, types, through.relationship.through, first.site.declared.cls)
    try:
        cls = make_junction(made)
    except Unmakable as error:
        raise Unfit(through, f": {error.message}", error.remedy) from None
    found.made.append(declared_by(cls, (first.site.declared.cls, first.site.name)))
    return keys, tuple(each for each in cls.__pydantic_fields__ if each not in ("id", *keys))


def _warn_of_a_likely_slip(neighbours: Neighbours, first: Direction, name: str, keys: tuple[str, str]) -> None:
    """An entity of almost this name, with both keys, was hardly meant to stand beside the junction."""
    holders = [
        entity for entity, fields in neighbours.fields.items() if {*keys} <= {field.name for field in fields.values()}
    ]
    near = perhaps(name, holders)
    if near is not None:
        said = f"{first.site} links by a junction of its own, {name}, which is made beside what you declared."
        neighbours.findings.warn(place(first.site.declared.cls, first.site.name), said, near)


def _with_through(name: str, directions: Sequence[Direction]) -> Direction:
    """The one that says which further fields there are; the first when none does."""
    saying = [each for each in directions if each.relationship.through is not None]
    for each in saying[1:]:
        if each.relationship.through is not saying[0].relationship.through:
            said = f": {name} has other further fields at {_place(saying[0])}."
            raise Unfit(each, said, "Say `through=` once, or the same model everywhere.")
    return saying[0] if saying else directions[0]


def _own_keys(
    neighbours: Neighbours, name: str, directions: Sequence[Direction], said: Sequence[str | None]
) -> tuple[str, str]:
    """The keys of an entity of one's own."""
    for each in directions:
        if each.relationship.through is not None:
            said_twice = f" takes through=, but {name} is an entity with fields of its own."
            raise Unfit(each, said_twice, f"Declare the further fields in {name}, and leave out through=.")
    first = directions[0]
    keys = (_own_key(neighbours, name, first, said, 0), _own_key(neighbours, name, first, said, 1))
    _check_differ(first, name, keys)
    return keys


def _are_held(neighbours: Neighbours, name: str, first: Direction, keys: tuple[str, str]) -> bool:
    """Whether the junction has both keys, of the right types; what is missing is reported."""
    held = [neighbours.key(first.site, name, key, end) for key, end in zip(keys, first.ends, strict=True)]
    return None not in held


def _own_key(neighbours: Neighbours, name: str, first: Direction, said: Sequence[str | None], index: int) -> str:
    """The field that leads to one end: as said, by the junction's belongs_to, or by its usual name."""
    known, other = said[index], said[1 - index]
    if known is not None:
        return known
    end, is_self = first.ends[index], first.ends[0] == first.ends[1]
    usual = _usual(end, is_second=is_self and index == 1)
    leading = [each for each in _belonging(neighbours, name, end) if each != other]
    if is_self and other is None and len(leading) == len(first.ends):
        return leading[index]
    if not leading or usual in leading:
        return usual
    if len(leading) == 1 and not (is_self and other is None):
        return leading[0]
    remedy = f'Say which, such as `{("near", "far")[index]}="{leading[0]}"`.'
    raise Unfit(first, f": {name} belongs to {end} by {' and '.join(leading)}.", remedy)


def _belonging(neighbours: Neighbours, name: str, end: str) -> list[str]:
    """The keys by which the junction's belongs_to lead to an end."""
    declared = neighbours.declared[name].relationships.values()
    return [
        each.relationship.foreign_key
        for each in declared
        if isinstance(each.relationship, BelongsTo) and each.targets == (end,)
    ]


def _usual(end: str, *, is_second: bool = False) -> str:
    return f"{'related_' if is_second else ''}{variable(end)}_id"


def _check_differ(first: Direction, name: str, keys: tuple[str, str]) -> None:
    if keys[0] == keys[1]:
        raise Unfit(first, f": both ids would be in `{keys[0]}` of {name}.", "Name near and far differently.")


def _check_free(first: Direction, name: str, keys: tuple[str, str]) -> None:
    taken = next((key for key in keys if key == "id" or hasattr(Model, key)), None)
    if taken is not None:
        raise Unfit(first, f": {name} cannot keep an id in `{taken}`.", f"Call it for instance `{taken}_key`.")


def _place(each: Direction) -> str:
    return f"{each.site} at {place(each.site.declared.cls, each.site.name)}"
