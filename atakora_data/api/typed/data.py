"""The data API of hooks, actions, custom rules and tests: `await ctx.data[Post].query().where(…).all()`.

It asks the same service as every other door, as the current principal unless `as_system()` says otherwise.
"""

from __future__ import annotations

import os
import sys
from typing import Any, overload

from msgspec.structs import replace

from atakora_data.api.typed.entity_set import EntityRecords
from atakora_data.authorization.principal import Principal
from atakora_data.errors import perhaps
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.data import E
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

SYSTEM = Principal(id=None, is_system=True)


class ServiceData:
    """All entities, as this caller may reach them: `schema.data.Data`."""

    def __init__(self, service: EntityService, context: RequestContext) -> None:
        self._service = service
        self._context = context

    @overload
    def __getitem__(self, entity: type[E], /) -> EntityRecords[E]: ...
    @overload
    def __getitem__(self, entity: str, /) -> EntityRecords[Any]: ...
    def __getitem__(self, entity: type[E] | str, /) -> EntityRecords[E] | EntityRecords[Any]:
        """The records of this entity."""
        if isinstance(entity, str):
            return self.__getattr__(entity)
        return EntityRecords(self._service, entity_of(self._service.registry, entity), self._context)

    def __getattr__(self, name: str, /) -> EntityRecords[Any]:
        """The records of the entity of this name."""
        if name.startswith("_"):
            raise AttributeError(name)
        entity = self._service.registry.entities.get(name)
        if entity is None:
            hint = perhaps(name, self._service.registry.entities) or "See `python -m atakora_data routes`."
            raise AttributeError(f"There is no entity `{name}`. {hint}")
        return EntityRecords(self._service, entity, self._context)

    @property
    def registry(self) -> Registry:
        """All entities there are."""
        return self._service.registry

    def as_system(self) -> ServiceData:
        """The same data without rules, in the same tenant: for what the app itself does."""
        return ServiceData(self._service, replace(self._context, principal=SYSTEM))


def entity_of(registry: Registry, cls: type[Any]) -> EntityModel:
    """The entity of the class; TypeError when it is none of this app.

    A schema module may be imported a second time under another name: its classes stand for the same entities.
    """
    found = registry.entities.get(getattr(cls, "__name__", ""))
    if found is not None and (cls is found.record or _source(cls) == _source(found.record)):
        return found
    name = getattr(cls, "__name__", repr(cls))
    if found is not None:
        raise TypeError(f"This {name} is another class than the entity {name} in {found.source or 'the app'}.")
    hint = perhaps(name, registry.entities) or "It must stand in the schema folder."
    raise TypeError(f"{name} is no entity of this app. {hint}")


def _source(cls: type[Any]) -> tuple[Any, ...]:
    """Where the class was written; its own where no file tells."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return (cls,) if file is None else (os.path.realpath(file), cls.__qualname__)
