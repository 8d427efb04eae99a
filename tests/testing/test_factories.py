"""`make`: valid records from little, the same in every run."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, Model, allow, belongs_to, has_many
from atakora_data.errors import ValidationError
from atakora_data.testing import Client, app

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Colour(Enum):
    """Of a thing."""

    RED = "RED"
    BLUE = "BLUE"


class Size(Model):
    """How large it is."""

    in_metres: float = Field(gt=2)
    label: str | None = None


class Owner(Entity):
    """Who has things."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str = Field(unique=True, max_length=10)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", unique=True)

    things: HasMany[Thing] = has_many("owner_id")

    authorization = OPEN


class Thing(Entity):
    """A field of every type, all required."""

    id: str = Field(primary_key=True)
    name: str = Field(min_length=30, max_length=31)
    code: str = Field(pattern=r"^[A-Z]{3}-\d{3}$")
    short: str = Field(max_length=1)
    whole: int = Field(ge=10, le=20, multiple_of=4)
    few: int = Field(lt=-3)
    number: int = Field(unique=True, gt=100)
    ratio: float = Field(gt=0, lt=1, multiple_of=0.25)
    price: Decimal = Field(gt=Decimal("1.5"), decimal_places=2)
    is_new: bool
    made_at: datetime = Field(ge=datetime(2030, 1, 1, tzinfo=UTC))
    made_on: date = Field(lt=date(2020, 1, 1))
    opens_at: time
    colour: Colour
    status: Literal["old", "new"]
    tags: list[str] = Field(min_length=2)
    notes: dict[str, int] = Field(min_length=1)
    size: Size
    owner_id: UUID
    friend_id: UUID | None = None
    remark: str | None = None
    seen: int = 0

    owner: BelongsTo[Owner] = belongs_to("owner_id")
    friend: BelongsTo[Owner] = belongs_to("friend_id")

    authorization = OPEN


class Hen(Entity):
    """Needs an egg."""

    id: str = Field(primary_key=True)
    egg_id: str
    egg: BelongsTo[Egg] = belongs_to("egg_id")
    authorization = OPEN


class Egg(Entity):
    """Needs a hen."""

    id: str = Field(primary_key=True)
    hen_id: str
    hen: BelongsTo[Hen] = belongs_to("hen_id")
    authorization = OPEN


class Lock(Entity):
    """Has a field that nobody can guess."""

    id: str = Field(primary_key=True)
    secret: str = Field(pattern="^xyzzy$")
    width: int = Field(ge=7, le=7, unique=True)
    authorization = OPEN


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """An app of these entities."""
    async with app(entities=[Owner, Thing, Hen, Egg, Lock]) as found:
        yield found


async def test_a_field_of_every_type_is_filled(client: Client) -> None:
    """What is required is there, and what is not stays as it is by default."""
    made = await client.make(Thing)
    assert len(made.name) in (30, 31)
    assert re.fullmatch(r"[A-Z]{3}-\d{3}", made.code)
    assert (12, -4, 101, 0.25) == (made.whole, made.few, made.number, made.ratio)
    assert (Decimal(2), Colour.RED, "old", 2) == (made.price, made.colour, made.status, len(made.tags))
    assert (2030, 2019, 3.0) == (made.made_at.year, made.made_on.year, made.size.in_metres)
    assert (None, None, None, 0) == (made.friend_id, made.remark, made.size.label, made.seen)


async def test_values_that_are_given_stay(client: Client) -> None:
    """Also whole related records, by the name of the relation."""
    owner = await client.make(Owner, name="Ada")
    made = await client.make(Thing, remark="mine", owner=owner, friend=owner)
    assert ("mine", owner.id, owner.id) == (made.remark, made.owner_id, made.friend_id)
    assert 1 == await client.data[Owner].query().count()


async def test_what_is_required_is_made_as_well(client: Client) -> None:
    """A target for each required to-one relation."""
    made = await client.make(Thing)
    found = await client.data[Thing].query().include(Thing.owner).get(made.id)
    assert found is not None
    assert found.owner is not None
    assert ("name 1", "email1@example.com") == (found.owner.name, found.owner.email)


async def test_many_records_differ(client: Client) -> None:
    """Whatever must be unique is, within its bounds."""
    made = [await client.make(Owner) for _ in range(30)]
    assert 30 == len({each.id for each in made}) == len({each.email for each in made})
    assert max(len(each.name) for each in made) <= 10


async def test_every_run_makes_the_same() -> None:
    """No value depends on time or chance."""
    runs: list[Any] = []
    for _ in range(2):
        async with app(entities=[Owner, Thing]) as client:
            runs.append([await client.make(Thing), await client.make(Thing)])
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]


async def test_what_cannot_be_made_up_is_asked_for(client: Client) -> None:
    """A pattern too odd, bounds too narrow, a circle of required records."""
    await client.make(Lock, secret="xyzzy")
    with pytest.raises(ValueError, match=r"Lock\.width has bounds that leave no room"):
        await client.make(Lock, secret="xyzzy")
    with pytest.raises(ValueError, match=r"Lock\.secret must match \^xyzzy\$.*make\(Lock, secret=…\)"):
        await client.make(Lock)
    with pytest.raises(ValueError, match="Hen → Egg → Hen"):
        await client.make(Hen)


async def test_misspelt_and_invalid_values_are_refused(client: Client) -> None:
    """As the data API refuses them."""
    with pytest.raises(ValidationError, match="no field `nmae`"):
        await client.make(Owner, nmae="x")
    with pytest.raises(ValidationError, match="/name"):
        await client.make(Owner, name="x" * 11)
    with pytest.raises(TypeError, match="no entity of this app"):
        await client.make(Size)
