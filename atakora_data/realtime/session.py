"""A session: whom messages go to, and what it is subscribed to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.authorization.principal import Principal
from atakora_data.realtime.subscription import principal_text, read_principal
from atakora_data.service.context import RequestContext
from atakora_data.storage.state import State

SESSION: Final = "session"
"""The kind of state that sessions are; the partition is that of their principal."""


class Held(NamedTuple):
    """What a session knows of one of its subscriptions. expires: in seconds since 1970."""

    entity: str
    expires: float


class Session(Struct, frozen=True):
    """One client's session. principal: as the last token that was shown for it says. etag: of its state."""

    id: str
    principal: Principal
    subscriptions: Mapping[str, Held]
    etag: str

    @classmethod
    def of_state(cls, state: State, now: float) -> Session:
        """The session that is kept, without subscriptions that have expired."""
        held = {id: Held(*each) for id, each in state.value["subscriptions"].items()}
        live = {id: each for id, each in held.items() if each.expires > now}
        return cls(state.id, read_principal(state.value["principal"]), live, state.etag)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        held = {id: list(each) for id, each in self.subscriptions.items()}
        return {"principal": principal_text(self.principal), "subscriptions": held}

    def holding(self, id: str, held: Held) -> Session:
        """The same with this subscription."""
        return replace(self, subscriptions={**self.subscriptions, id: held})

    def without(self, ids: Collection[str]) -> Session:
        """The same without these subscriptions."""
        return replace(self, subscriptions={id: each for id, each in self.subscriptions.items() if id not in ids})

    def shown_by(self, principal: Principal) -> Session:
        """The same after another token was shown for it."""
        return replace(self, principal=principal)


def session_partition(context: RequestContext) -> str:
    """Where the sessions of the caller are kept: nobody else looks there. An id may be any text, so it is digested."""
    id = (context.principal.id or "").encode("utf-8", "surrogatepass")
    return f"{context.tenant}/{hashlib.blake2b(id, digest_size=16).hexdigest()}"
