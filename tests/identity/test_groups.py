"""Groups that a token leaves out are those that Microsoft Graph tells, or nobody is let in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.errors import IdentityUnavailable
from atakora_data.identity.entra import graph as graph_module
from atakora_data.identity.entra.graph import ATTEMPTS, Graph
from atakora_data.identity.entra.groups import REMEMBERED_SECONDS, GroupReader
from atakora_data.identity.entra.verifier import EntraTokenVerifier, signing_keys
from atakora_data.settings import Settings
from tests.identity.graph import GraphServer, graph_of
from tests.identity.provider import AUDIENCE, TENANT, Provider, providing

OVERAGE: dict[str, Any] = {
    "_claim_names": {"groups": "src1"},
    "_claim_sources": {"src1": {"endpoint": "https://graph.windows.net/x"}},
}
FIVE = ["g1", "g2", "g3", "g4", "g5"]


class Clock:
    """Seconds that a test lets pass."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A provider with one key."""
    async with providing() as found:
        yield found


@pytest.fixture
async def graph() -> AsyncIterator[GraphServer]:
    """Alice is in five groups, the app `daemon` in one, bob in none."""
    async with graph_of({"users/alice": FIVE, "servicePrincipals/daemon": ["g9"], "users/bob": []}) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    """The clock of what is remembered."""
    return Clock()


@pytest.fixture
def judge(provider: Provider, graph: GraphServer, clock: Clock) -> EntraTokenVerifier:
    """Verifies tokens, and asks for groups."""
    return EntraTokenVerifier(
        signing_keys(provider.authority, (TENANT,)),
        tenants=(TENANT,),
        audiences=(AUDIENCE,),
        groups=GroupReader(Graph(graph.url, graph.token).groups, clock=clock),
        names={"g3": "editors", "g7": "staff"},
    )


async def unavailable(judge: EntraTokenVerifier, token: str) -> str:
    """Why the caller cannot be told."""
    with pytest.raises(IdentityUnavailable) as caught:
        await judge.verify(token)
    return caught.value.detail


async def test_groups_of_the_token_have_names_as_well(
    provider: Provider, graph: GraphServer, judge: EntraTokenVerifier
) -> None:
    """A rule may name the id or the name; Graph is not asked."""
    principal = await judge.verify(provider.token(groups=["g3", "g4"]))
    assert frozenset({"g3", "g4", "editors"}) == principal.groups
    assert [] == graph.asked


