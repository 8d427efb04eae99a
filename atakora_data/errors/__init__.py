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
    │   │   ├── FieldForbidden       403  field_forbidden
    │   │   ├── GatewayRequired      403  gateway_required
    │   │   ├── InsufficientScope    403  insufficient_scope
    │   │   └── NoTenant             403  no_tenant
    │   ├── NotFound                 404  not_found
    │   ├── MethodNotAllowed         405  method_not_allowed
    │   ├── NotAcceptable            406  not_acceptable
    │   ├── AlreadyExists            409  already_exists
    │   ├── UniqueViolation          409  unique_violation
    │   ├── StillReferenced          409  still_referenced
    │   ├── TooManyAffected          409  too_many_affected
    │   ├── WriteContention          409  write_contention
    │   ├── RequestInProgress        409  request_in_progress
    │   ├── AnswerLost               409  answer_lost
    │   ├── PreconditionFailed       412  precondition_failed
    │   ├── BodyTooLarge             413  body_too_large
    │   ├── UnsupportedMediaType     415  unsupported_media_type
    │   ├── ValidationError          422  validation_failed
    │   ├── IdempotencyKeyReused     422  idempotency_key_reused
    │   ├── TooManySubscriptions     429  too_many_subscriptions
    │   ├── TooManyRequests          429  too_many_requests
    │   ├── Overloaded               503  overloaded
    │   ├── TimedOut                 503  timed_out
    │   ├── IdentityUnavailable      503  identity_unavailable
    │   ├── StoreUnavailable         503  store_unavailable
    │   ├── RealtimeUnavailable      503  realtime_unavailable
    │   └── OutcomeUnknown           504  outcome_unknown
    ├── SchemaError                  a schema folder that cannot be served; lists every problem
    ├── EventsUnavailable            events cannot be published now: giving them again is right
    ├── SettingsError                a missing or contradictory setting, with the remedy
    └── HostError                    the local host cannot serve: no function app, a taken port

Codes are stable: they are documented in docs/errors.md and never reused.
"""

from __future__ import annotations

from atakora_data.errors.later import (
    IdentityUnavailable,
    OutcomeUnknown,
    Overloaded,
    RealtimeUnavailable,
    StoreUnavailable,
    TimedOut,
    TooManyRequests,
    TooManySubscriptions,
)
from atakora_data.errors.malformed import (
    InvalidCursor,
    InvalidFilter,
    InvalidLimit,
    InvalidOrder,
    InvalidSelection,
    InvalidSubscription,
    MalformedRequest,
    QueryTooExpensive,
)
from atakora_data.errors.misdirected import (
    BodyTooLarge,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    UnsupportedMediaType,
)
from atakora_data.errors.refused import (
    FieldForbidden,
    Forbidden,
    GatewayRequired,
    InsufficientScope,
    InvalidToken,
    NoTenant,
    SignInRequired,
)
from atakora_data.errors.root import AtakoraError, RequestError, Violation
from atakora_data.errors.system import EventsUnavailable, HostError, Problem, SchemaError, SettingsError
from atakora_data.errors.unwritable import (
    AlreadyExists,
    AnswerLost,
    IdempotencyKeyReused,
    PreconditionFailed,
    RequestInProgress,
    StillReferenced,
    TooManyAffected,
    UniqueViolation,
    ValidationError,
    WriteContention,
)
from atakora_data.errors.words import perhaps, perhaps_one_of

__all__ = [
    "AlreadyExists",
    "AnswerLost",
    "AtakoraError",
    "BodyTooLarge",
    "EventsUnavailable",
    "FieldForbidden",
    "Forbidden",
    "GatewayRequired",
    "HostError",
    "IdempotencyKeyReused",
    "IdentityUnavailable",
    "InsufficientScope",
    "InvalidCursor",
    "InvalidFilter",
    "InvalidLimit",
    "InvalidOrder",
    "InvalidSelection",
    "InvalidSubscription",
    "InvalidToken",
    "MalformedRequest",
    "MethodNotAllowed",
    "NoTenant",
    "NotAcceptable",
    "NotFound",
    "OutcomeUnknown",
    "Overloaded",
    "PreconditionFailed",
    "Problem",
    "QueryTooExpensive",
    "RealtimeUnavailable",
    "RequestError",
    "RequestInProgress",
    "SchemaError",
    "SettingsError",
    "SignInRequired",
    "StillReferenced",
    "StoreUnavailable",
    "TimedOut",
    "TooManyAffected",
    "TooManyRequests",
    "TooManySubscriptions",
    "UniqueViolation",
    "UnsupportedMediaType",
    "ValidationError",
    "Violation",
    "WriteContention",
    "perhaps",
    "perhaps_one_of",
]
