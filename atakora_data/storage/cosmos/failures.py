"""What goes wrong in Cosmos DB, as errors of the store port: no error of the SDK leaves the adapter.

Nothing of the SDK is imported here: an error is known by its status, its sub-status and the names of its classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from atakora_data.errors import (
    AlreadyExists,
    BodyTooLarge,
    MalformedRequest,
    NotFound,
    PreconditionFailed,
    QueryTooExpensive,
    RequestError,
    StoreUnavailable,
)

LONGEST_RETRY_AFTER: Final = 60.0
"""At most so many seconds a caller is told to wait, whatever the service says."""

_RETRY_AFTER: Final = "x-ms-retry-after-ms"
_SUB_STATUS: Final = "x-ms-substatus"
_ANY: Final = -1


class _Failure(NamedTuple):
    """What is said of an error. passing: it may be gone at another try. unknown: what was asked may have been done."""

    detail: str
    hint: str = "Try again."
    passing: bool = False
    unknown: bool = False


_MOVING: Final = _Failure("Azure Cosmos DB is moving data or regions.", passing=True)
_REFUSED: Final = _Failure(
    "Azure Cosmos DB refuses the app.",
    "Give its identity the role Cosmos DB Built-in Data Contributor, or correct COSMOS; check the account's firewall.",
)
_MISSING: Final = _Failure(
    "The database or a container does not exist in Azure Cosmos DB.",
    "Deploy the containers: `python -m atakora_data infra --containers` prints them.",
)
_OTHER_KEY: Final = _Failure(
    "A container in Azure Cosmos DB has another partition key than the schema declares.",
    "A partition key cannot be changed: make a new container, and name it in the entity's storage.",
)
_FULL: Final = _Failure(
    "A logical partition in Azure Cosmos DB is full: it holds 20 GB.",
    "Choose a finer partition strategy for the entity, or delete records.",
)
_BUSY: Final = _Failure("Azure Cosmos DB has more requests than its throughput allows.", passing=True)
_CONFLICTING: Final = _Failure("Azure Cosmos DB is writing the same record for others.", passing=True)
_SLOW: Final = _Failure("Azure Cosmos DB did not answer in time.", passing=True, unknown=True)
_DOWN: Final = _Failure("Azure Cosmos DB is not available.", passing=True, unknown=True)
_UNREACHABLE: Final = _Failure("Azure Cosmos DB cannot be reached.", passing=True, unknown=True)
_UNKNOWN: Final = _Failure("The store failed.", unknown=True)

_BY_STATUS: Final[Mapping[tuple[int, int], _Failure]] = {
    (400, 1001): _OTHER_KEY,
    (401, _ANY): _REFUSED,
    (403, _ANY): _REFUSED,
    (403, 3): _MOVING,
    (403, 1008): _MOVING,
    (403, 1014): _FULL,
    (404, 1002): _Failure("Azure Cosmos DB has not got the latest writes in this region yet.", passing=True),
    (404, 1003): _MISSING,
    (404, 1013): _Failure("A container in Azure Cosmos DB is being made.", passing=True),
    (408, _ANY): _SLOW,
    (409, 1006): _MOVING,
    (410, _ANY): _MOVING,
    (423, _ANY): _MOVING,
    (429, _ANY): _BUSY,
    (449, _ANY): _CONFLICTING,
    (500, _ANY): _DOWN,
    (502, _ANY): _DOWN,
    (503, _ANY): _DOWN,
    (504, _ANY): _SLOW,
}
"""By status and sub-status."""

_OF_THE_REQUEST: Final[Mapping[int, Callable[[], RequestError]]] = {
    404: lambda: NotFound("There is no such record."),
    409: lambda: AlreadyExists("The record exists.", hint="Choose another id, or update it."),
    412: lambda: PreconditionFailed("The record was changed since it was read.", hint="Read it again."),
    413: lambda: BodyTooLarge("The record is larger than 2 MB, more than Azure Cosmos DB can hold.", hint="Split it."),
}

_BY_CLASS: Final = {
    "CosmosClientTimeoutError": _SLOW,
    "TimeoutError": _SLOW,
    "ServiceRequestError": _UNREACHABLE,
    "ServiceResponseError": _UNREACHABLE,
    "IncompleteReadError": _UNREACHABLE,
    "ClientAuthenticationError": _REFUSED,
    "ClientError": _UNREACHABLE,
    "OSError": _UNREACHABLE,
}
"""By the name of the class, or of one that it is derived from, for errors without an answer."""

_TOO_MUCH: Final = ("exceeded", "too many", "too long", "too complex", "nesting")


def mapped(error: BaseException) -> RequestError:
    """The port's error for one that the SDK, the connection or the event loop raised; one of ours stays itself."""
    if isinstance(error, RequestError):
        return error
    status, sub_status = status_of(error), sub_status_of(error)
    if (status, sub_status) not in _BY_STATUS and (make := _OF_THE_REQUEST.get(status)):
        return make()
    if status == HTTPStatus.BAD_REQUEST and (status, sub_status) not in _BY_STATUS:
        return _malformed(error)
    failure = _failure(error)
    return StoreUnavailable(failure.detail, hint=failure.hint, retry_after=retry_after(error) or 1)


def is_passing(error: BaseException) -> bool:
    """Whether another try may succeed."""
    return _failure(error).passing


def stands_against(error: BaseException) -> bool:
    """Whether the service refuses a write for what is stored: 404, 409 and 412 without a further meaning."""
    status = status_of(error)
    return (
        status in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
        and (status, sub_status_of(error)) not in _BY_STATUS
    )


def may_be_done(error: BaseException) -> bool:
    """Whether what was asked may have been carried out: the answer is lost, or says nothing about it."""
    return _failure(error).unknown


def status_of(error: BaseException) -> int:
    """The HTTP status of the answer, 0 when there was none."""
    return _whole(getattr(error, "status_code", 0))


def sub_status_of(error: BaseException) -> int:
    """What Cosmos says beside the status, 0 for nothing."""
    return _whole(getattr(error, "sub_status", 0)) or _whole(_headers(error).get(_SUB_STATUS))


def retry_after(error: BaseException) -> float:
    """After how many seconds the service wants to be asked again, 0 when it does not say."""
    return min(_whole(_headers(error).get(_RETRY_AFTER)) / 1000, LONGEST_RETRY_AFTER)


def _failure(error: BaseException) -> _Failure:
    status = status_of(error)
    if status:
        exact = _BY_STATUS.get((status, sub_status_of(error)))
        return exact or _BY_STATUS.get((status, _ANY), _UNKNOWN)
    names = (each.__name__ for each in type(error).__mro__)
    return next((_BY_CLASS[name] for name in names if name in _BY_CLASS), _UNKNOWN)


def _malformed(error: BaseException) -> RequestError:
    message = str(error).lower()
    if "query" in message and any(words in message for words in _TOO_MUCH):
        return QueryTooExpensive("The filter is larger than Azure Cosmos DB can take.", hint="Use fewer conditions.")
    return MalformedRequest("Azure Cosmos DB does not understand what it is asked.", hint="Check ids, values and size.")


def _headers(error: BaseException) -> Mapping[str, Any]:
    return getattr(error, "headers", None) or {}


def _whole(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
