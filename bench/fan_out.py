"""What one event costs with 10 and with 10,000 subscribers, in the same 10 pairs of filter and policy."""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent.parent))

from atakora_data.authorization.principal import Principal
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.change import RecordChange
from atakora_data.realtime.fan_out import messages_text
from tests.realtime.telling import Press, press

LARGEST_RATIO = 3
PAIRS = 10


async def judged(desk: Press, event: EntityEvent) -> None:
    """Find and judge the groups, without a message for each member."""
    change = RecordChange.of(event)
    for group in await desk.fan_out._index.groups(event.target):
        await desk.fan_out._views.payload(group, change)


async def timed(rounds: int, work: Any) -> float:
    """The median microseconds of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - start) * 1e6)
    return statistics.median(taken)


async def measure(subscribers: int, rounds: int) -> tuple[float, float, float]:
    """Microseconds to judge, microseconds to judge and write all messages, MiB more than before the first event."""
    with tempfile.TemporaryDirectory() as folder:
        async with press(Path(folder)) as desk:
            for number in range(subscribers):
                person = Principal(id=f"p{number}", roles=frozenset({"editor", "admin"} if number % 2 else {"admin"}))
                person = replace(person, id=f"p{number % 2}")
                await desk.subscribe(person, filter={"grade": {"gte": number % PAIRS // 2}})
            await desk.create(id="1", title="a paper", grade=9, status="published", remark="red", authorId="ann")
            [event] = await desk.events()
            gc.collect()
            before = psutil.Process().memory_info().rss
            await judged(desk, event)
            gc.collect()
            memory = (psutil.Process().memory_info().rss - before) / 2**20
            found = await desk.fan_out.deliveries(event)
            assert subscribers == len(found)
            assert min(PAIRS, subscribers) == len({id(each.argument["payload"]) for each in found})
            judging = await timed(rounds, lambda: judged(desk, event))

            async def whole() -> None:
                messages_text(await desk.fan_out.deliveries(event))

            return judging, await timed(rounds, whole), memory


async def run(rounds: int) -> None:
    """Print a row for each number of subscribers."""
    print("| subscribers | judging | times that of 10 | at most | with all messages | memory, the reading included |")
    print("|---|---|---|---|---|---|")
    first = 0.0
    for subscribers in (10, 10_000):
        judging, whole, memory = await measure(subscribers, rounds)
        first = first or judging
        ratio = f"{judging / first:.2f} | {LARGEST_RATIO if subscribers > PAIRS else ''}"
        print(f"| {subscribers:,} | {judging:.0f} µs | {ratio} | {whole:.0f} µs | {memory:.1f} MiB |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    asyncio.run(run(parser.parse_args().rounds))
