"""One entity under changing rules."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from atakora_data import Authorization, Entity, Field, FieldRules
from atakora_data.authorization.access import Access
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.registry.build import build_registry
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.schema.rules import Rule

ALICE_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
BOB_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ALICE = Principal(id=ALICE_ID)
BOB = Principal(id=BOB_ID)


class Note(Entity, abstract=True):
    """A note with a field of every kind that a caller's value may be compared with."""

    id: str = Field(primary_key=True)
    author_id: UUID | None = Field(default=None, owner=True)
    status: Literal["draft", "published"] = "draft"
    team: str | None = None
    level: int = 0
    price: Decimal = Decimal(0)
    due: datetime | None = None
    is_urgent: bool = False
    tags: list[str] = Field(default_factory=list)
    scores: list[int] = Field(default_factory=list)
    secret: str | None = None


def ruled(fields: dict[str, FieldRules | Rule] | None = None, **rules: Rule) -> EntityModel:
    """The entity under these rules, as the registry knows it."""
    members: dict[str, Any] = {"__module__": __name__, "authorization": Authorization(**rules, fields=fields or {})}
    return build_registry([type("Note", (Note,), members)])["Note"]


def readers(rule: Rule, principal: Principal = ANONYMOUS) -> Access:
    """What a principal may do where this is the rule for reading."""
    return Access(ruled(read=rule), principal)


def may_read(rule: Rule, principal: Principal = ANONYMOUS, **record: Any) -> bool:
    """Whether the principal may read such a record, by wire names, where this is the rule."""
    return readers(rule, principal).allows_exactly(Operation.READ, record)
