"""Makes the entity class of a junction: an id, the ids of both ends, and the further fields of `through`."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from atakora_data.registry.entity import TypeName
from atakora_data.schema.entity import Entity
from atakora_data.schema.fields import Field, options_of
from atakora_data.schema.model import Model, SchemaMeta

_REFUSED: Final = ("primary_key", "owner")


class Made(NamedTuple):
    """What a junction is made from. keys: by Python name. types: of the ids of both ends. home: declares it first."""

    name: str
    ends: tuple[str, str]
    keys: tuple[str, str]
    types: tuple[TypeName, TypeName]
    through: Any
    home: type[Entity]


class Unmakable(Exception):  # a reason, not an error of this program
    """Why the further fields cannot join a junction, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def make_junction(made: Made) -> type[Entity]:
    """The entity class; raises Unmakable."""
    if made.through is None:
        return _class(made.name, (_keys(made),), made.home.__module__, _doc(made))
    _check(made, made.through)
    return _class(made.name, (made.through, _keys(made)), made.through.__module__, _doc(made))


def _keys(made: Made) -> type[Entity]:
    """The parent with the ids; a parent of its own, so that they come before the further fields."""
    types = [UUID if each is TypeName.UUID else str for each in made.types]
    annotations: dict[str, Any] = {"id": UUID, **dict(zip(made.keys, types, strict=True))}
    fields = {"id": Field(primary_key=True, default_factory=uuid4), **{key: Field(immutable=True) for key in made.keys}}
    namespace = {"__annotations__": annotations, **fields}
    return _class(f"{made.name}Keys", (Entity,), made.home.__module__, "", namespace, abstract=True)


def _class(
    name: str,
    bases: tuple[type[Any], ...],
    module: str,
    doc: str,
    content: dict[str, Any] | None = None,
    **keywords: Any,
) -> type[Entity]:
    namespace = {
        "__module__": module,
        "__qualname__": name,
        "__doc__": doc,
        "__pydantic_parent_namespace__": None,
        **(content or {}),
    }
    made: Any = SchemaMeta(name, bases, namespace, **keywords)
    found: type[Entity] = made
    return found


def _doc(made: Made) -> str:
    return f"A link between {made.ends[0]} and {made.ends[1]}."


def _check(made: Made, through: Any) -> None:
    if not (isinstance(through, type) and issubclass(through, Model)) or issubclass(through, Entity):
        said = f"through= is {getattr(through, '__name__', repr(through))}, which is no Model."
        raise Unmakable(said, "Give a subclass of Model with the further fields.")
    if not through.__pydantic_fields__:
        raise Unmakable(f"{through.__name__} has no fields.", "Declare at least one, or leave out through=.")
    declarations = through.__declarations__
    for word in ("relationships", "computed", "hooks", "actions"):
        for name in getattr(declarations, word):
            said = f"{through.__name__}.{name} is no field; {made.name} takes only fields and checks from it."
            raise Unmakable(said, f"Declare {made.name} as an entity of your own.")
    _check_fields(made, through)


def _check_fields(made: Made, through: type[Model]) -> None:
    for name, info in through.__pydantic_fields__.items():
        if name in ("id", *made.keys):
            said = f"{through.__name__}.{name} clashes with the `{name}` that every {made.name} has."
            raise Unmakable(said, "Rename the field.")
        for word in _REFUSED:
            if getattr(options_of(info), word):
                said = f"{through.__name__}.{name} is declared {word}, which a field of a link cannot be."
                raise Unmakable(said, f"Leave out {word}.")
