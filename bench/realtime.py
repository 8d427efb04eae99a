"""From a write to its delivery on the local host: 100 subscribers, 100 writes a second."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.acceptance.realtime.host import Host, hosting
from tests.support.subscriber import Subscriber, subscribers

LARGEST_MEDIAN_MS, LARGEST_P99_MS = 50, 250


class Stopwatch:
    """Takes the time from the start of a write to each of its deliveries, in milliseconds."""

    def __init__(self) -> None:
        self.started: dict[str, float] = {}
        self.taken: list[float] = []

    def hear(self, argument: dict[str, Any]) -> None:
        """Note one delivery."""
        text = argument["payload"]["data"]["record"]["text"]
        self.taken.append((time.perf_counter() - self.started[text]) * 1000)


async def measure(host: Host, listeners: int, rate: int, seconds: int) -> Stopwatch:
    """Write at the rate for so long while so many listen; each subscriber hears each write."""
    watch, count = Stopwatch(), rate * seconds
    tokens = [host.token(f"reader{number}") for number in range(listeners)]
    async with subscribers(host.url, tokens, watch.hear) as found:
        await asyncio.gather(*(each.subscribe(entity="Note", operations=["created"]) for each in found))
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {host.token('writer')}"}) as http:
            await asyncio.gather(*(_write(http, host, watch, number, number / rate) for number in range(count)))
        await asyncio.gather(*(_all(each, count) for each in found))
    return watch


async def _write(http: aiohttp.ClientSession, host: Host, watch: Stopwatch, number: int, after: float) -> None:
    await asyncio.sleep(after)
    watch.started[str(number)] = time.perf_counter()
    async with http.post(f"{host.url}/notes", json={"id": str(number), "text": str(number)}) as answer:
        answer.raise_for_status()


async def _all(subscriber: Subscriber, count: int) -> None:
    await subscriber.until(lambda heard: len(heard) >= count, 60)


async def run(listeners: int, rate: int, seconds: int) -> None:
    """Measure once and print a row."""
    with tempfile.TemporaryDirectory() as folder, hosting(Path(folder)) as host:
        await host.ready()
        watch = await measure(host, listeners, rate, seconds)
        host.stop()
    cuts = statistics.quantiles(watch.taken, n=100)
    print(f"{len(watch.taken)} deliveries to {listeners} subscribers at {rate} writes/s, in milliseconds:")
    print(f"| median {cuts[49]:.1f} (at most {LARGEST_MEDIAN_MS}) | p99 {cuts[98]:.1f} (at most {LARGEST_P99_MS}) |")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--rate", type=int, default=100, help="writes a second")
    parser.add_argument("--secs", type=int, default=10)
    args = parser.parse_args()
    asyncio.run(run(args.listeners, args.rate, args.secs))


if __name__ == "__main__":
    main()
