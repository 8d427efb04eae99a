"""The REST interface of the hub, as the app asks the service in Azure."""

from __future__ import annotations

import pytest

from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.account import SignalRAccount
from atakora_data.realtime.signalr.azure import azure_hub
from atakora_data.realtime.signalr.tokens import server_token
from tests.support.hub import KEY, served_hub, to

MESSAGE = {"target": "next", "arguments": [{"id": "1"}]}


async def test_messages_go_to_everybody_a_user_a_group_or_a_connection() -> None:
    """Each address reaches whom it names, and only them."""
    async with served_hub() as served, served.client("alice/1") as alice, served.client("bob") as bob:
        sent = [":send", "users/alice%2F1/:send", "users/nobody/:send", "groups/none/:send", "connections/none/:send"]
        assert [202] * 5 == [await served.ask("POST", path, to("next", path)) for path in sent]
        await served.hub.send([to("next", "end")])
        assert [[":send"], ["users/alice%2F1/:send"], ["end"]] == [await alice.arguments() for _ in range(3)]
        assert [[":send"], ["end"]] == [await bob.arguments() for _ in range(2)]


async def test_a_session_joins_and_leaves_groups() -> None:
    """Its connections are in the group, those to come as well, until it leaves."""
    async with served_hub() as served:
        assert 200 == await served.ask("PUT", "users/alice/groups/news")
        assert 404 == await served.ask("HEAD", "groups/news")
        async with served.client() as client:
            assert [200, 200] == [await served.ask("HEAD", path) for path in ("groups/news", "users/alice/groups/news")]
            assert 202 == await served.ask("POST", "groups/news/:send", MESSAGE)
            assert MESSAGE["arguments"] == await client.arguments()
            assert 200 == await served.ask("DELETE", "users/alice/groups")
            assert [404, 404] == [await served.ask("HEAD", path) for path in ("groups/news", "users/alice/groups/news")]


async def test_a_connection_joins_leaves_and_is_closed() -> None:
    """By its negotiated id; one that does not exist is 404."""
    async with served_hub() as served:
        url = f"{served.endpoint}/client/negotiate?hub=atakora&access_token={served.token()}"
        async with served.web.post(url) as answer:
            id = (await answer.json())["connectionId"]
        async with served.web.ws_connect(f"{served.url(served.token())}&id={id}") as socket:
            await socket.send_str('{"protocol":"json","version":1}\x1e')
            assert "{}\x1e" == await socket.receive_str()
            assert 200 == await served.ask("PUT", f"groups/news/connections/{id}")
            assert 202 == await served.ask("POST", "groups/news/:send", to("next", 1))
            assert '{"type":1,"target":"next","arguments":[1]}\x1e' == await socket.receive_str()
            left_out = f"api-version=2022-06-01&excluded={id}"
            assert 202 == await served.ask("POST", ":send", to("next", 2), query=left_out)
            assert 200 == await served.ask("DELETE", f"groups/news/connections/{id}")
            assert 202 == await served.ask("POST", "groups/news/:send", to("next", 3))
            assert 404 == await served.ask("PUT", "groups/news/connections/none")
            assert 200 == await served.ask("DELETE", f"connections/{id}", query="api-version=2022-06-01&reason=Enough")
            assert '{"type":7,"error":"Enough","allowReconnect":false}\x1e' == await socket.receive_str()


async def test_a_token_is_good_for_its_url_alone() -> None:
    """Without one, with one for another path, or with a client's token, the app is not answered."""
    async with served_hub() as served:
        path = "users/alice/:send"
        others = [server_token(KEY, f"{served.endpoint}/api/hubs/atakora/:send", 60), served.token(), "", "x.y.z"]
        assert [401] * 4 == [await served.ask("POST", path, MESSAGE, token=token) for token in others]
        expired = server_token(KEY, f"{served.endpoint}/api/hubs/atakora/{path}", -60)
        assert 401 == await served.ask("POST", path, MESSAGE, token=expired)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 400),
        ([], 400),
        ({"arguments": []}, 400),
        ({"target": "next"}, 400),
        ({"target": 1, "arguments": []}, 400),
    ],
)
async def test_a_message_has_a_target_and_arguments(body: object, status: int) -> None:
    """Anything else is refused."""
    async with served_hub() as served:
        assert status == await served.ask("POST", ":send", body)


async def test_a_message_has_a_size() -> None:
    """What is larger than the service takes is 413."""
    async with served_hub(Bounds(body_bytes=1000)) as served:
        assert 202 == await served.ask("POST", ":send", to("next", "x" * 900))
        assert 413 == await served.ask("POST", ":send", to("next", "x" * 1_000))


async def test_what_is_not_served_is_told() -> None:
    """Other paths, methods, versions and hubs each have their status."""
    async with served_hub() as served:
        assert 404 == await served.ask("POST", "elsewhere")
        assert 405 == await served.ask("GET", ":send")
        assert 405 == await served.ask("POST", "connections/none", MESSAGE)
        assert 400 == await served.ask("POST", ":send", MESSAGE, query="api-version=2019-01-01")
        url = f"{served.endpoint}/api/hubs/other/:send"
        headers = {"Authorization": f"Bearer {server_token(KEY, url, 60)}"}
        async with served.web.post(f"{url}?api-version=2022-06-01", json=MESSAGE, headers=headers) as answer:
            assert 404 == answer.status


async def test_the_adapter_for_azure_reaches_clients_here() -> None:
    """What the app sends to the service in Azure works against this hub, and so does the access it gives."""
    async with served_hub() as served:
        hub = azure_hub(SignalRAccount(served.endpoint, KEY))
        access = await hub.access("alice", 60)
        async with served.web.ws_connect(f"{access.url}&access_token={access.token}") as socket:
            await socket.send_str('{"protocol":"json","version":1}\x1e')
            assert "{}\x1e" == await socket.receive_str()
            await hub.send([Delivery("alice", {"id": number}) for number in range(3)])
            expected = "".join(f'{{"type":1,"target":"next","arguments":[{{"id":{n}}}]}}\x1e' for n in range(3))
            received = ""
            while len(received) < len(expected):
                received += await socket.receive_str()
            assert expected == received
        await hub.close()
