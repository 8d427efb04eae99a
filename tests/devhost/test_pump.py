"""The topic of the local host wakes functions: each message until it succeeds, those of a record in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from atakora_data.devhost.background import running
from atakora_data.devhost.pump import CONCURRENCY, PumpPart
from atakora_data.events.local_topic import LocalTopic
from atakora_data.events.topic_tables import MOST_DELIVERIES
from tests.devhost.woken import event_in, topic_function, until
from tests.events.test_local_topic import event, message, open_file

FAN_OUT = "fan-out"


class Receiver:
    """A function that notes what it gets and sends it on, and a hub. failures: by id, how often one fails."""

    def __init__(self) -> None:
        self.versions: dict[str, list[int]] = defaultdict(list)
        self.failures: dict[str, int] = {}
        self.sent: list[dict[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.pause = 0.0

    @property
    def count(self) -> int:
        """How many messages succeeded."""
        return sum(map(len, self.versions.values()))

    async def __call__(self, message: func.ServiceBusMessage) -> str | None:
        """Take a message; a body that cannot be read raises."""
        told = event_in(message)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause)
        self.at_once -= 1
        if self.failures.get(told.id, 0) > 0:
            self.failures[told.id] -= 1
            raise RuntimeError("not now")
        self.versions[told.id].append(told.entry.version)
        return f'{{"target": "next", "arguments": ["{told.id}"]}}'

    async def send(self, messages: list[dict[str, Any]]) -> None:
        """Be the hub."""
        self.sent += messages


@asynccontextmanager
async def pumping(topic: LocalTopic, receiver: Receiver) -> AsyncIterator[None]:
    """The receiver at work."""
    part = PumpPart(topic_function(receiver), topic, receiver.send)
    await part.start()
    async with running([part]):
        yield


@pytest.fixture
async def topic(tmp_path: Path) -> AsyncIterator[LocalTopic]:
    """A topic in a file."""
    async with open_file(tmp_path / "data.db") as file:
        yield LocalTopic(file, pause_seconds=0.001)


async def test_messages_are_handed_over_and_sent_on(topic: LocalTopic) -> None:
    """Those of a record in order, others beside them, no more at once than in Azure."""
    receiver = Receiver()
    receiver.pause = 0.002
    async with pumping(topic, receiver):
        for version in range(1, 4):
            await topic.publish([event(str(id), version) for id in range(40)])
        await until(lambda: receiver.count == 120)
    assert [[1, 2, 3]] * 40 == list(receiver.versions.values())
    assert 120 == len(receiver.sent)
    assert 1 < receiver.most_at_once <= CONCURRENCY
    assert [] == await topic.dead_letters(FAN_OUT)


async def test_a_function_that_fails_gets_its_message_again(topic: LocalTopic) -> None:
    """Before those behind it; other records do not wait for it."""
    receiver = Receiver()
    receiver.failures = {"1": 3}
    async with pumping(topic, receiver):
        await topic.publish([event("1", 1), event("1", 2), event("2", 1)])
        await until(lambda: receiver.count == 3)
    assert {"1": [1, 2], "2": [1]} == receiver.versions


async def test_a_poison_message_goes_to_the_dead_letters(topic: LocalTopic) -> None:
    """After ten deliveries; its session goes on."""
    receiver = Receiver()
    async with pumping(topic, receiver):
        await topic.enqueue([message("poison", event("1").session_id)])
        await topic.publish([event("1")])
        await until(lambda: receiver.count == 1)
    [letter] = await topic.dead_letters(FAN_OUT)
    assert ("poison", MOST_DELIVERIES) == (letter.message.message_id, letter.deliveries)


async def test_a_message_that_the_hub_did_not_take_comes_again(topic: LocalTopic) -> None:
    """It is completed only when what it put out was sent."""

    class Deaf(Receiver):
        """A hub that fails at first."""

        deafness = 2

        async def send(self, messages: list[dict[str, Any]]) -> None:
            """Be the hub."""
            if self.deafness:
                self.deafness -= 1
                raise ConnectionError("not now")
            await super().send(messages)

    receiver = Deaf()
    async with pumping(topic, receiver):
        await topic.publish([event("1")])
        await until(lambda: len(receiver.sent) == 1)
    assert [1, 1, 1] == receiver.versions["1"]


async def test_a_function_that_takes_long_keeps_its_message(tmp_path: Path) -> None:
    """The lock is renewed while it works, so that it is called once."""
    receiver = Receiver()
    receiver.pause = 1.5
    async with open_file(tmp_path / "data.db") as file:
        topic = LocalTopic(file, lock_seconds=0.4)
        async with pumping(topic, receiver), pumping(topic, receiver):
            await topic.publish([event("1")])
            await until(lambda: receiver.count == 1)
        assert {"1": [1]} == receiver.versions
        assert 1 == receiver.most_at_once


async def test_messages_under_way_are_finished_before_the_end(topic: LocalTopic) -> None:
    """Then they are not handed over again; the others wait for the next start."""
    receiver = Receiver()
    receiver.pause = 0.1
    async with pumping(topic, receiver):
        await topic.publish([event(str(id)) for id in range(CONCURRENCY + 4)])
        await until(lambda: receiver.at_once == CONCURRENCY)
    assert CONCURRENCY <= receiver.count
    async with pumping(topic, receiver):
        await until(lambda: receiver.count == CONCURRENCY + 4)
    assert [[1]] * (CONCURRENCY + 4) == list(receiver.versions.values())
