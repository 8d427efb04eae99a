"""What happens in the app that somebody may want to know, as frozen data.

    Happening
    ├── RequestAnswered   a request has its answer
    └── StoreAsked        a store was asked something, on behalf of a request

None of them holds a value of a record, an id of one, a token or a name of a person: they may go anywhere.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class RequestAnswered(Struct, frozen=True):
    """A request has its answer.

    trace: its correlation id. route: such as `/posts/{id}`, None where nothing is. seconds: from its arrival on.
    units, requests: what it cost its store, in request units of Cosmos DB and in round trips that are billed.
    tenant: whose records it was about, empty where there is none.
    """

    trace: str
    method: str
    route: str | None
    status: int
    seconds: float
    units: float
    requests: int
    tenant: str = ""


class StoreAsked(Struct, frozen=True):
    """A store has answered, or has failed.

    trace: of the request that asked, empty outside of any. operation: of the store's port, such as `select`.
    entity: of which entity, None of several. error: the code or class of what was raised. units, requests: as above.
    """

    trace: str
    operation: str
    entity: str | None
    tenant: str
    seconds: float
    units: float
    requests: int
    error: str | None = None


Happening: TypeAlias = RequestAnswered | StoreAsked
