"""What the blog has not: a field of every type, and an action with parameters."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Literal
from uuid import UUID

from atakora_data import ActionContext, Authorization, Entity, Field, Model, action, allow


class Color(Enum):
    """A colour."""

    RED = "red"
    GREEN = "green"


class Part(Model):
    """What it is made of."""

    name: str = Field(min_length=1)
    weight: float = 1.0


class Gadget(Entity):
    """A thing with a field of every type."""

    id: str = Field(primary_key=True)
    text: str | None = Field(default=None, min_length=2, max_length=20)
    whole: int = 0
    long: int = Field(default=0, le=2**53 - 1)
    ratio: float = 0.0
    is_on: bool = False
    price: Decimal | None = None
    other: UUID | None = None
    moment: datetime | None = None
    day: date | None = None
    clock: time | None = None
    color: Color = Color.RED
    level: Literal["low", "high"] = "low"
    names: list[str] = Field(default_factory=list, max_length=3)
    numbers: list[int] = Field(default_factory=list)
    scores: dict[str, float] = Field(default_factory=dict)
    part: Part | None = None
    parts: list[Part] = Field(default_factory=list)

    authorization = Authorization(
        create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public()
    )

    @action
    async def turn(record: "Gadget", ctx: ActionContext, times: int) -> "Gadget":
        """Count on."""
        record.whole += times
        return record
