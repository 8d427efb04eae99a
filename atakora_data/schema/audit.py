"""What is kept of each change of an entity that declares `audit`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from atakora_data.schema.entity import Entity
from atakora_data.schema.fields import Field


class AuditEntry(Entity, abstract=True):
    """Who did what to which record, when, and by which rule. There are only ever more of them."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    record_id: str = Field(description="The id of the record.")
    operation: Literal["created", "updated", "deleted"]
    action: str | None = Field(default=None, description="Which action changed it, if one did.")
    at: datetime = Field(description="When, by the clock of the app.")
    by: str | None = Field(default=None, description="The id of who did it; null for nobody, and for the app itself.")
    rule: str = Field(description="The part of the rule that allowed it.")
    changed: list[str] = Field(description="The fields that differ; their values are not kept.")
    record_version: int = Field(description="The version of the record from then on.")

    operations = {"list", "get"}  # noqa: RUF012 - an option
