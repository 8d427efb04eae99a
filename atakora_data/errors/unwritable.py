"""409, 412 and 422: what cannot be written as it was sent."""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.errors.root import RequestError, Violation


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


class RequestInProgress(RequestError):
    """The first request with this `Idempotency-Key` has not been answered yet."""

    status = 409
    code = "request_in_progress"
    title = "The same request is being answered"

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is being answered.", hint="Ask again in a moment.")

    @property
    def headers(self) -> dict[str, str]:
        """The `Retry-After` header."""
        return {"Retry-After": "1"}


class AnswerLost(RequestError):
    """The first request with this `Idempotency-Key` was carried out, but its answer cannot be given again."""

    status = 409
    code = "answer_lost"
    title = "The answer cannot be given again"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The first request with this Idempotency-Key was carried out; {reason}.",
            hint="Read the records to see what became of it; nothing was done again.",
        )


class IdempotencyKeyReused(RequestError):
    """Another request was sent with the same `Idempotency-Key`."""

    status = 422
    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__(
            "Another request was sent with this Idempotency-Key; nothing was done.",
            hint="Send a key of its own with each request, and the same one only to repeat it.",
        )
