"""Every error a caller can meet, as one tree.

    AtakoraError
    ├── RequestError                 answered to the caller with its status and code
    │   ├── MalformedRequest         400  malformed_request
    │   │   ├── InvalidFilter        400  invalid_filter
    │   │   ├── InvalidOrder         400  invalid_order
    │   │   ├── InvalidLimit         400  invalid_limit
    │   │   ├── InvalidCursor        400  invalid_cursor
    │   │   ├── InvalidSelection     400  invalid_selection
    │   │   ├── InvalidSubscription  400  invalid_subscription
    │   │   └── QueryTooExpensive    400  query_too_expensive
    │   ├── InvalidToken             401  invalid_token
    │   ├── SignInRequired           401  sign_in_required
    │   ├── Forbidden                403  forbidden
    │   │   └── FieldForbidden       403  field_forbidden
    │   ├── NotFound                 404  not_found
    │   ├── MethodNotAllowed         405  method_not_allowed
    │   ├── NotAcceptable            406  not_acceptable
    │   ├── AlreadyExists            409  already_exists
    │   ├── UniqueViolation          409  unique_violation
    │   ├── StillReferenced          409  still_referenced
    │   ├── TooManyAffected          409  too_many_affected
    │   ├── WriteContention          409  write_contention
    │   ├── PreconditionFailed       412  precondition_failed
    │   ├── BodyTooLarge             413  body_too_large
    │   ├── UnsupportedMediaType     415  unsupported_media_type
    │   ├── ValidationError          422  validation_failed
    │   ├── TooManySubscriptions     429  too_many_subscriptions
    │   ├── IdentityUnavailable      503  identity_unavailable
    │   ├── StoreUnavailable         503  store_unavailable
    │   └── RealtimeUnavailable      503  realtime_unavailable
    ├── SchemaError                  a schema folder that cannot be served; lists every problem
    ├── EventsUnavailable            events cannot be published now: giving them again is right
    ├── SettingsError                a missing or contradictory setting, with the remedy
    └── HostError                    the local host cannot serve: no function app, a taken port

Codes are stable: they are documented in docs/errors.md and never reused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with the input: where (a JSON pointer), what, and a stable code."""

    pointer: str
    detail: str
    code: str


class AtakoraError(Exception):
    """The root of all errors this package raises on purpose."""


class RequestError(AtakoraError):
    """An error the caller is told: each class has a fixed status, code and title."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "malformed_request"
    title: ClassVar[str] = "The request is malformed"

    def __init__(self, detail: str, *, hint: str | None = None, errors: Iterable[Violation] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.errors = tuple(errors)

    @property
    def headers(self) -> dict[str, str]:
        """Response headers that belong to this error, such as `Allow` or `Retry-After`."""
        return {}


class MalformedRequest(RequestError):
    """The request cannot be understood: bad JSON, an unknown parameter, a wrong shape."""


class InvalidFilter(MalformedRequest):
    """The filter names a missing field, an operator the field lacks, or a value of the wrong type."""

    code = "invalid_filter"
    title = "The filter is invalid"


class InvalidOrder(MalformedRequest):
    """The order names a field that is missing or cannot be ordered by."""

    code = "invalid_order"
    title = "The order is invalid"


class InvalidLimit(MalformedRequest):
    """The page limit is not a whole number within the bounds of the entity."""

    code = "invalid_limit"
    title = "The limit is invalid"


class InvalidCursor(MalformedRequest):
    """The cursor was changed, or belongs to another query or principal."""

    code = "invalid_cursor"
    title = "The cursor is invalid"


class InvalidSelection(MalformedRequest):
    """`include` or `fields` names something the entity does not have."""

    code = "invalid_selection"
    title = "The selection is invalid"


class InvalidSubscription(MalformedRequest):
    """What is subscribed to cannot be understood, or is not served: `errors` says what is wrong with a document."""

    code = "invalid_subscription"
    title = "The subscription is invalid"


class QueryTooExpensive(MalformedRequest):
    """The query exceeds a stated limit (depth, complexity, aliases, scan budget)."""

    code = "query_too_expensive"
    title = "The query exceeds a limit"


class InvalidToken(RequestError):
    """The bearer token does not verify: signature, issuer, audience, expiry or shape."""

    status = 401
    code = "invalid_token"
    title = "The bearer token is not valid"

    @property
    def headers(self) -> dict[str, str]:
        """The `WWW-Authenticate` header."""
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class SignInRequired(RequestError):
    """No record at all could be allowed to an anonymous caller."""

    status = 401
    code = "sign_in_required"
    title = "Sign in first"

    @property
    def headers(self) -> dict[str, str]:
        """The `WWW-Authenticate` header."""
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(RequestError):
    """The rules do not allow this operation to the caller."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class FieldForbidden(Forbidden):
    """The input names a field the caller may not write."""

    code = "field_forbidden"
    title = "A field may not be written"


class NotFound(RequestError):
    """No such record or path, or none that the caller may read."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(RequestError):
    """The path is known, the method is not one of its methods."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"

    def __init__(self, method: str, path: str, allowed: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"{method} is not available on {path}.", hint=f"Use one of: {', '.join(self.allowed)}.")

    @property
    def headers(self) -> dict[str, str]:
        """The `Allow` header."""
        return {"Allow": ", ".join(self.allowed)}


