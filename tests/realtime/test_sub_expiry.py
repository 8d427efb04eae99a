"""What nobody renews is forgotten; what was missed is sent before a subscription is live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from atakora_data.authorization.access import Gatekeeper
from atakora_data.authorization.principal import Principal
from atakora_data.errors import (
    Forbidden,
    InvalidSubscription,
    InvalidToken,
    MalformedRequest,
    NotFound,
    RealtimeUnavailable,
    TooManySubscriptions,
)
from atakora_data.realtime.admission import Admission, Wanted
from atakora_data.realtime.lifetime import Lifetime
from atakora_data.realtime.limits import MOST_MISSED_STEPS, MOST_SESSIONS, MOST_SUBSCRIPTIONS
from atakora_data.realtime.port import Asked, Delivery, HubAccess
from atakora_data.realtime.session import session_partition
from atakora_data.realtime.subscription import Subscription
from atakora_data.realtime.subscriptions import Subscriptions
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Record
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.realtime.newsroom import REGISTRY

ANN = RequestContext(Principal(id="ann", roles=frozenset({"chief"})))
WEAK = RequestContext(Principal(id="ann"))
STORIES = Wanted("Story")
LONG: Mapping[str, Any] = {"words": {"gt": 5}}


def until(end: float) -> RequestContext:
    """Ann, with a token that expires then."""
    return RequestContext(Principal(id="ann", claims={"exp": end}))


@dataclass
class Hub:
    """Keeps what it is given. is_down: nothing goes through."""

    sent: list[Delivery] = field(default_factory=list)
    is_down: bool = False

    async def access(self, session: str, seconds: int) -> HubAccess:
        """Tells the session and the seconds."""
        return HubAccess("https://hub", f"{session} {seconds}")

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Keep them."""
        if self.is_down:
            raise RealtimeUnavailable("The hub is down.")
        self.sent.extend(deliveries)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Missed:
    """Tells what was missed, two changes at a time. meanwhile: what happens when all was told for the first time."""

    positions: list[int] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    is_endless: bool = False

    async def now(self) -> str:
        """Behind all there is."""
        return str(max(self.positions, default=0))

    async def start(self, since: str) -> str:
        """One position earlier, so that something comes again."""
        if not since.isdecimal():
            raise MalformedRequest("This is no position.")
        return str(max(0, int(since) - 1))

    async def missed(self, subscription: Subscription, after: str, limit: int) -> tuple[list[Delivery], str, bool]:
        """What stands behind the position."""
        behind = [each for each in self.positions if each > int(after)]
        told = [Delivery(subscription.session, {"position": str(each), "event": f"e{each}"}) for each in behind[:2]]
        is_all = not self.is_endless and len(behind) <= len(told)
        if is_all and self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            await happen()
        return told, str(behind[:2][-1] if behind else after), is_all


class Documents:
    """Understands the documents of these tests: an operation and an entity, such as `created Story`."""

    def read(self, query: str, variables: Mapping[str, Any], context: RequestContext) -> Asked:
        """What stands there."""
        operation, _, entity = query.partition(" ")
        if not entity:
            raise InvalidSubscription("This is no document.")
        return Asked(entity, operation, variables.get("filter"), frozenset({entity}))

    async def gone(self, query: str, variables: Mapping[str, Any], id: str, context: RequestContext) -> dict[str, Any]:
        """Nobody asks for it here."""
        raise NotImplementedError

    async def run(
        self, query: str, variables: Mapping[str, Any], record: Record | None, context: RequestContext
    ) -> dict[str, Any]:
        """Nothing runs here."""
        raise NotImplementedError


@dataclass
class Desk:
    """Subscriptions, with a clock that stands still."""

    subscriptions: Subscriptions
    state: SqliteStateStore
    hub: Hub
    replay: Missed
    now: list[float]

    async def session(self, context: RequestContext = ANN) -> str:
        """A new session."""
        return (await self.subscriptions.negotiate(None, context)).session

    async def live(self, entity: str = "Story") -> list[str]:
        """What is kept."""
        return [each.id for each in await self.state.all("subscription", f"/{entity}")]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Desk]:
    """Everything real but the hub, the journal and the time."""
    now, hub, replay = [1_000.0], Hub(), Missed()
    store = SqliteEntityStore(REGISTRY, folder / "data.db")
    await store.start()
    state = SqliteStateStore(store, clock=lambda: now[0])
    subscriptions = Subscriptions(
        state=state,
        admission=Admission(REGISTRY, Gatekeeper(REGISTRY.entities), Documents),
        lifetime=Lifetime(900, lambda: now[0]),
        hub=lambda: hub,
        replay=lambda: replay,
    )
    yield Desk(subscriptions, state, hub, replay, now)
    await store.stop()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """One instance of the app."""
    async with opened(tmp_path) as found:
        yield found


