"""400: what cannot be understood, or asks for more than is served."""

from __future__ import annotations

from atakora_data.errors.root import RequestError


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
