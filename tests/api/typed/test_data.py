"""The data API of hooks, actions and custom rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from atakora_data import ActionContext, Authorization, Entity, Field, Model, action, allow, principal, this
from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidFilter, SignInRequired, ValidationError
from atakora_data.registry.build import build_registry
from atakora_data.service.context import RequestContext
from tests.support.app import running

ALICE = Principal(id="alice", roles=frozenset({"reader"}))


class Size(Model):
    """How large something is."""

    in_metres: float


class Parcel(Entity):
    """Something on its way, seen by its owner only."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    owner_id: str = Field(owner=True)
    sent_at: datetime | None = None
    price: Decimal = Decimal(0)
    size: Size | None = None
    siblings: int = 0

    authorization = Authorization(
        create=allow.authenticated(), read=allow.owner(), update=allow.owner(), delete=allow.owner()
    )

    @action
    async def count_siblings(record: Parcel, ctx: ActionContext) -> Parcel:
        """Count what the caller can see, and what there is."""
        mine = await ctx.data[Parcel].query().count()
        everybodys = await ctx.data.as_system().Parcel.query().count()
        record.siblings = mine * 100 + everybodys
        return record


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Any]:
    """The service of a running app."""
    async with running(tmp_path, registry=build_registry([Parcel])) as client:
        yield client.application.service


@pytest_asyncio.fixture
async def data(service: Any) -> ServiceData:
    """The data as alice sees it."""
    return ServiceData(service, RequestContext(ALICE))


async def test_records_are_typed(data: ServiceData) -> None:
    """What goes in by Python names and values comes back as a typed instance."""
    sent = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    made = await data.Parcel.create(sent_at=sent, price=Decimal("1.10"), size=Size(in_metres=2.5))
    found = await data.Parcel.get(made.id)
    assert isinstance(found, Parcel)
    assert (sent, Decimal("1.10"), 2.5, "alice") == (
        found.sent_at,
        found.price,
        found.size and found.size.in_metres,
        found.owner_id,
    )


async def test_update_and_delete(data: ServiceData) -> None:
    """Changes go by Python names; a deleted record is None."""
    made = await data.Parcel.create()
    assert Decimal(5) == (await data.Parcel.update(made.id, price=Decimal(5))).price
    await data.Parcel.delete(made.id)
    assert await data.Parcel.get(made.id) is None


async def test_queries_narrow_order_and_page(data: ServiceData) -> None:
    """Conditions, operators, nested fields, orders, limits and pages."""
    for number in range(25):
        await data.Parcel.create(price=Decimal(number), size=Size(in_metres=number / 2))
    query = data.Parcel.query().where(this.price >= 5).where("size.in_metres", "<", 10).order_by("-price")
    assert list(range(19, 4, -1)) == [int(each.price) for each in await query.all()]
    assert [19, 18, 17] == [int(each.price) for each in await query.limit(3).all()]
    assert 15 == await query.count()
    first = await query.first()
    assert first is not None
    assert Decimal(19) == first.price
    page = await query.limit(10).page()
    rest = await query.limit(10).page(page.next_token)
    assert (10, 5, None) == (len(page.items), len(rest.items), rest.next_token)


async def test_conditions_take_the_caller(data: ServiceData) -> None:
    """`principal.id` in a condition is the caller; what the caller lacks matches nothing."""
    await data.Parcel.create()
    assert 1 == await data.Parcel.query().where(this.owner_id == principal.id).count()
    assert 0 == await data.Parcel.query().where(this.owner_id == principal.claim("dept")).count()
    assert 1 == await data.Parcel.query().where(~(this.owner_id == principal.email)).count()
    assert 1 == await data.Parcel.query().where(this.owner_id != principal.email).count()
    assert 1 == await data.Parcel.query().where(this.owner_id.in_([principal.email, principal.id])).count()
    assert 0 == await data.Parcel.query().where(this.owner_id.in_([principal.email])).count()
    assert 0 == await data.Parcel.query().where(this.owner_id.between("a", principal.email)).count()
    assert 0 == await data.as_system().Parcel.query().where(this.owner_id == principal.id).count()


async def test_it_asks_as_the_caller_unless_told(service: Any, data: ServiceData) -> None:
    """Rules apply; `as_system` is explicit."""
    made = await data.Parcel.create()
    bob = ServiceData(service, RequestContext(Principal(id="bob")))
    assert await bob.Parcel.get(made.id) is None
    found = await bob.as_system().Parcel.get(made.id)
    assert found is not None
    assert made.id == found.id
    with pytest.raises(SignInRequired):
        await ServiceData(service, RequestContext()).Parcel.create()


async def test_actions_have_it(service: Any, data: ServiceData) -> None:
    """An action's context carries the data of its caller."""
    from atakora_data.service.commands import Act

    await ServiceData(service, RequestContext(Principal(id="bob"))).Parcel.create()
    made = await data.Parcel.create()
    record = await service.act(Act("Parcel", str(made.id), "countSiblings", {}), RequestContext(ALICE))
    assert 102 == record["siblings"]


async def test_misspelt_names_are_told(data: ServiceData) -> None:
    """Entities and fields that do not exist are errors with the likely name."""
    with pytest.raises(AttributeError, match="Perhaps you meant `Parcel`"):
        _ = data.Parcels
    with pytest.raises(AttributeError, match="Perhaps you meant `Parcel`"):
        _ = data["Parcels"]
    with pytest.raises(TypeError, match="Size is no entity of this app"):
        _ = data[Size]
    with pytest.raises(InvalidFilter) as wrong_filter:
        data.Parcel.query().where("prise", ">", 1)
    assert "Perhaps you meant `price`." == wrong_filter.value.hint
    with pytest.raises(ValidationError) as wrong_value:
        await data.Parcel.create(prize=1)
    assert ["/prize"] == [each.pointer for each in wrong_value.value.errors]