class NotAcceptable(RequestError):
    """None of the media types the caller accepts can be produced."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"


class AlreadyExists(RequestError):
    """A record with this id exists."""

    status = 409
    code = "already_exists"
    title = "The record exists already"


class UniqueViolation(RequestError):
    """Another record of the tenant has the same value in a unique field."""

    status = 409
    code = "unique_violation"
    title = "A value must be unique"

    def __init__(self, entity: str, field: str) -> None:
        self.entity = entity
        self.field = field
        super().__init__(
            f"Another {entity} has the same {field}.",
            hint=f"Choose another {field}.",
            errors=[Violation(f"/{field}", "must be unique", "unique")],
        )


class StillReferenced(RequestError):
    """Other records refer to one that is to be deleted, and its relation restricts that.

    entity: whose record is to go. holder, field: which records refer to it, and by what; not which or how many.
    """

    status = 409
    code = "still_referenced"
    title = "Other records refer to it"

    def __init__(self, entity: str, holder: str, field: str) -> None:
        self.entity = entity
        self.holder = holder
        self.field = field
        super().__init__(
            f"A {entity} cannot be deleted while some {holder} refers to it by {field}; nothing was deleted.",
            hint=f"First delete what refers to it, or change its {field}.",
        )


class TooManyAffected(RequestError):
    """One write would change more records than it may; nothing was written."""

    status = 409
    code = "too_many_affected"
    title = "Too many records would change"


class WriteContention(RequestError):
    """The record kept changing under the update, however often it was retried."""

    status = 409
    code = "write_contention"
    title = "The record is being changed by others"

    @property
    def headers(self) -> dict[str, str]:
        """The `Retry-After` header."""
        return {"Retry-After": "1"}


class PreconditionFailed(RequestError):
    """`If-Match` or `If-None-Match` does not hold for the stored record."""

    status = 412
    code = "precondition_failed"
    title = "The precondition does not hold"


class BodyTooLarge(RequestError):
    """The body exceeds the configured size."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(RequestError):
    """The body has a content type this path does not take."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class ValidationError(RequestError):
    """The input breaks the schema; `errors` names every field.

    Hooks and actions raise it themselves: `raise ValidationError("is taken", field="slug")`.
    """

    status = 422
    code = "validation_failed"
    title = "The input is not valid"

    def __init__(
        self,
        detail: str,
        *,
        field: str | None = None,
        hint: str | None = None,
        errors: Iterable[Violation] = (),
    ) -> None:
        found = tuple(errors)
        if field is not None:
            found = (*found, Violation(f"/{field}", detail, "invalid"))
        super().__init__(detail, hint=hint, errors=found)
        self.field = field


class _Later(RequestError):
    """Something that may succeed later. retry_after: in seconds."""

    def __init__(self, detail: str, *, hint: str | None = None, retry_after: float = 1) -> None:
        super().__init__(detail, hint=hint)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """The `Retry-After` header."""
        return {"Retry-After": str(max(1, math.ceil(self.retry_after)))}


class TooManySubscriptions(_Later):
    """The caller has as many sessions or subscriptions as one may have."""

    status = 429
    code = "too_many_subscriptions"
    title = "There are too many subscriptions"


class IdentityUnavailable(_Later):
    """Who asks cannot be told now: the keys or groups of the identity provider are out of reach."""

    status = 503
    code = "identity_unavailable"
    title = "The identity provider is unavailable"


class StoreUnavailable(_Later):
    """The store did not answer in time; nothing is known to have been written."""

    status = 503
    code = "store_unavailable"
    title = "The store is unavailable"


class RealtimeUnavailable(_Later):
    """The hub that reaches subscribers does not answer, or none is set up."""

    status = 503
    code = "realtime_unavailable"
    title = "Real time is unavailable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a schema module: where it stands, what it is, what to do."""

    location: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message} {self.remedy}"


class SchemaError(AtakoraError):
    """The schema folder cannot be served; `problems` lists all that was found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the schemas:"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class EventsUnavailable(AtakoraError):
    """Events cannot be published now; some of them may have been, and giving all of them again is right."""


class SettingsError(AtakoraError):
    """A setting is missing or contradicts another; the message names it and the remedy."""


class HostError(AtakoraError):
    """The local host cannot serve this project; the message says why and what to do."""


_LONGEST_WORD = 100


def perhaps(word: str, known: Iterable[str]) -> str | None:
    """A hint that offers the likeliest of the known words, or None when none comes near."""
    import difflib

    near = difflib.get_close_matches(word[:_LONGEST_WORD], list(known), n=1, cutoff=0.6)
    return f"Perhaps you meant `{near[0]}`." if near else None


def perhaps_one_of(word: str, known: Iterable[str]) -> str | None:
    """A hint that offers the likeliest of the known words, or all of them when none comes near; None without any."""
    names = list(known)
    return perhaps(word, names) or (f"Known here: {', '.join(names)}." if names else None)
