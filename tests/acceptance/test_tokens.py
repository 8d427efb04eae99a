"""Bad tokens are 401 on every path and method, and never taken for none."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.acceptance.refusals import graphql_refused, refused
from tests.acceptance.served import AUDIENCE, Served
from tests.acceptance.wire import written

pytestmark = pytest.mark.usefixtures("untouched")

HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
OTHER_KEY = b"another key of thirty-two bytes!"
ABSENT = "left out"


def encoded(data: Any) -> str:
    """One part of a token."""
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token says, with changes; ABSENT takes a claim out."""
    now = int(time.time())
    good = {"iss": "atakora-local", "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 600, "sub": "alice"}
    return {name: value for name, value in {**good, **changed}.items() if value != ABSENT}


def signed(key: bytes, said: Any, algorithm: str = "HS256", header: Mapping[str, Any] | None = None) -> str:
    """A token of any kind, signed by hand."""
    start = f"{encoded({'alg': algorithm, 'typ': 'JWT', **(header or {})})}.{encoded(said)}"
    return f"{start}.{encoded(hmac.digest(key, start.encode(), HASHES[algorithm]))}"


def test_the_good_one_is_good(served: Served) -> None:
    """So that the refusals below are due to what was changed."""
    assert 200 == served.bearing(signed(served.key, claims())).ask("GET", "gadgets/a").status


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": -1}, "expired"),
        ({"exp": ABSENT}, "lacks"),
        ({"exp": None}, "lacks"),
        ({"exp": "never"}, ""),
        ({"exp": [1]}, ""),
        ({"nbf": 2**40}, "not valid yet"),
        ({"nbf": "x"}, ""),
        ({"iat": 2**40}, ""),
        ({"iat": "x"}, ""),
        ({"aud": "other"}, "another audience"),
        ({"aud": ["other"]}, "another audience"),
        ({"aud": 1}, "another audience"),
        ({"aud": ABSENT}, "lacks"),
        ({"iss": "evil"}, "another issuer"),
        ({"iss": ABSENT}, "lacks"),
        ({"sub": ABSENT}, "names nobody"),
        ({"sub": ""}, "names nobody"),
        ({"sub": 1}, ""),
        ({"oid": ["alice"]}, "`oid` of the token is not a string"),
        ({"roles": "admin"}, "`roles` of the token is not a list"),
        ({"roles": [1]}, "`roles` of the token is not a list"),
        ({"groups": None}, "`groups` of the token is not a list"),
        ({"scp": ["a"]}, "`scp` of the token is not a string"),
        ({"tid": 1}, "`tid` of the token is not a string"),
    ],
    ids=str,
)
def test_claims_that_do_not_hold_are_401(served: Served, changed: dict[str, Any], words: str) -> None:
    """The reason is told, the token is not."""
    token = signed(served.key, claims(**changed))
    reply = served.bearing(token).ask("POST", "gadgets", {"id": "new"})
    refused(reply, 401, "invalid_token", words)
    assert token.encode() not in reply.body
    assert 'Bearer error="invalid_token"' == reply.headers["www-authenticate"]


def forged(key: bytes) -> dict[str, str]:
    """Tokens whose signature or form is wrong."""
    good = signed(key, claims())
    head, body, signature = good.split(".")
    return {
        "alg none": f"{encoded({'alg': 'none'})}.{body}.",
        "alg None": f"{encoded({'alg': 'None'})}.{body}.",
        "alg none with a signature": f"{encoded({'alg': 'none'})}.{body}.{signature}",
        "no alg": f"{encoded({'typ': 'JWT'})}.{body}.{signature}",
        "HS384": signed(key, claims(), "HS384"),
        "HS512": signed(key, claims(), "HS512"),
        "RS256": f"{encoded({'alg': 'RS256'})}.{body}.{signature}",
        "another key": signed(OTHER_KEY, claims()),
        "an empty key": signed(b"", claims()),
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{encoded(claims(sub='root', roles=['admin']))}.{signature}",
        "two parts": f"{head}.{body}",
        "five parts": "a.b.c.d.e",
        "dots": "..",
        "garbage": "garbage",
        "letters beyond ascii": "é.ü.ñ",
        "claims that are a list": signed(key, []),
        "claims that are text": signed(key, b"hello"),
        "claims that are not utf-8": signed(key, b"\xff\xfe"),
        "claims that nest deep": signed(key, b'{"a":' + b"[" * 2_000 + b"]" * 2_000 + b"}"),
        "a header that is a list": f"{encoded([])}.{body}.{signature}",
        "a header that nests deep": f"{encoded(b'[' * 5_000)}.{body}.{signature}",
        "an unknown critical header": signed(key, claims(), header={"crit": ["x"], "x": 1}),
        "an unencoded payload": signed(key, claims(), header={"crit": ["b64"], "b64": False}),
        "other letters": good.swapcase(),
        "20 KB": "x" * 20_000,
    }


