"""The hub of the local host: who is let in, what reaches whom, and how it ends, over real sockets."""

from __future__ import annotations

import time
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.tokens import client_token, server_token
from tests.support.hub import HANDSHAKE, KEY, ServedHub, served_hub, to


async def negotiated(served: ServedHub, token: str, query: str = "hub=atakora&negotiateVersion=1") -> tuple[int, Any]:
    """What negotiate answers."""
    url = f"{served.endpoint}/client/negotiate?{query}"
    async with served.web.post(url, headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status, await answer.json()


async def refused(served: ServedHub, url: str) -> int:
    """The status with which a WebSocket is refused."""
    with pytest.raises(WSServerHandshakeError) as refusal:
        await served.web.ws_connect(url)
    return refusal.value.status


async def test_negotiate_offers_websockets_alone() -> None:
    """The transports name WebSockets with text; the id is no secret, the token to connect with is another."""
    async with served_hub() as served:
        status, told = await negotiated(served, served.token())
        assert (200, 1) == (status, told["negotiateVersion"])
        assert [{"transport": "WebSockets", "transferFormats": ["Text"]}] == told["availableTransports"]
        assert told["connectionId"] != told["connectionToken"]


async def test_an_old_client_connects_by_its_id() -> None:
    """Without `negotiateVersion`, the connection id is all there is."""
    async with served_hub() as served:
        _, told = await negotiated(served, served.token(), "hub=atakora")
        assert {"connectionId", "availableTransports"} == set(told)


async def test_the_negotiated_id_is_the_address_over_rest() -> None:
    """What connects with the negotiated token has the negotiated id."""
    async with served_hub() as served:
        _, told = await negotiated(served, served.token())
        url = f"{served.url(served.token())}&id={told['connectionToken']}"
        async with served.web.ws_connect(url) as socket:
            await socket.send_str(HANDSHAKE)
            assert "{}\x1e" == await socket.receive_str()
            assert 200 == await served.ask("HEAD", f"connections/{told['connectionId']}")


async def test_another_session_cannot_take_a_negotiated_id() -> None:
    """An id that somebody else negotiated is replaced by a new one."""
    async with served_hub() as served:
        _, told = await negotiated(served, served.token("bob"))
        async with served.web.ws_connect(f"{served.url(served.token())}&id={told['connectionToken']}") as socket:
            await socket.send_str(HANDSHAKE)
            assert "{}\x1e" == await socket.receive_str()
            assert 404 == await served.ask("HEAD", f"connections/{told['connectionId']}")


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "not one for this hub"),
        ("not.a.token", "not one for this hub"),
        (client_token("another key that is long enough for HS256", "/signalr", "alice", 3600), "not one for this hub"),
        (client_token(KEY, "/signalr", "alice", -60), "expired"),
        (client_token(KEY, "https://other.service.signalr.net", "alice", 3600), "not one for this hub"),
        (client_token(KEY, "/signalr", "", 3600), "names no session"),
        (server_token(KEY, "/signalr/api/hubs/atakora/:send", 3600), "not one for this hub"),
    ],
    ids=["none", "no token", "another key", "expired", "another service", "nobody", "of the app"],
)
async def test_who_has_no_good_token_is_refused(token: str, told: str) -> None:
    """Negotiate and the WebSocket answer 401 with the reason, and others are served on."""
    async with served_hub() as served:
        status, problem = await negotiated(served, token)
        assert (401, "invalid_token") == (status, problem["code"])
        assert told in problem["detail"]
        assert 401 == await refused(served, served.url(token))
        async with served.client():
            pass


async def test_another_hub_is_not_here() -> None:
    """Only the hub of the app is served."""
    async with served_hub() as served:
        assert 404 == (await negotiated(served, served.token(), "hub=other&negotiateVersion=1"))[0]
        assert 404 == await refused(served, served.url(served.token(), hub="other"))


async def test_a_plain_get_is_no_websocket() -> None:
    """It is told so; other methods and paths too, and the app beside answers its own."""
    async with served_hub() as served:
        token = served.token()
        asked = [
            ("GET", served.url(token), 400),
            ("POST", served.url(token), 405),
            ("GET", f"{served.endpoint}/client/negotiate?hub=atakora&access_token={token}", 405),
            ("GET", f"{served.endpoint}/elsewhere", 404),
            ("GET", f"{served.origin}/api/posts", 200),
        ]
        for method, url, status in asked:
            async with served.web.request(method, url) as answer:
                assert (status, method, url) == (answer.status, method, url)


