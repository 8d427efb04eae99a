"""Negotiate, register, renew and end, as clients do it over HTTP."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atakora_data.errors import NotFound
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.realtime.signalr.local import LocalHub
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT, client_url, read_token
from atakora_data.registry.build import build_registry
from tests.realtime.newsroom import Draft, Newsroom, newsroom
from tests.support.app import running


async def test_negotiation_answers_where_to_connect(room: Newsroom) -> None:
    """The URL lies on the host that was asked, and the token is one for the session."""
    answer = await room.client.post("realtime/negotiate")

    assert 200 == answer.status
    assert "http://127.0.0.1:7071/signalr/client/?hub=atakora" == answer.json["url"]
    hub = room.realtime.hub
    assert isinstance(hub, LocalHub)
    assert (
        answer.json["session"] == read_token(hub.key, client_url(LOCAL_ENDPOINT), answer.json["accessToken"])["nameid"]
    )


async def test_stock_clients_negotiate(room: Newsroom) -> None:
    """An empty body as text, the version of the protocol in the query: what stock clients send."""
    answer = await room.client.ask(
        "POST", "realtime/negotiate?negotiateVersion=1", headers={"content-type": "text/plain;charset=UTF-8"}
    )

    assert 200 == answer.status


async def test_a_session_is_connected_to_again(room: Newsroom) -> None:
    """Negotiating with a session of one's own keeps it, and a foreign or unknown one is told in the same words."""
    session = await room.negotiate()

    again = await room.client.post(f"realtime/negotiate?session={session}&negotiateVersion=1")
    foreign = await room.as_("bob").client.post(f"realtime/negotiate?session={session}")

    assert (200, session) == (again.status, again.json["session"])
    assert 404 == foreign.status


async def test_nobody_subscribes_anonymously(room: Newsroom) -> None:
    """Whoever is not signed in is told to sign in, at every path of real time."""
    nobody = Newsroom(replace(room.client, token=None))

    answers = [
        await nobody.client.post("realtime/negotiate"),
        await nobody.register("any"),
        await nobody.renew("any"),
        await nobody.end("any"),
    ]

    assert [(401, "sign_in_required")] * 4 == [(each.status, each.json["code"]) for each in answers]


async def test_without_a_hub_the_missing_setting_is_named(tmp_path: Path) -> None:
    """It is 503 with the setting's name, and no session is opened."""
    async with newsroom(tmp_path, hub=False) as room:
        answers = [await room.client.post("realtime/negotiate") for _ in range(30)]

        assert {(503, "realtime_unavailable")} == {(each.status, each.json["code"]) for each in answers}
        assert "AzureSignalRConnectionString" in answers[0].json["hint"]


async def test_a_subscription_lives_until_it_ends(room: Newsroom) -> None:
    """Registered it is kept, renewed it lives longer, and ended it is gone: then there is no such thing."""
    made = await room.register(await room.negotiate(), operations=["created"], filter={"status": {"eq": "draft"}})
    id = made.json["id"]
    kept = await room.live()
    renewed, ended, again, late = await room.renew(id), await room.end(id), await room.end(id), await room.renew(id)

    assert (201, f"/api/realtime/subscriptions/{id}") == (made.status, made.headers["Location"])
    assert [id] == kept
    assert (200, id) == (renewed.status, renewed.json["id"])
    assert renewed.json["expiresAt"] >= made.json["expiresAt"]
    assert (204, b"") == (ended.status, ended.body)
    assert [404, 404] == [again.status, late.status]
    assert [] == await room.live()


async def test_a_subscription_is_kept_as_it_was_wanted(room: Newsroom) -> None:
    """What the fan-out reads: session, principal, entity, operations (all unless named) and filter."""
    session = await room.negotiate()
    await room.register(session, filter={"words": {"gt": 3}})

    [state] = await room.state.all("subscription", "/Story")

    assert (session, "Story", ["created", "deleted", "updated"], {"words": {"gt": 3}}, None) == tuple(
        state.value[name] for name in ("session", "entity", "operations", "filter", "query")
    )


async def test_it_never_outlives_the_token(tmp_path: Path) -> None:
    """A subscription expires with its token, or after the seconds that are set."""
    async with newsroom(tmp_path, subscription_seconds=7) as room:
        settings, soon = room.client.application.settings, int(time.time())
        token = mint(local_key(settings.key_file), audience=settings.audience, id="ann", ttl=5)
        short = Newsroom(replace(room.client, token=token))
        brief = await short.register(await short.negotiate())
        longer = await room.register(await room.negotiate())

        lives = [each.expires - soon for each in await room.state.all("subscription", "/Story")]
        assert [201, 201] == [brief.status, longer.status]
        assert [True, True] == [4 <= min(lives) <= 5.5, 6.5 <= max(lives) <= 8.5]


