"""The data API of hooks, actions, custom rules and tests: `await ctx.data[Post].query().where(…).all()`.

It asks the same service as every other door, as the current principal unless `as_system()` says otherwise.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any, overload

from atakora_data.api.typed.entity_set import EntityRecords
from atakora_data.authorization.principal import Principal
from atakora_data.errors import perhaps
from atakora_data.registry.entity import EntityModel
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
        found = self._service.registry.entities.get(getattr(entity, "__name__", ""))
        if found is None or not is_same_class(entity, found):
            raise TypeError(_no_entity(entity, found, self._service))
        return EntityRecords(self._service, found, self._context)

    def __getattr__(self, name: str, /) -> EntityRecords[Any]:
        """The records of the entity of this name."""
        entity = self._service.registry.entities.get(name)
        if entity is None:
            hint = perhaps(name, self._service.registry.entities) or "See `python -m atakora_data routes`."
            raise AttributeError(f"There is no entity `{name}`. {hint}")
        return EntityRecords(self._service, entity, self._context)

    def as_system(self) -> ServiceData:
        """The same data without rules, in the same tenant: for what the app itself does."""
        return ServiceData(self._service, replace(self._context, principal=SYSTEM))


def is_same_class(cls: type[Any], entity: EntityModel) -> bool:
    """Whether the class is that of the entity, maybe imported a second time under another name of its module."""
    return cls is entity.record or (
        cls.__qualname__ == entity.record.__qualname__ and _file(cls) is not None and _file(cls) == _file(entity.record)
    )


def _file(cls: type[Any]) -> str | None:
    return getattr(sys.modules.get(cls.__module__), "__file__", None)


def _no_entity(cls: object, found: EntityModel | None, service: EntityService) -> str:
    name = getattr(cls, "__name__", repr(cls))
    if found is not None:
        return f"This {name} is another class than the entity {name}, which stands in {found.source or 'the app'}."
    hint = perhaps(name, service.registry.entities) or "It must stand in the schema folder."
    return f"{name} is no entity of this app. {hint}"
