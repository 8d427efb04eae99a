"""What an entity class declares, with what it inherits."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from atakora_data.schema.declarations import Declarations, DeclaredRelationship
from atakora_data.schema.entity import Entity


class Declared(Struct, frozen=True):
    """One entity class and its declarations: parents first, each name once, the class's own last.

    origin: of a class that nobody wrote, the class and the attribute that asked for it.
    """

    cls: type[Entity]
    declarations: Declarations
    origin: tuple[type[Any], str] | None = None

    @property
    def name(self) -> str:
        """The entity's name."""
        return self.cls.__name__

    @property
    def relationships(self) -> dict[str, DeclaredRelationship]:
        """Relationships by Python name."""
        return self.declarations.relationships

    @property
    def site(self) -> tuple[type[Any], str | None]:
        """Where to report what is wrong with the whole of it."""
        return self.origin or (self.cls, None)

    def option(self, name: str, default: Any) -> Any:
        """The value of an option, or what it is when left out."""
        return self.declarations.options.get(name, default)


def declared_by(cls: type[Entity], origin: tuple[type[Any], str] | None = None) -> Declared:
    """Everything the class declares or inherits."""
    found = Declarations()
    for parent in reversed(cls.__mro__):
        own = parent.__dict__.get("__declarations__")
        if isinstance(own, Declarations):
            _merge(found, own)
    return Declared(cls, found, origin)


def _merge(found: Declarations, own: Declarations) -> None:
    found.options.update(own.options)
    found.relationships.update(own.relationships)
    found.computed.update(own.computed)
    found.hooks.update(own.hooks)
    found.actions.update(own.actions)
    found.validators.update(own.validators)
    found.unknown.update(own.unknown)
    found.annotated_options = (*found.annotated_options, *own.annotated_options)
