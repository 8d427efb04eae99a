"""No error of the SDK or of the connection leaves the adapter, and what may pass is told from what will not."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import aiohttp
import azure.core.exceptions
import azure.cosmos.exceptions
import pytest
from azure.core.exceptions import AzureError, HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.cosmos.exceptions import CosmosBatchOperationError, CosmosHttpResponseError

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
from atakora_data.storage.cosmos.failures import (
    LONGEST_RETRY_AFTER,
    is_passing,
    mapped,
    may_be_done,
    stands_against,
)


class Answer:
    """As much of an answer as the SDK's errors look at."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = headers
        self.reason = "a reason"
        self.request = "a request"

    def text(self) -> str:
        """The body."""
        return "{}"


def refused(status: int, sub_status: int | None = None, message: str = "no", wait: str | None = None) -> Exception:
    """The error of an answer."""
    named = {} if wait is None else {"x-ms-retry-after-ms": wait}
    if sub_status is not None:
        named["x-ms-substatus"] = str(sub_status)
    make: Any = CosmosHttpResponseError
    error: Exception = make(status, message, Answer(status, named))
    return error


def batch_refused(status: int, sub_status: int | None = None) -> Exception:
    """The error of a batch."""
    make: Any = CosmosBatchOperationError
    headers = {} if sub_status is None else {"x-ms-substatus": str(sub_status)}
    error: Exception = make(0, headers, status, "no")
    return error


def made(found: type[Exception]) -> Exception:
    """An error of the class."""
    if found is CosmosBatchOperationError:
        return batch_refused(429)
    make: Any = found
    error: Exception = make(400, "no") if issubclass(found, CosmosHttpResponseError) else make(Answer(0, {}))
    return error


def name_of(error: Exception) -> str:
    """What a case is called."""
    return type(error).__name__


def foreign() -> Iterator[Exception]:
    """One error of each class that the SDK or the connection may raise."""
    for module in (azure.core.exceptions, azure.cosmos.exceptions):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, Exception) and found.__module__ == module.__name__:
                yield made(found)
    for _, found in inspect.getmembers(aiohttp.client_exceptions, inspect.isclass):
        if issubclass(found, aiohttp.ClientError):
            yield found.__new__(found)
    yield from (TimeoutError(), asyncio.IncompleteReadError(b"", 1), ConnectionResetError(), OSError(), ValueError("?"))


@pytest.mark.parametrize("error", list(foreign()), ids=name_of)
def test_every_foreign_error_is_one_of_ours(error: Exception) -> None:
    """Whatever the class, the caller meets a request error, with nothing of the service's own words."""
    found = mapped(error)
    assert isinstance(found, RequestError)
    assert not {"no", "reason", "request"} & set(found.detail.split())
    assert found.detail.endswith(".")


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_is_one_of_ours(status: int) -> None:
    """Whatever the status, alone or with any sub-status the service knows."""
    for sub_status in (None, 0, 3, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1013, 1014, 5300, 9999):
        assert isinstance(mapped(refused(status, sub_status)), RequestError)


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        (MalformedRequest, refused(400)),
        (StoreUnavailable, refused(400, 1001)),
        (QueryTooExpensive, refused(400, message="The SQL query text exceeded the maximum limit of 262144 characters")),
        (StoreUnavailable, refused(401)),
        (StoreUnavailable, refused(403)),
        (StoreUnavailable, refused(403, 3)),
        (StoreUnavailable, refused(403, 1008)),
        (NotFound, refused(404)),
        (NotFound, refused(404, 0)),
        (StoreUnavailable, refused(404, 1002)),
        (StoreUnavailable, refused(404, 1003)),
        (StoreUnavailable, refused(408)),
        (AlreadyExists, refused(409)),
        (StoreUnavailable, refused(409, 1006)),
        (StoreUnavailable, refused(410, 1002)),
        (PreconditionFailed, refused(412)),
        (BodyTooLarge, refused(413)),
        (StoreUnavailable, refused(429)),
        (StoreUnavailable, refused(449)),
        (StoreUnavailable, refused(500)),
        (StoreUnavailable, refused(503)),
        (StoreUnavailable, ServiceRequestError("no")),
        (StoreUnavailable, TimeoutError()),
    ],
    ids=str,
)
def test_an_error_says_what_it_is(expected: type[RequestError], error: Exception) -> None:
    """Status and sub-status decide."""
    assert expected is type(mapped(error))


def test_one_of_ours_stays_itself() -> None:
    """An error that is ours already is not wrapped again."""
    error = NotFound("gone")
    assert error is mapped(error)


@pytest.mark.parametrize(("milliseconds", "seconds"), [("10", "1"), ("1500", "2"), ("99999999", "60"), ("soon", "1")])
def test_the_service_says_when_to_come_back(milliseconds: str, seconds: str) -> None:
    """What a 429 says is handed on in whole seconds, within bounds."""
    error = mapped(refused(429, wait=milliseconds))
    assert {"Retry-After": seconds} == error.headers
    assert 60 == LONGEST_RETRY_AFTER


def errors(*statuses: int | tuple[int, int]) -> Iterator[Exception]:
    """Their errors, plain and of a batch."""
    for each in statuses:
        status, sub_status = each if isinstance(each, tuple) else (each, None)
        yield refused(status, sub_status)
        yield batch_refused(status, sub_status)


def test_what_may_pass_is_told_from_what_will_not() -> None:
    """The same request is worth another try only if the service may think otherwise then."""
    moving = errors((403, 3), (403, 1008), (404, 1002), 410, (410, 1007))
    assert all(is_passing(error) for error in (*moving, *errors(408, 429, 449, 500, 502, 503, 504)))
    assert not any(is_passing(error) for error in errors(400, 401, 403, 404, (404, 1003), 409, 412, 413, 501))
    assert all(is_passing(error) for error in (ServiceRequestError("no"), ServiceResponseError("no"), TimeoutError()))
    assert not is_passing(AzureError("no"))
    assert not is_passing(HttpResponseError("no"))


def test_what_may_have_been_done_is_told_from_what_was_not() -> None:
    """A refusal says that nothing was done; a server that failed, was late or cut off does not."""
    assert all(may_be_done(error) for error in errors(408, 500, 502, 503, 504))
    assert all(may_be_done(error) for error in (ServiceRequestError("no"), ServiceResponseError("no"), TimeoutError()))
    assert not any(may_be_done(error) for error in errors((403, 3), (404, 1002), 410, 429, 449))


def test_refusals_for_what_is_stored_are_told_from_those_for_what_is_not_there_yet() -> None:
    """Only a plain 404, 409 or 412 speaks of the record."""
    assert all(stands_against(error) for error in errors(404, (404, 0), 409, (409, 0), 412))
    assert not any(stands_against(error) for error in errors((404, 1002), (404, 1003), (409, 1006), 413, 400))