@pytest.mark.parametrize("claims", [OVERAGE, {"hasgroups": True}])
async def test_groups_left_out_are_read_page_by_page(
    claims: dict[str, Any], provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """However the token says it; all pages, and the names with them."""
    principal = await judge.verify(provider.token(**claims))
    assert frozenset({*FIVE, "editors"}) == principal.groups
    assert 3 == len(graph.asked)


async def test_apps_are_asked_for_as_apps(provider: Provider, judge: EntraTokenVerifier) -> None:
    """A token without a person names a service principal."""
    token = provider.token(oid="daemon", scp=None, roles=["DataReader"], idtyp="app", **OVERAGE)
    assert frozenset({"g9"}) == (await judge.verify(token)).groups


async def test_many_requests_ask_once(
    provider: Provider, judge: EntraTokenVerifier, graph: GraphServer, clock: Clock
) -> None:
    """Those that wait share the answer; it holds for five minutes."""
    graph.hold.clear()
    asking = [asyncio.create_task(judge.verify(provider.token(oid="bob", **OVERAGE))) for _ in range(50)]
    await asyncio.sleep(0.2)
    graph.hold.set()
    assert {frozenset[str]()} == {each.groups for each in await asyncio.gather(*asking)}
    assert 1 == len(graph.asked)
    graph.groups["users/bob"] = ["g7"]
    assert frozenset() == (await judge.verify(provider.token(oid="bob", **OVERAGE))).groups
    clock.now += REMEMBERED_SECONDS + 1
    assert frozenset({"g7", "staff"}) == (await judge.verify(provider.token(oid="bob", **OVERAGE))).groups


@pytest.mark.parametrize("failures", [[429], [500, 503], [429, 502, 504]])
async def test_a_busy_graph_is_asked_again(
    failures: list[int], provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """When it says, or soon."""
    graph.failures, graph.headers = failures, {"Retry-After": "0"}
    assert "g5" in (await judge.verify(provider.token(**OVERAGE))).groups


async def test_graph_says_how_long_to_wait(provider: Provider, judge: EntraTokenVerifier, graph: GraphServer) -> None:
    """`Retry-After` is kept."""
    graph.failures, graph.headers = [429], {"Retry-After": "1"}
    began = time.monotonic()
    await judge.verify(provider.token(**OVERAGE))
    assert 1 <= time.monotonic() - began


@pytest.mark.parametrize("status", [401, 403, 404, 302])
async def test_who_is_not_known_to_graph_is_not_let_in(
    status: int, provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """No permission, nobody of this name, another place: 503, at once; nothing of the token is told."""
    graph.failures = [status]
    token = provider.token(**OVERAGE)
    told = await unavailable(judge, token)
    assert f"the answer is {status}" in told
    assert 1 == len(graph.asked)


@pytest.mark.parametrize("page", [2, 3])
@pytest.mark.parametrize("status", [429, 500, 404])
async def test_of_some_pages_nobody_is_let_in(
    page: int, status: int, provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """What the first pages told is worth nothing without the rest, and is not remembered."""
    graph.broken, graph.headers = {page: status}, {"Retry-After": "0"}
    assert f"the answer is {status}" in await unavailable(judge, provider.token(**OVERAGE))
    assert f"the answer is {status}" in await unavailable(judge, provider.token(**OVERAGE))
    graph.broken = {}
    assert frozenset({*FIVE, "editors"}) == (await judge.verify(provider.token(**OVERAGE))).groups


async def test_pages_that_arrive_in_pieces_are_read_whole(
    provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """As pages of a thousand groups do."""
    graph.groups["users/alice"] = [f"{number:0>90}" for number in range(4)]
    graph.is_slow = True
    assert frozenset(graph.groups["users/alice"]) == (await judge.verify(provider.token(**OVERAGE))).groups


async def test_a_page_without_end_lets_nobody_in(
    provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """No more is read than pages have."""
    graph.content = b" " * (graph_module.LARGEST + 1)
    assert "more than" in await unavailable(judge, provider.token(**OVERAGE))


async def test_a_graph_that_does_not_answer_in_time_lets_nobody_in(provider: Provider, graph: GraphServer) -> None:
    """Pages and repetitions together take no longer than a caller can be kept waiting."""
    graph.hold.clear()
    began = time.monotonic()
    with pytest.raises(IdentityUnavailable, match="did not answer in time"):
        await Graph(graph.url, graph.token, patience=0.05).groups("alice", is_app=False)
    assert time.monotonic() - began < 2


async def test_each_instance_asks_for_itself(provider: Provider, graph: GraphServer, clock: Clock) -> None:
    """What one knows is no other's: after five minutes at most all of them tell the same, and none of a failure."""

    def instance() -> EntraTokenVerifier:
        keys, reader = (
            signing_keys(provider.authority, (TENANT,)),
            GroupReader(Graph(graph.url, graph.token).groups, clock=clock),
        )
        return EntraTokenVerifier(keys, tenants=(TENANT,), audiences=(AUDIENCE,), groups=reader)

    one, two, token = instance(), instance(), provider.token(**OVERAGE)
    assert frozenset(FIVE) == (await one.verify(token)).groups
    graph.broken, graph.headers = {2: 503}, {"Retry-After": "0"}
    assert "the answer is 503" in await unavailable(two, token)
    assert frozenset(FIVE) == (await one.verify(token)).groups
    graph.broken, graph.groups["users/alice"] = {}, ["g1"]
    assert frozenset({"g1"}) == (await two.verify(token)).groups
    clock.now += REMEMBERED_SECONDS + 1
    assert [frozenset({"g1"})] * 2 == [(await each.verify(token)).groups for each in (one, two)]


async def test_an_outage_lets_nobody_in_and_passes(
    provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """Nothing is remembered of a failure; the next request asks again."""
    graph.failures, graph.headers = [503] * ATTEMPTS, {"Retry-After": "0"}
    assert "the answer is 503" in await unavailable(judge, provider.token(**OVERAGE))
    assert "g5" in (await judge.verify(provider.token(**OVERAGE))).groups


async def test_a_graph_that_does_not_listen_lets_nobody_in(provider: Provider) -> None:
    """Refused connections are told as unavailable."""

    async def token(_scope: str) -> graph_module.AccessToken:
        return graph_module.AccessToken("t", 2**40)

    with pytest.raises(IdentityUnavailable):
        await Graph("http://127.0.0.1:1", token).groups("alice", is_app=False)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"value": [1]}', b'{"value": [{"id": 1}]}', b"\xff"])
async def test_garbage_lets_nobody_in(
    content: bytes, provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """Whatever is not a list of groups."""
    graph.content = content
    assert "Microsoft Graph" in await unavailable(judge, provider.token(**OVERAGE))


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9", "https://graph.microsoft.com.evil.example", "//evil"])
async def test_the_token_of_the_app_goes_nowhere_else(
    elsewhere: str, provider: Provider, judge: EntraTokenVerifier, graph: GraphServer
) -> None:
    """A next page at another place is not asked for."""
    graph.elsewhere = elsewhere
    assert "somewhere else" in await unavailable(judge, provider.token(**OVERAGE))
    assert 1 == len(graph.asked)


async def test_without_a_graph_nobody_is_let_in(provider: Provider) -> None:
    """A verifier that has nobody to ask refuses what it cannot know."""
    judge = EntraTokenVerifier(signing_keys(provider.authority, (TENANT,)), tenants=(TENANT,), audiences=(AUDIENCE,))
    assert "not in your token" in await unavailable(judge, provider.token(**OVERAGE))


async def test_the_settings_wire_it(provider: Provider, graph: GraphServer, tmp_path: Path) -> None:
    """Without an identity here, a caller whose groups are left out gets 503 and the remedy; others go on."""
    from atakora_data.testing import Client

    (tmp_path / "note.py").write_text(
        "from atakora_data import *\n\nclass Note(Entity):\n    '''A note.'''\n    id: str = Field(primary_key=True)\n"
        "    authorization = Authorization(read=allow.group('editors'))\n"
    )
    settings = Settings.from_environment(
        {
            "ATAKORA_SCHEMAS": str(tmp_path),
            "ATAKORA_STORE": "memory",
            "ATAKORA_KEY_FILE": str(tmp_path / "key"),
            "ATAKORA_AUDIENCE": AUDIENCE,
            "ATAKORA_ENTRA_TENANTS": TENANT,
            "ATAKORA_ENTRA_AUTHORITY": provider.authority,
            "ATAKORA_ENTRA_GRAPH": graph.url,
            "ATAKORA_ENTRA_GROUPS": "editors=g3, staff=g7",
        }
    )
    app = bootstrap(settings)
    client = Client(app)
    answers = [
        await client.ask("GET", "notes", headers={"authorization": f"Bearer {provider.token(groups=[group])}"})
        for group in ("g3", "g7")
    ]
    assert [200, 403] == [each.status for each in answers]
    await app.stop()
