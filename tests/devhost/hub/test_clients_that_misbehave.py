"""Clients that do what they should not: each is told, and harms no one."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from atakora_data.devhost.hub.bounds import Bounds
from tests.support.hub import HANDSHAKE, PATIENCE, Client, ServedHub, served_hub, to

PING = '{"type":6}\x1e'


async def connected(served: ServedHub) -> ClientWebSocketResponse:
    """A socket on which nothing was said yet."""
    return await served.web.ws_connect(served.url(served.token()))


async def is_unharmed(served: ServedHub) -> bool:
    """Whether the hub serves somebody else."""
    async with served.client("bob") as client:
        await served.hub.send([to("next", "still here", userId="bob")])
        return await client.arguments() == ["still here"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("nonsense\x1e", "A record is not JSON."),
        ("[]\x1e", "A record is not a JSON object."),
        ("{}\x1e", "This hub speaks the protocol 'json' only."),
        ('{"protocol":"messagepack","version":1}\x1e', "This hub speaks the protocol 'json' only."),
        ('{"protocol":"json","version":2}\x1e', "This hub speaks version 1 of the protocol 'json' only."),
    ],
)
async def test_a_wrong_handshake_is_answered(sent: str, told: str) -> None:
    """The answer says what is wrong with it, then the connection is closed."""
    async with served_hub() as served:
        client = Client(await connected(served))
        await client.socket.send_str(sent)
        assert {"error": told} == await client.next()
        assert await client.next() is None
        assert await is_unharmed(served)


async def test_who_says_nothing_is_let_go() -> None:
    """No handshake in time is told; the place is free again."""
    async with served_hub(Bounds(handshake_seconds=0.1, connections=1)) as served:
        client = Client(await connected(served))
        assert {"error": "There was no handshake in time."} == await client.next()
        assert await client.next() is None
        assert await is_unharmed(served)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("nonsense\x1e", "A record is not JSON."),
        ("7\x1e", "A record is not a JSON object."),
        ("[" * 20_000 + "\x1e", "A record is not JSON."),
        ('{"type":"6"}\x1e', "A message has a type from 1 to 9."),
        ('{"type":true}\x1e', "A message has a type from 1 to 9."),
        ('{"type":99}\x1e', "A message has a type from 1 to 9."),
        ('{"target":"x"}\x1e', "A message has a type from 1 to 9."),
    ],
    ids=["no JSON", "a number", "nested too deeply", "type as text", "type as truth", "unknown type", "no type"],
)
async def test_a_malformed_record_ends_the_connection(sent: str, told: str) -> None:
    """The farewell says what was wrong, and that the same again would not help."""
    async with served_hub() as served, served.client() as client:
        await client.socket.send_str(sent)
        assert {"type": 7, "error": told, "allowReconnect": False} == await client.next()
        assert await client.next() is None
        assert await is_unharmed(served)


async def test_binary_frames_are_refused() -> None:
    """The hub reads text only."""
    async with served_hub() as served, served.client() as client:
        await client.socket.send_bytes(b"\x02\x91\x06")
        assert "This hub reads text frames only." == (await client.next())["error"]
        assert await is_unharmed(served)


async def test_a_frame_that_is_too_large_ends_the_connection() -> None:
    """The WebSocket closes with code 1009."""
    async with served_hub() as served, served.client() as client:
        await client.socket.send_str("x" * 40_000)
        assert await client.next() is None
        assert 1009 == client.socket.close_code
        assert await is_unharmed(served)


async def test_a_record_that_never_ends_is_bounded() -> None:
    """Many small frames without a separator are no way around the limit."""
    async with served_hub() as served, served.client() as client:
        for _ in range(5):
            await client.socket.send_str("x" * 8_000)
        assert "A record has at most 32768 bytes." == (await client.next())["error"]
        assert await is_unharmed(served)


async def test_records_may_be_cut_and_joined() -> None:
    """Frames are no borders: half a record, and many records in one, are read as sent."""
    async with served_hub() as served:
        client = Client(await connected(served))
        whole = HANDSHAKE + PING + '{"type":1,"target":"ask","arguments":[],"invocationId":"7"}\x1e'
        await client.socket.send_str(whole[:50])
        await client.socket.send_str(whole[50:])
        assert {} == await client.next()
        assert {"type": 3, "invocationId": "7", "error": "This hub only sends: ask the app over HTTP."} == (
            await client.next()
        )
        await client.socket.close()


async def test_a_call_without_an_id_is_passed_over() -> None:
    """Nobody waits for an answer, and the connection goes on; so with messages that make no sense here."""
    async with served_hub() as served, served.client() as client:
        for sent in ('{"type":1,"target":"x","arguments":[]}\x1e', '{"type":3,"invocationId":"1"}\x1e', "\x1e\x1e"):
            await client.socket.send_str(sent)
        await client.socket.send_str('{"type":4,"target":"x","arguments":[],"invocationId":"1"}\x1e')
        assert 3 == (await client.next())["type"]


async def test_a_client_that_says_goodbye_is_let_go() -> None:
    """A close message ends it without a word."""
    async with served_hub() as served, served.client() as client:
        await client.socket.send_str('{"type":7}\x1e')
        assert await client.next() is None


async def test_a_silent_client_is_let_go() -> None:
    """Who does not ping within the time is told, and may come again."""
    async with served_hub(Bounds(silence_seconds=0.3)) as served, served.client() as client:
        for _ in range(4):
            await asyncio.sleep(0.1)
            await client.socket.send_str(PING)
        told = await client.next()
        assert {"type": 7, "error": "The client was silent for too long.", "allowReconnect": True} == told


async def test_the_hub_pings() -> None:
    """A client that is sent nothing hears that the hub is there."""
    async with served_hub(Bounds(ping_seconds=0.05)) as served, served.client() as client:
        for _ in range(3):
            assert PING == await client.socket.receive_str(timeout=PATIENCE)


async def test_a_client_that_does_not_read_harms_no_one() -> None:
    """Sending never waits for it; its connection is cut, and others get everything meanwhile."""
    bounds = Bounds(waiting_messages=50, waiting_bytes=1_000_000, farewell_seconds=0.2)
    async with served_hub(bounds) as served, served.client("bob") as reader:
        stuck = await silent_reader(served)
        for number in range(60):
            async with asyncio.timeout(1):
                await served.hub.send([to("next", "x" * 200_000, userId="alice"), to("next", number, userId="bob")])
            assert [number] == await reader.arguments()
        await gone(served, "alice")
        stuck.close()


async def test_what_waits_for_all_together_is_bounded() -> None:
    """Who is slowest is let go, once too much waits for all; whoever reads, or is less behind, stays."""
    bounds = Bounds(waiting_bytes=100_000_000, all_waiting_bytes=3_000_000, farewell_seconds=0.2)
    async with served_hub(bounds) as served, served.client("bob") as reader:
        stuck, behind = await silent_reader(served), await silent_reader(served, "carol")
        for number in range(60):
            slow = [to("next", "x" * 400_000, userId="alice"), to("next", "x" * 4_000, userId="carol")]
            await served.hub.send([*slow, to("next", number, userId="bob")])
            assert [number] == await reader.arguments()
        await gone(served, "alice")
        assert [200, 200] == [await served.ask("HEAD", f"users/{each}") for each in ("bob", "carol")]
        stuck.close()
        behind.close()


async def test_a_slow_client_is_told_and_catches_up() -> None:
    """When it reads again in time, it gets the farewell that says why, and may come again."""
    async with served_hub(Bounds(waiting_messages=5)) as served, served.client() as client:
        await served.hub.send([to("next", "x" * 300_000, userId="alice") for _ in range(40)])
        while (told := await client.next())["type"] == 1:
            pass
        assert (7, True) == (told["type"], told["allowReconnect"])
        assert told["error"].startswith("Too many messages wait")


async def gone(served: ServedHub, session: str) -> None:
    """Returns when nobody is connected as this session."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while await served.ask("HEAD", f"users/{session}") == 200:
        assert asyncio.get_running_loop().time() < deadline


async def silent_reader(served: ServedHub, session: str = "alice") -> socket.socket:
    """A client that shakes hands and reads no more; its socket is closed by whoever asks for it."""
    line = socket.create_connection(("127.0.0.1", served.port))
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    path = served.url(served.token(session)).removeprefix(served.origin)
    head = f"GET {path} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    await loop.sock_sendall(line, (head + key).encode())
    await loop.sock_recv(line, 10_000)
    text = HANDSHAKE.encode()
    await loop.sock_sendall(line, bytes([0x80 | WSMsgType.TEXT, 0x80 | len(text), 0, 0, 0, 0]) + text)
    await loop.sock_recv(line, 100)
    return line
