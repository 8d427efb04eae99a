"""A deployed app is careful without being told: what its environment alone makes of it."""

from __future__ import annotations

from tests.identity.provider import Provider
from tests.security.conftest import Deploy
from tests.storage.cosmos.server import Server

INTROSPECTION = {"query": "{ __schema { types { name } } }"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ELSEWHERE = {"origin": "https://elsewhere.example"}


async def test_introspection_is_off(deploy: Deploy) -> None:
    """Nobody is told the schema, nor a name by a suggestion; it can be switched on."""
    client = await deploy()
    refused = (await client.post("graphql", INTROSPECTION)).json
    assert "introspection has been disabled" in refused["errors"][0]["message"]
    guess = (await client.post("graphql", {"query": "{ listNote { items { id } } }"})).json
    assert "Cannot query field 'listNote' on type 'Query'." == guess["errors"][0]["message"]
    assert (await (await deploy(ATAKORA_INTROSPECTION="on")).post("graphql", INTROSPECTION)).json["data"]["__schema"]


async def test_the_playground_is_off(deploy: Deploy) -> None:
    """A browser gets no page, and the description does not offer one; it can be switched on."""
    client = await deploy()
    answer = await client.ask("GET", "graphql", headers=BROWSER)
    assert 400 == answer.status
    assert answer.headers["Content-Type"].startswith("application/json")
    switched = await (await deploy(ATAKORA_PLAYGROUND="on")).ask("GET", "graphql", headers=BROWSER)
    assert (200, "text/html; charset=utf-8") == (switched.status, switched.headers["Content-Type"])


async def test_pages_of_other_origins_may_not_read(deploy: Deploy) -> None:
    """None may, unless it is named."""
    client, named = await deploy(), await deploy(ATAKORA_CORS_ORIGINS=ELSEWHERE["origin"])
    assert "Access-Control-Allow-Origin" not in (await client.ask("GET", "health", headers=ELSEWHERE)).headers
    allowed = (await named.ask("GET", "health", headers=ELSEWHERE)).headers["Access-Control-Allow-Origin"]
    assert ELSEWHERE["origin"] == allowed


async def test_browsers_come_over_tls_only(deploy: Deploy) -> None:
    """Every answer says so, pages and refusals included, and none may be framed."""
    client = await deploy()
    for path, status in (("health", 200), ("docs", 200), ("nothing", 404), ("notes", 200)):
        answer = await client.ask("GET", path)
        assert (status, "max-age=31536000") == (answer.status, answer.headers["Strict-Transport-Security"])
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_how_often_somebody_may_ask_is_limited(deploy: Deploy, provider: Provider) -> None:
    """Each caller may ask 3,000 times a minute, and so may each address without a token; unless switched off."""
    client = await deploy()
    alice = {"authorization": f"Bearer {provider.token()}"}
    assert '"caller";q=3000;w=60' == (await client.ask("GET", "notes", headers=alice)).headers["RateLimit-Policy"]
    assert '"address";q=3000;w=60' == (await client.ask("GET", "notes")).headers["RateLimit-Policy"]
    off = await deploy(ATAKORA_RATE_LIMIT="off", ATAKORA_RATE_LIMIT_ANONYMOUS="off")
    assert "RateLimit" not in (await off.ask("GET", "notes", headers=alice)).headers


async def test_a_limit_is_kept_at_every_door(deploy: Deploy, provider: Provider) -> None:
    """REST and GraphQL count together, and each tells the refusal in its own way."""
    client = await deploy(ATAKORA_RATE_LIMIT="2")
    alice = {"authorization": f"Bearer {provider.token()}"}
    query = {"query": "{ listNotes { items { id } } }"}
    assert [200, 200] == [
        (await client.ask("GET", "notes", headers=alice)).status,
        (await client.ask("POST", "graphql", query, headers=alice)).status,
    ]
    rest, graphql = (
        await client.ask("GET", "notes", headers=alice),
        await client.ask("POST", "graphql", query, headers=alice),
    )
    assert (429, "too_many_requests") == (rest.status, rest.json["code"])
    assert (429, "too_many_requests") == (graphql.status, graphql.json["errors"][0]["extensions"]["code"])
    assert ["30", "30"] == [each.headers["Retry-After"] for each in (rest, graphql)]


async def test_health_asks_the_store_once_a_second(deploy: Deploy, account: Server) -> None:
    """However often somebody asks: a probe that anybody may send must not cost what a read costs."""
    client = await deploy()
    assert 200 == (await client.get("health")).status
    asked = len(account.sent)
    assert [200] * 20 == [(await client.get("health")).status for _ in range(20)]
    assert asked == len(account.sent) > 0