async def test_limits_hold_across_instances(desk: Desk, tmp_path: Path) -> None:
    """Two instances that share a store keep no more than a session may have, and lose none that they granted."""
    session = await desk.session()
    for _ in range(MOST_SUBSCRIPTIONS - 10):
        await desk.subscriptions.register(STORIES, session, None, ANN)
    async with opened(tmp_path) as other:
        asked = [each.subscriptions.register(STORIES, session, None, ANN) for each in (desk, other) * 10]
        answers = await asyncio.gather(*asked, return_exceptions=True)

    granted = [each[0].id for each in answers if not isinstance(each, BaseException)]
    refused = {type(each) for each in answers if isinstance(each, BaseException)}
    assert (10, {TooManySubscriptions}) == (len(granted), refused)
    assert set(granted) <= set(await desk.live())


async def test_what_is_not_renewed_is_forgotten(desk: Desk) -> None:
    """After its seconds a subscription and its session are as if they had never been."""
    session = await desk.session()
    made, _ = await desk.subscriptions.register(STORIES, session, None, ANN)
    desk.now[0] += 901

    for ask in (
        desk.subscriptions.renew(made.id, ANN),
        desk.subscriptions.end(made.id, ANN),
        desk.subscriptions.register(STORIES, session, None, ANN),
    ):
        with pytest.raises(NotFound):
            await ask
    assert [] == await desk.live()


async def test_renewing_one_keeps_the_session_and_not_the_others(desk: Desk) -> None:
    """Each subscription has its own time; the session lives as long as the longest of them."""
    session = await desk.session()
    (first, _), (second, _) = [await desk.subscriptions.register(STORIES, session, None, ANN) for _ in range(2)]
    desk.now[0] += 600
    renewed = await desk.subscriptions.renew(first.id, ANN)
    desk.now[0] += 600

    assert (1_900, 2_500) == (first.expires, renewed.expires)
    assert [first.id] == await desk.live()
    with pytest.raises(NotFound):
        await desk.subscriptions.renew(second.id, ANN)
    assert 3_100 == (await desk.subscriptions.renew(first.id, ANN)).expires


async def test_a_token_that_expires_sooner_shortens_what_is_there(desk: Desk) -> None:
    """Nothing of a session outlives the last token that was shown for it."""
    session = await desk.session()
    await desk.subscriptions.register(STORIES, session, None, ANN)

    again = await desk.subscriptions.negotiate(session, until(1_060))

    assert f"{session} 60" == again.access.token
    desk.now[0] += 61
    assert [] == await desk.live()


async def test_connecting_again_keeps_a_session(desk: Desk) -> None:
    """Whoever comes back before it is forgotten may subscribe later."""
    session = await desk.session()
    for _ in range(2):
        desk.now[0] += 800
        await desk.subscriptions.negotiate(session, ANN)
    desk.now[0] += 800

    assert await desk.subscriptions.register(STORIES, session, None, ANN)


async def test_a_connection_lasts_longer_than_what_is_not_renewed(desk: Desk) -> None:
    """A client may connect for an hour, so that it need not come back every few minutes."""
    found = await desk.subscriptions.negotiate(None, ANN)

    assert f"{found.session} 3600" == found.access.token


async def test_a_token_that_has_just_expired_is_refused(desk: Desk) -> None:
    """The leeway with which tokens are verified gives nobody a subscription."""
    with pytest.raises(InvalidToken):
        await desk.session(until(999))


async def test_old_sessions_make_room(desk: Desk) -> None:
    """A caller with as many sessions as it may have is told when there is room again."""
    for _ in range(MOST_SESSIONS):
        await desk.session()
    desk.now[0] += 890
    with pytest.raises(TooManySubscriptions) as refused:
        await desk.session()
    desk.now[0] += 11

    assert {"Retry-After": "10"} == refused.value.headers
    assert await desk.session()


async def test_what_was_missed_comes_first(desk: Desk) -> None:
    """Page by page in order, with what comes between the last page and the first live event, and each event once."""
    desk.replay.positions = [3, 5, 7, 8, 9]

    async def change() -> None:
        desk.replay.positions.append(10)

    desk.replay.meanwhile = change
    made, _ = await desk.subscriptions.register(STORIES, await desk.session(), "5", ANN)

    assert ["5", "7", "8", "9", "10"] == [each.argument["position"] for each in desk.hub.sent]
    assert [made.id] == await desk.live()


