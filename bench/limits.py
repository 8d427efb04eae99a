"""What a remembered token and the rate limiter add to a request, beside the other limits: `limits.py [ROUNDS]`."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from atakora_data.api.http.bounds import Bounds
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.api.http.rate_limit import REMEMBERED_CALLERS, RateLimiter
from atakora_data.api.http.router import CollectionRoutes, Router
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.identity.bearer import BearerAuthenticator

TARGET_MICROSECONDS = 5.0
CALLS = 5_000
NO_END = 10**9
ALICE = Principal(id="alice", tenant_id="contoso")
REQUEST = Request("GET", ("things",), headers={"x-forwarded-for": "203.0.113.9, 192.0.2.1:4567"})


def limiter() -> RateLimiter:
    """One that refuses nobody, full of callers."""
    rate = RateLimiter(known=NO_END, anonymous=NO_END, proxies=1)
    for number in range(REMEMBERED_CALLERS):
        rate.take(Principal(id=str(number)), REQUEST)
    return rate


def alone(who: Principal, rounds: int) -> float:
    """Microseconds of one call: the best of some rounds."""
    rate, best = limiter(), float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(CALLS):
            rate.take(who, REQUEST)
        best = min(best, time.perf_counter() - start)
    return best / CALLS * 1e6


class Verifier:
    """Knows everybody."""

    async def verify(self, token: str) -> Principal:
        """Somebody whose token holds for long."""
        return Principal(id=token, claims={"exp": 2**40})


async def remembered(rounds: int) -> float:
    """Microseconds of a token that was verified before: the best of some rounds."""
    authenticator, header, best = BearerAuthenticator(Verifier()), "Bearer " + "x" * 1400, float("inf")
    await authenticator.authenticate(header)
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(CALLS):
            await authenticator.authenticate(header)
        best = min(best, time.perf_counter() - start)
    return best / CALLS * 1e6


async def within(rounds: int) -> dict[str, float]:
    """Microseconds of a request that does nothing, by what is limited; all take turns."""
    doors = {
        "nothing": pipeline(),
        "rate": pipeline(rate=limiter()),
        "number": pipeline(bounds=Bounds(most=NO_END, seconds=None)),
        "time": pipeline(bounds=Bounds(most=None, seconds=60)),
        "all": pipeline(rate=limiter(), bounds=Bounds(most=NO_END, seconds=60)),
    }
    best = dict.fromkeys(doors, float("inf"))
    for _ in range(rounds):
        for name, door in doors.items():
            start = time.perf_counter()
            for _ in range(CALLS):
                await door(REQUEST)
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: each / CALLS * 1e6 for name, each in best.items()}


def pipeline(*, rate: RateLimiter | None = None, bounds: Bounds | None = None) -> Pipeline:
    """A pipeline for alice whose handler answers at once."""

    async def alice(_: str | None) -> Principal:
        return ALICE

    async def answer(_: Request) -> Response:
        return Response()

    router = Router({"things": CollectionRoutes({"GET": answer})})
    return Pipeline(authenticate=alice, router=router, rate=rate, bounds=bounds)


def main() -> None:
    """Print what was measured; fail when the limiter or a token takes too long."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    gc.disable()
    found = {"a known caller": alone(ALICE, rounds), "an address": alone(ANONYMOUS, rounds)}
    token = asyncio.run(remembered(rounds))
    print(f"a remembered token: {token:.2f} µs (target {TARGET_MICROSECONDS:g})")
    for name, microseconds in found.items():
        print(f"rate limiter, {name}: {microseconds:.2f} µs (target {TARGET_MICROSECONDS:g})")
    for name, microseconds in asyncio.run(within(rounds)).items():
        print(f"a request with limits on {name}: {microseconds:.2f} µs")
    if max(token, *found.values()) > TARGET_MICROSECONDS:
        raise SystemExit("The rate limiter or a remembered token takes too long.")


if __name__ == "__main__":
    main()