@pytest.mark.parametrize(
    ("wanted", "status", "place", "word"),
    [
        ({"entity": "Stroy"}, 400, None, "Story"),
        ({"entity": "Draft"}, 400, None, "realtime = True"),
        ({"entity": "Memo"}, 403, None, "do not allow you to read any Memo"),
        ({"entity": 3}, 400, "/entity", "must be a text"),
        ({"operations": ["create"]}, 400, "/operations/0", "created"),
        ({"operations": []}, 400, "/operations", "must be a list"),
        ({"operations": "created"}, 400, "/operations", "must be a list"),
        ({"operations": [1]}, 400, "/operations", "must be a list"),
        ({"filter": []}, 400, "/filter", "must be an object"),
        ({"filter": {"titel": {"eq": "x"}}}, 400, None, "title"),
        ({"filter": {"words": {"eq": "many"}}}, 400, None, "words"),
        ({"filter": {"source": {"eq": "x"}}}, 403, "/filter/source", "source"),
        ({"filter": {"or": [{"words": {"eq": 1}}, {"not": {"source": {"isNull": True}}}]}}, 403, "", "or.1.not.source"),
        ({"filter": {"desk": {"budget": {"gt": 3}}}}, 403, "/filter/desk/budget", "desk.budget"),
        ({"filter": {"memos": {"some": {"text": {"eq": "x"}}}}}, 403, "/filter/memos", "memos"),
        ({"filters": {}}, 400, "/filters", "filter"),
        ({"variables": {}}, 400, "/variables", "query only"),
        ({"query": "subscription { a }", "entity": "Story"}, 400, "/entity", "does not go with a query"),
        ({"query": 5}, 400, "/query", "must be a text"),
        ({"since": 5}, 400, "/since", "position"),
        ({"filter": {"title": {"in": ["x" * 1_000] * 20}}}, 400, None, "bytes"),
        ({"query": "x" * 20_000}, 400, None, "bytes"),
    ],
)
async def test_what_is_not_to_be_had_is_refused(
    room: Newsroom, wanted: dict[str, Any], status: int, place: str | None, word: str
) -> None:
    """A registration that cannot be meant, or that the rules do not allow, says where and why; nothing is kept."""
    answer = await room.register(await room.negotiate(), **wanted)

    assert status == answer.status, answer.body
    assert word in answer.body.decode()
    if place:
        assert place in [each["pointer"] for each in answer.json["errors"]]
    assert ([], []) == (await room.live(), await room.live("Memo"))


async def test_what_only_some_records_hide_may_be_filtered_by(room: Newsroom) -> None:
    """A field that the caller may read in its own records is no reason to refuse, nor is a rule of another's."""
    session = await room.negotiate()
    chief = room.as_("carl", "chief")

    own = await room.register(session, filter={"note": {"isNull": False}})
    memo = await chief.register(await chief.negotiate(), entity="Memo", filter={"story": {"source": {"eq": "x"}}})

    assert [201, 201] == [own.status, memo.status]


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'{"session": "a", "session": "b"}'])
async def test_a_body_that_is_no_registration_is_refused(room: Newsroom, body: bytes) -> None:
    """What is no JSON object with each name once is malformed."""
    answer = await room.client.ask("POST", "realtime/subscriptions", body, headers={"content-type": "application/json"})

    assert 400 == answer.status


async def test_paths_know_their_methods_and_types(room: Newsroom) -> None:
    """Other methods are 405 with those allowed, other types 415, other paths 404, other parameters 400."""
    wrong = [
        (405, await room.client.get("realtime/negotiate")),
        (405, await room.client.get("realtime/subscriptions")),
        (405, await room.client.get("realtime/subscriptions/x")),
        (404, await room.client.get("realtime")),
        (404, await room.client.post("realtime/negotiates")),
        (404, await room.client.delete("realtime/subscriptions/x/y")),
        (415, await room.client.ask("POST", "realtime/subscriptions", b"{}", headers={"content-type": "text/plain"})),
        (400, await room.client.ask("PUT", "realtime/subscriptions/x", {"ttl": 5})),
        (400, await room.client.post("realtime/negotiate", {"session": "x"})),
        (400, await room.client.post("realtime/negotiate?sesion=x")),
        (400, await room.client.post("realtime/negotiate?session=x&session=y")),
        (400, await room.client.delete("realtime/subscriptions/x?force=1")),
    ]
    options = await room.client.ask("OPTIONS", "realtime/subscriptions/x")

    assert [status for status, _ in wrong] == [each.status for _, each in wrong]
    assert "OPTIONS, POST" == wrong[0][1].headers["Allow"]
    assert (204, "DELETE, OPTIONS, PUT") == (options.status, options.headers["Allow"])


async def test_browsers_of_other_origins_may_subscribe(room: Newsroom) -> None:
    """CORS holds here as everywhere."""
    asked = {"origin": "https://app.example.com", "access-control-request-method": "POST"}
    allowed = await room.client.ask("OPTIONS", "realtime/negotiate", headers=asked)
    answer = await room.client.post("realtime/negotiate", origin="https://app.example.com")

    assert "X-SignalR-User-Agent" in allowed.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" in answer.headers


async def test_sessions_of_others_do_not_exist(room: Newsroom) -> None:
    """A session or subscription of somebody else, or made up, is told in the same words."""
    bob, session = room.as_("bob"), await room.negotiate()
    id = (await room.register(session)).json["id"]
    await bob.negotiate()

    foreign, forged = await bob.register(session), await bob.register("x" * len(session))
    others = [await bob.renew(id), await bob.end(id), await bob.end("x" * len(id)), await bob.end("y" * 5000)]

    assert [404, 404] == [foreign.status, forged.status]
    assert foreign.json["detail"].replace(session, "") == forged.json["detail"].replace("x" * len(session), "")
    assert [404] * 4 == [each.status for each in others]
    assert [id] == await room.live()


async def test_without_real_time_there_are_no_such_paths(tmp_path: Path) -> None:
    """An app none of whose entities is in real time has neither paths nor parts for it."""
    async with running(tmp_path, registry=build_registry([Draft])) as client:
        answer = await client.as_("ann").post("realtime/negotiate")

        assert 404 == answer.status
        assert client.application.realtime is None
        assert NotFound.code == answer.json["code"]