@pytest.mark.parametrize(
    ("since", "is_down", "is_endless", "error"),
    [
        ("yesterday", False, False, MalformedRequest),
        ("0", True, False, RealtimeUnavailable),
        ("0", False, True, InvalidSubscription),
    ],
)
async def test_when_it_cannot_be_sent_nothing_is_registered(
    desk: Desk, since: str, is_down: bool, is_endless: bool, error: type[Exception]
) -> None:
    """A position that is none, a hub that is down or too much that was missed: refused, and the place is free."""
    session = await desk.session()
    desk.replay.positions = list(range(1, 3 * MOST_MISSED_STEPS))
    desk.hub.is_down, desk.replay.is_endless = is_down, is_endless

    with pytest.raises(error):
        await desk.subscriptions.register(STORIES, session, since, ANN)

    [state] = await desk.state.all("session", session_partition(ANN))
    assert {} == state.value["subscriptions"]
    assert [] == await desk.live()


async def test_rights_that_go_while_it_is_registered_count(desk: Desk) -> None:
    """Another token that is shown meanwhile decides."""
    session = await desk.session()
    desk.replay.meanwhile = lambda: desk.subscriptions.negotiate(session, WEAK)

    with pytest.raises(Forbidden):
        await desk.subscriptions.register(Wanted("Memo"), session, "0", ANN)

    assert [] == await desk.live("Memo")


async def test_documents_are_subscribed_to(desk: Desk) -> None:
    """What the document asks for is what is judged and kept, with the document."""
    session = await desk.session()
    made, _ = await desk.subscriptions.register(
        Wanted(query="created Story", variables={"filter": LONG}), session, None, ANN
    )

    assert ("Story", frozenset({"created"}), LONG) == (made.entity, made.operations, made.filter)
    assert ("created Story", {"filter": LONG}) == (made.query, made.variables)


@pytest.mark.parametrize(
    ("query", "error"),
    [("nonsense", InvalidSubscription), ("created Draft", InvalidSubscription), ("created Memo", Forbidden)],
)
async def test_documents_are_judged(desk: Desk, query: str, error: type[Exception]) -> None:
    """A document that cannot be meant or is not allowed is refused like anything else."""
    with pytest.raises(error):
        await desk.subscriptions.register(Wanted(query=query), await desk.session(WEAK), None, WEAK)


async def test_a_document_is_judged_again_under_another_token(desk: Desk) -> None:
    """Fewer rights end it."""
    session = await desk.session()
    await desk.subscriptions.register(Wanted(query="created Memo"), session, None, ANN)

    await desk.subscriptions.negotiate(session, WEAK)

    assert [] == await desk.live("Memo")


@pytest.mark.parametrize("odd", [{"id": "odd"}, {"expires": None}, {"variables": 7}, {"filter": [1]}, {"principal": 7}])
async def test_what_is_kept_in_another_shape_has_ended(desk: Desk, odd: dict[str, Any]) -> None:
    """Renewing it is told as renewing what is not there, and its place in the session is free; the session goes on."""
    session = await desk.session()
    made, _ = await desk.subscriptions.register(STORIES, session, None, ANN)
    value = odd if "id" in odd else {**made.to_json(), **odd}
    await desk.state.put("subscription", "/Story", made.id, value, ttl=60)

    with pytest.raises(NotFound):
        await desk.subscriptions.renew(made.id, ANN)

    [state] = await desk.state.all("session", session_partition(ANN))
    assert {} == state.value["subscriptions"]
    assert await desk.subscriptions.register(STORIES, session, None, ANN)


@pytest.mark.parametrize("odd", [{}, {"principal": 7, "subscriptions": {}}, {"principal": "{}", "subscriptions": []}])
async def test_a_session_in_another_shape_has_ended(desk: Desk, odd: dict[str, Any]) -> None:
    """It is none; the caller's other sessions go on."""
    session, other = await desk.session(), await desk.session()
    made, _ = await desk.subscriptions.register(STORIES, other, None, ANN)
    await desk.state.put("session", session_partition(ANN), session, odd, ttl=60)

    with pytest.raises(NotFound):
        await desk.subscriptions.negotiate(session, ANN)

    assert made.id == (await desk.subscriptions.renew(made.id, ANN)).id
