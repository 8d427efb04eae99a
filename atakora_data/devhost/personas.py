"""Ready-made callers for the desk: real users of the data where there are some, invented ones otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from atakora_data.application import Application
from atakora_data.authorization.principal import Principal
from atakora_data.registry.entity import TypeName
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import ListRecords
from atakora_data.service.context import RequestContext

USERS = "User"
ADMIN = "admin"
DESK = "local"
"""The tenant of whoever tries the app at a desk, while tenancy is on."""


class Persona(Struct, frozen=True):
    """Somebody to try the app as."""

    name: str
    id: str
    roles: tuple[str, ...] = ()


async def personas(application: Application, tenant: str = DESK) -> list[Persona]:
    """Choose two plain users and an admin: of the entity `User` if it has records, else alice, bob and an admin."""
    if USERS in application.registry.entities:
        found = _choose(await _users(application, tenant))
        if found:
            return found
    return invented(application.registry)


def invented(registry: Registry) -> list[Persona]:
    """Make up alice, bob and an admin; where owners are UUIDs, so are their ids, the same ones every time."""
    owners = [each.owner.type.name for each in registry if each.owner is not None]
    names = {"alice": (), "bob": (), ADMIN: (ADMIN,)}
    if TypeName.UUID in owners:
        return [Persona(name, str(uuid5(NAMESPACE_URL, name)), roles) for name, roles in names.items()]
    return [Persona(name, name, roles) for name, roles in names.items()]


async def _users(application: Application, tenant: str) -> list[dict[str, Any]]:
    system = Principal(tenant_id=tenant, is_system=True)
    everybody = RequestContext(system, application.tenancy.tenant_of(system))
    page = await application.service.list(ListRecords(USERS, limit=50), everybody)
    users: list[dict[str, Any]] = page["items"]
    return users


def _choose(users: Sequence[dict[str, Any]]) -> list[Persona]:
    admins = [each for each in users if each.get("role") == ADMIN]
    others = [each for each in users if each.get("role") != ADMIN]
    return [_persona(each) for each in (*others[:2], *admins[:1])]


def _persona(user: dict[str, Any]) -> Persona:
    words = str(user.get("name") or user.get("username") or user.get("email") or user["id"]).split()
    role = user.get("role")
    return Persona(words[0].lower(), str(user["id"]), (role,) if isinstance(role, str) else ())