@pytest.mark.parametrize("name", forged(OTHER_KEY))
def test_forged_tokens_are_401(served: Served, name: str) -> None:
    """None is ever taken for anonymous: the path is public, and would be answered without a token."""
    who = served.bearing(forged(served.key)[name])
    refused(who.ask("GET", "gadgets/a"), 401, "invalid_token")
    refused(who.ask("DELETE", "gadgets/a"), 401, "invalid_token")
    graphql_refused(who.graphql("{ __typename }"), "invalid_token")


@pytest.mark.parametrize(
    "header",
    [
        "Basic YTpi",
        "Digest x",
        "Negotiate",
        "Token {}",
        "{}",
        "Bearer",
        "Bearer ",
        "",
        "é",
        "Bearer {} {}",
        "Bearer {},{}",
        "Bearer é",
        "Bearer\t{}",
        "Bearer \udcff",
        "Bearer null",
        "Bearer undefined",
    ],
)
def test_headers_without_one_bearer_token_are_401(served: Served, header: str) -> None:
    """Other schemes, no token, two tokens: the header says something, and it is not understood."""
    good = signed(served.key, claims())
    sent = {"Authorization": header.replace("{}", good)}
    refused(served.ask("GET", "gadgets/a", headers=sent), 401, "invalid_token")
    graphql_refused(served.ask("POST", "graphql", {"query": "{ __typename }"}, sent), "invalid_token")


def test_two_headers_are_401(served: Served) -> None:
    """Even if both are good."""
    line = f"Authorization: Bearer {signed(served.key, claims())}\r\n"
    asked = f"GET /api/gadgets/a HTTP/1.1\r\nHost: h\r\n{line}{line}\r\n"
    refused(served.raw(asked.encode()), 401, "invalid_token", "one bearer token")


def test_a_token_of_100_kb_is_refused_without_being_repeated(served: Served) -> None:
    """The host takes no such header."""
    reply = served.raw(written("GET", "/api/gadgets/a", {"Authorization": f"Bearer {'secret' * 17_000}"}))
    refused(reply, 400, "malformed_request", "more than 32768 bytes")
    assert b"secret" not in reply.body


@pytest.mark.parametrize("target", ["gadgets", "gadgets/a", "posts/x/comments", "openapi.json", "docs", "nowhere"])
def test_every_path_refuses_a_bad_token(served: Served, target: str) -> None:
    """Before anybody looks at the rest of the request."""
    who = served.bearing("bad")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        refused(who.ask(method, target), 401, "invalid_token")
    assert 401 == who.ask("HEAD", target).status


def test_the_wrong_principal_may_not(served: Served, alice: Served) -> None:
    """A good token is not enough for what is somebody else's."""
    theirs = served.ask("GET", "posts?limit=1&filter[authorId][ne]=alice").json["items"][0]["id"]
    refused(alice.ask("PATCH", f"posts/{theirs}", {"title": "Mine"}), 403, "forbidden")
    refused(alice.ask("DELETE", f"posts/{theirs}"), 403, "forbidden")
    refused(alice.ask("POST", f"posts/{theirs}/publish"), 403, "forbidden")
    refused(alice.ask("POST", "users", {"id": "x", "name": "X", "email": "x@example.com"}), 403, "forbidden")
    refused(served.ask("DELETE", f"posts/{theirs}"), 401, "sign_in_required")
