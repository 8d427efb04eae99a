"""What an app may do in somebody's name: the scopes of a delegated token, beside what the rules say of the caller.

`Post.Read` is needed to read posts and `Post.Write` to change them; `Data.Read` and `Data.Write` count for every
entity. A token of an app of its own has no scopes, and needs none: its roles say what it may. Nor does nobody, or the
system.
"""

from __future__ import annotations

from typing import Final

from atakora_data.authorization.principal import Principal
from atakora_data.registry.entity import EntityModel, Operation

EVERY_ENTITY: Final = "Data"


def needed(entity: EntityModel, operation: Operation) -> tuple[str, str]:
    """The scopes one of which is needed."""
    word = "Read" if operation is Operation.READ else "Write"
    return f"{entity.name}.{word}", f"{EVERY_ENTITY}.{word}"


def lacks_scope(principal: Principal, entity: EntityModel, operation: Operation) -> bool:
    """Whether the caller's token was not given for this. Links that the framework keeps need none of their own."""
    if entity.is_junction or not _is_delegated(principal):
        return False
    return principal.scopes.isdisjoint(needed(entity, operation))


def _is_delegated(principal: Principal) -> bool:
    """Whether an app asks in somebody's name."""
    if principal.id is None or principal.is_system:
        return False
    return bool(principal.scopes) or not _is_app(principal)


def _is_app(principal: Principal) -> bool:
    """Whether the token is an app's own: it says so, or Entra ID gave it to a client that is its subject as well."""
    client = principal.claim("azp") or principal.claim("appid")
    is_subject = principal.claim("sub") == principal.claim("oid") is not None
    return principal.claim("idtyp") == "app" or (client is not None and is_subject)