async def test_a_page_of_another_origin_may_ask() -> None:
    """Preflight and answer name its origin, refusals as well."""
    async with served_hub() as served:
        url, origin = f"{served.endpoint}/client/negotiate?hub=atakora", {"Origin": "http://localhost:3000"}
        for method, status in [("OPTIONS", 204), ("POST", 401)]:
            async with served.web.request(method, url, headers=origin) as answer:
                assert status == answer.status
                assert "http://localhost:3000" == answer.headers["Access-Control-Allow-Origin"]
                assert "true" == answer.headers["Access-Control-Allow-Credentials"]


async def test_messages_reach_their_session_in_order() -> None:
    """All connections of the session get them; another session gets nothing of it."""
    async with served_hub() as served, served.client() as one, served.client() as two, served.client("bob") as other:
        await served.hub.send([to("next", number, userId="alice") for number in range(600)])
        await served.hub.send([to("next", "for bob", userId="bob")])
        for client in (one, two):
            assert [[number] for number in range(600)] == [await client.arguments() for _ in range(600)]
        assert ["for bob"] == await other.arguments()


async def test_deliveries_are_sent_as_next() -> None:
    """A delivery calls `next` with its argument; a payload that several share arrives at each."""
    payload = {"data": {"text": "ä \u2028 <b>", "number": 9007199254740993}}
    deliveries = [Delivery(each, {"id": each, "position": "1", "payload": payload}) for each in ("alice", "bob")]
    async with served_hub() as served, served.client() as one, served.client("bob") as two:
        await served.hub.deliver(deliveries)
        expected = {"type": 1, "target": "next", "arguments": [{"id": "bob", "position": "1", "payload": payload}]}
        assert [{"id": "alice", "position": "1", "payload": payload}] == await one.arguments()
        assert expected == await two.next()


async def test_what_nobody_is_connected_for_is_lost() -> None:
    """Sending it is no error, and whoever comes later gets what is sent later."""
    async with served_hub() as served:
        await served.hub.send([to("next", "early", userId="alice"), to("next", "early", connectionId="none")])
        async with served.client() as client:
            await served.hub.send([to("next", "late", userId="alice")])
            assert ["late"] == await client.arguments()


async def test_an_expired_token_ends_the_connection() -> None:
    """The client is told why, and may come again: stock clients negotiate before that."""
    async with served_hub() as served, served.client(seconds=1) as client:
        started = time.monotonic()
        told = await client.next()
        assert {"type": 7, "error": "The token has expired. Negotiate again.", "allowReconnect": True} == told
        assert time.monotonic() - started < 5
        assert await client.next() is None


async def test_as_many_as_the_hub_takes() -> None:
    """One more is refused with 503 until somebody leaves."""
    async with served_hub(Bounds(connections=2)) as served, served.client():
        async with served.client():
            assert 503 == await refused(served, served.url(served.token()))
        async with served.client():
            pass


async def test_negotiations_that_nobody_uses_are_forgotten() -> None:
    """The oldest goes when too many wait; its client still connects, under another id."""
    async with served_hub(Bounds(negotiated=1)) as served:
        _, forgotten = await negotiated(served, served.token())
        await negotiated(served, served.token())
        async with served.web.ws_connect(f"{served.url(served.token())}&id={forgotten['connectionToken']}") as socket:
            await socket.send_str(HANDSHAKE)
            assert "{}\x1e" == await socket.receive_str()
            assert 404 == await served.ask("HEAD", f"connections/{forgotten['connectionId']}")


async def test_closing_tells_everybody_to_come_again() -> None:
    """Clients get a farewell; whoever knocks then is refused."""
    async with served_hub() as served, served.client() as client:
        await served.hub.close()
        assert {"type": 7, "error": "The hub stops.", "allowReconnect": True} == await client.next()
        assert await client.next() is None
        assert 503 == await refused(served, served.url(served.token()))
