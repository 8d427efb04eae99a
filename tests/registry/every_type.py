"""An entity with a field of every type."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from atakora_data import Entity, Field, Index, Model
from atakora_data.registry.build import build_registry
from atakora_data.registry.entity import EntityModel


class Color(Enum):
    """A colour."""

    RED = "red"
    GREEN = "green"


class Level(StrEnum):
    """How much."""

    LOW = "low"
    HIGH = "high"


class Inner(Model):
    """Something inside."""

    read_time: int = 0
    seen_at: datetime | None = None


class Thing(Entity):
    """Has everything."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    text: str = Field(min_length=1, max_length=5, description="Some words.")
    number: int = Field(default=1, ge=-5)
    long_number: int = Field(default=1, le=2**60)
    ratio: float = 0.5
    is_good: bool = True
    price: Decimal = Field(default=Decimal("1.10"), max_digits=12)
    other_id: UUID | None = None
    at: datetime | None = None
    day: date | None = None
    clock: time | None = None
    color: Color = Color.RED
    level: Level | None = None
    status: Literal["draft", "done"] = "draft"
    tags: list[str] = Field(default_factory=list, max_length=3)
    moments: list[datetime] = Field(default_factory=list)
    scores: dict[str, float] = Field(default_factory=dict)
    inner: Inner | None = None
    inners: list[Inner] = Field(default_factory=list)
    by_name: dict[str, Inner] = Field(default_factory=dict)
    counts: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list)

    indexes = [Index("number", "-at"), Index("inner.read_time", name="by_time")]  # an option


def thing() -> EntityModel:
    """The entity as the registry knows it."""
    return build_registry([Thing])["Thing"]


MINIMAL: dict[str, Any] = {"text": "hello"}
"""What a create must send."""
