"""Nobody may ask too often: those who are known by who they are, all others by where they come from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.api.http.rate_limit import RateLimiter
from atakora_data.api.http.router import CollectionRoutes, Router
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import InvalidToken, TooManyRequests

HERE, THERE = {"x-forwarded-for": "192.0.2.1:1111"}, {"x-forwarded-for": "198.51.100.7:2222"}


class Clock:
    """A clock that is set."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Door:
    """A pipeline that lets three known and two unknown requests through in a minute."""

    def __init__(self, *, known: int | None = 3, anonymous: int | None = 2, capacity: int = 100) -> None:
        self.clock = Clock()
        self.handled = 0
        rate = RateLimiter(known=known, anonymous=anonymous, proxies=1, capacity=capacity, clock=self.clock)
        routes = {"things": CollectionRoutes({"GET": self._handle, "POST": self._handle})}
        router = Router(routes, {"health": {"GET": self._handle}})
        self._pipeline = Pipeline(authenticate=self._authenticate, router=router, rate=rate)

    async def ask(
        self, who: str | None = None, headers: Mapping[str, str] = HERE, *, method: str = "GET", path: str = "things"
    ) -> Response:
        """The answer to somebody."""
        sent = {**headers, **({"authorization": who} if who else {})}
        return await self._pipeline(Request(method, (path,), headers=sent))

    async def statuses(self, count: int, who: str | None = None, headers: Mapping[str, str] = HERE) -> list[int]:
        """The statuses of so many answers."""
        return [(await self.ask(who, headers)).status for _ in range(count)]

    async def _handle(self, _request: Request) -> Response:
        self.handled += 1
        return Response(200)

    async def _authenticate(self, authorization: str | None) -> Principal:
        if authorization == "bad":
            raise InvalidToken("No.")
        return ANONYMOUS if authorization is None else Principal(id=authorization)


async def test_a_known_caller_is_refused_after_so_many() -> None:
    """Beyond the limit it is 429 with code and hint, and nothing is handled; others may go on."""
    door = Door()
    assert [200, 200, 200, 429, 429] == await door.statuses(5, "alice")
    assert 3 == door.handled
    assert b'"code":"too_many_requests"' in (await door.ask("alice")).body
    assert [200] == await door.statuses(1, "bob")


async def test_retry_after_is_when_one_more_is_let_through() -> None:
    """The bucket fills up all the time: at the moment that was told, one request passes, and the next does not."""
    door = Door()
    await door.statuses(3, "alice")
    refused = await door.ask("alice")
    assert "20" == refused.headers["Retry-After"]
    door.clock.now += 19
    assert [429] == await door.statuses(1, "alice")
    door.clock.now += 1
    assert [200, 429] == await door.statuses(2, "alice")


async def test_after_a_minute_all_is_as_before() -> None:
    """However long somebody was away, the bucket holds no more than its size."""
    door = Door()
    for pause in (60, 86_400):
        assert [200, 200, 200, 429] == await door.statuses(4, "alice")
        door.clock.now += pause


async def test_answers_tell_what_is_left() -> None:
    """Also those that refuse, by the fields that the IETF proposes."""
    door = Door()
    told = [(await door.ask("alice")).headers for _ in range(4)]
    assert ['"caller";q=3;w=60'] * 4 == [each["RateLimit-Policy"] for each in told]
    assert [f'"caller";r={left}' for left in (2, 1, 0, 0)] == [each["RateLimit"].rpartition(";")[0] for each in told]
    assert '"address";q=2;w=60' == (await door.ask()).headers["RateLimit-Policy"]
    assert "RateLimit" in (await door.ask("alice", path="nothing")).headers


async def test_unknown_callers_are_counted_by_address() -> None:
    """Whoever comes from elsewhere is not held to it; what the caller itself sent as an address does not count."""
    door = Door()
    assert [200, 200, 429] == await door.statuses(3)
    assert [429] == await door.statuses(1, headers={"x-forwarded-for": "203.0.113.9, 192.0.2.1:3333"})
    assert [200] == await door.statuses(1, headers=THERE)
    assert [200] == await door.statuses(1, "alice")


async def test_bad_tokens_count_for_the_address() -> None:
    """Whoever tries out tokens is soon told 429 rather than 401; good tokens from there are not held to it."""
    door = Door()
    assert [401, 401, 429, 429] == await door.statuses(4, "bad")
    assert [429] == await door.statuses(1)
    assert [200] == await door.statuses(1, "alice")


async def test_those_without_an_address_count_as_one() -> None:
    """Nobody escapes by hiding."""
    door = Door()
    assert [200, 200] == await door.statuses(2, headers={})
    assert [429] == await door.statuses(1, headers={"x-forwarded-for": "unknown"})


async def test_health_and_preflights_are_free() -> None:
    """Probes and browsers' questions carry no token: they neither count nor are refused."""
    door = Door(anonymous=1)
    for _ in range(3):
        assert [200, 204] == [
            (await door.ask(path="health")).status,
            (await door.ask(method="OPTIONS")).status,
        ]
    assert [200, 429] == await door.statuses(2)


@pytest.mark.parametrize(("known", "anonymous"), [(None, 1), (1, None)])
async def test_each_limit_can_be_left_out(known: int | None, anonymous: int | None) -> None:
    """Without a limit nobody is counted."""
    door = Door(known=known, anonymous=anonymous)
    assert [200, 200 if known is None else 429] == await door.statuses(2, "alice")
    assert [200, 200 if anonymous is None else 429] == await door.statuses(2)


def test_memory_is_bounded() -> None:
    """However many callers come, only so many are remembered; those who asked last are."""
    rate = RateLimiter(known=1, anonymous=1, proxies=1, capacity=10, clock=Clock())
    for number in range(1000):
        rate.take(Principal(id=str(number)), Request("GET", ("things",)))
        sent = {"x-forwarded-for": f"10.0.{number // 250}.{number % 250}"}
        rate.take(ANONYMOUS, Request("GET", ("things",), headers=sent))
    assert rate._known is not None
    assert rate._anonymous is not None
    assert (10, 10) == (len(rate._known._full), len(rate._anonymous._full))
    with pytest.raises(TooManyRequests):
        rate.take(Principal(id="999"), Request("GET", ("things",)))


def test_callers_of_two_tenants_are_two() -> None:
    """The same id elsewhere is somebody else."""
    rate = RateLimiter(known=1, anonymous=1, proxies=1, clock=Clock())
    for tenant in ("one", "two"):
        rate.take(Principal(id="alice", tenant_id=tenant), Request("GET", ("things",)))
    with pytest.raises(TooManyRequests):
        rate.take(Principal(id="alice", tenant_id="one"), Request("GET", ("things",)))
