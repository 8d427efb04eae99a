"""What policies do with requests: their expressions are compiled and run, their steps are taken one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.infra.compiled import Expressions, has_compiler
from tests.infra.policy import GATEWAY_TOKEN, Refused, Way
from tests.infra.template import INFRA, Template

ALICE = "Bearer alices"
FILLED = {
    "<origin>EACH_ORIGIN</origin>": "<origin>https://a.example</origin><origin>https://b.example</origin>",
    '<openid-config url="EACH_ISSUER" />': '<openid-config url="https://one" /><openid-config url="https://two" />',
    "<audience>EACH_AUDIENCE</audience>": "<audience>api://blog</audience><audience>11111111</audience>",
    "EACH_SCOPE": "Data.Read Data.Write Post.Read",
    "API_RESOURCE": "api://blog",
    "GATEWAY_CLIENT": "22222222",
}
"""What the template fills in, for an app with several of each."""


def filled(values: Mapping[str, str] = FILLED) -> ET.Element:
    """The policy of all requests, as the template makes it."""
    text = (INFRA / "policies" / "all.xml").read_text()
    for key, value in values.items():
        assert 1 == text.count(key), key
        text = text.replace(key, value)
    return ET.fromstring(text)  # noqa: S314 - our own file


def expressions(root: ET.Element) -> list[str]:
    """Each text of the policy that is code."""
    texts = [text for each in root.iter() for text in (*each.attrib.values(), (each.text or "").strip())]
    return [text for text in texts if text.startswith("@")]


def section(name: str, root: ET.Element) -> ET.Element:
    """One of the four sections."""
    found = root.find(name)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def policies() -> list[ET.Element]:
    """With scopes, without, and what is kept."""
    kept = ET.fromstring((INFRA / "policies" / "cached.xml").read_text())  # noqa: S314 - our own file
    return [filled(), filled({**FILLED, "EACH_SCOPE": ""}), kept]


@pytest.fixture(scope="module")
def run(policies: list[ET.Element], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Expressions]:
    """The expressions of all of them."""
    if not has_compiler():
        pytest.skip("no C# compiler here, and it cannot be installed: apt-get install mono-mcs")
    texts = dict.fromkeys(text for each in policies for text in expressions(each))
    compiled = Expressions(list(texts), tmp_path_factory.mktemp("expressions"))
    yield compiled
    compiled.close()


def test_what_the_template_fills_in_is_what_policies_leave_open() -> None:
    """The same names on both sides; one that nobody fills would be served as it is."""
    source = Template(INFRA / "modules" / "gateway.bicep").source
    body = source[source.index("var filled = {") : source.index("var policy = ")]
    assert FILLED.keys() == {a or b for a, b in re.findall(r"^  (?:'([^']+)'|(\w+)): ", body, re.MULTILINE)}
    for path in (INFRA / "policies").glob("*.xml"):
        left = re.sub("|".join(map(re.escape, FILLED)), "", path.read_text())
        assert [] == re.findall(r"\b[A-Z]+_[A-Z]+\b", left)


def test_several_of_one_are_elements_of_their_own(policies: list[ET.Element]) -> None:
    """Each origin, issuer and audience stands for itself: a list in one element would match nobody."""
    for tag in ("origin", "openid-config", "audience"):
        assert 2 == len(list(policies[0].iter(tag)))


def test_the_caller_goes_on_as_the_caller(policies: list[ET.Element], run: Expressions) -> None:
    """The app gets the caller's own token, and the gateway's beside it; the caller cannot bring the latter."""
    way = Way(run, {"authorization": ALICE, "x-gateway-authorization": "forged"}, {"scp": ["Post.Read"]})
    way.take(section("inbound", policies[0]))
    assert (ALICE, f"Bearer {GATEWAY_TOKEN}") == (way.headers["Authorization"], way.headers["X-Gateway-Authorization"])
    assert ALICE == way.counted
    assert {"Authorization", "X-Gateway-Authorization", "X-Correlation-Id"} == way.headers.keys()


def test_nobody_goes_on_as_nobody(policies: list[ET.Element], run: Expressions) -> None:
    """Without a token the app sees none, and the address is counted."""
    way = Way(run, {"X-Correlation-Id": "mine"})
    way.take(section("inbound", policies[0]))
    assert "Authorization" not in way.headers
    assert ("203.0.113.7", "mine") == (way.counted, way.headers["X-Correlation-Id"])


@pytest.mark.parametrize(
    ("claims", "passes"),
    [
        ({"scp": ["Post.Read"]}, True),
        ({"scp": ["User.Read Data.Write"]}, True),
        ({"scp": ["User.Read", "Data.Read"]}, True),
        ({"scp": ["User.Read"]}, False),
        ({"scp": ["Data"]}, False),
        ({"scp": [""]}, False),
        ({"roles": ["admin"]}, True),
    ],
)
def test_a_scope_of_the_api_is_required(
    claims: dict[str, list[str]], passes: bool, policies: list[ET.Element], run: Expressions
) -> None:
    """A token in somebody's name has one of them, where they count; an app's own token has roles instead."""
    Way(run, {"Authorization": ALICE}, claims).take(section("inbound", policies[1]))
    way = Way(run, {"Authorization": ALICE, "X-Correlation-Id": "mine"}, claims)
    if passes:
        way.take(section("inbound", policies[0]))
        return
    with pytest.raises(Refused) as refused:
        way.take(section("inbound", policies[0]))
    body = json.loads(refused.value.body)
    assert (403, "insufficient_scope", "mine") == (refused.value.status, body["code"], body["traceId"])
    assert body["status"] == 403
    assert "application/problem+json" == refused.value.headers["Content-Type"]
    assert 'Bearer error="insufficient_scope"' == refused.value.headers["WWW-Authenticate"]
    assert "" == way.counted


def test_a_bad_token_goes_no_further(policies: list[ET.Element], run: Expressions) -> None:
    """401 in the shape of the app's own refusals; no token of the gateway is asked for."""
    way = Way(run, {"Authorization": "Bearer bad"})
    with pytest.raises(Refused):
        way.take(section("inbound", policies[0]))
    assert "gateway" not in way.variables
    headers, body = way.answer(section("on-error", policies[0]))
    assert 'Bearer error="invalid_token"' == headers["WWW-Authenticate"]
    assert ("application/problem+json", "invalid_token") == (headers["Content-Type"], json.loads(body)["code"])


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "invalid_token"), (404, "not_found"), (429, "too_many_requests"), (500, "gateway_failed")],
)
def test_errors_of_the_gateway_look_like_the_apps(
    status: int, code: str, policies: list[ET.Element], run: Expressions
) -> None:
    """Problem details with a code, and the name of the request in header and body."""
    way = Way(run, {"X-Correlation-Id": "mine"}, status=status, reason="Why")
    headers, body = way.answer(section("on-error", policies[0]))
    assert {
        "type": f"/api/docs#{code}",
        "title": "Why",
        "status": status,
        "code": code,
        "traceId": "mine",
    } == json.loads(body)
    assert "mine" == headers["X-Correlation-Id"]
    assert (status == 401) == ("WWW-Authenticate" in headers)


@pytest.mark.parametrize(
    ("headers", "status", "asked"),
    [
        ({}, 200, ["cache-lookup", "cache-store"]),
        ({}, 404, ["cache-lookup"]),
        ({"Authorization": ALICE}, 200, []),
        ({"authorization": ALICE}, 200, []),
    ],
)
def test_answers_are_kept_for_nobody_but_nobody(
    headers: dict[str, str], status: int, asked: list[str], policies: list[ET.Element], run: Expressions
) -> None:
    """Whoever brings a token neither gets what was kept, nor is what it gets kept; nor is an error."""
    way = Way(run, headers, status=status)
    way.take(section("inbound", policies[2]))
    way.take(section("outbound", policies[2]))
    assert asked == [each for each in way.asked if each != "base"]


def test_a_wrong_expression_is_found(tmp_path: Path) -> None:
    """The judge can fail: what C# does not know is told."""
    if not has_compiler():
        pytest.skip("no C# compiler here, and it cannot be installed: apt-get install mono-mcs")
    with pytest.raises(AssertionError, match="Headrs"):
        Expressions(['@(context.Request.Headrs.ContainsKey("a"))'], tmp_path)
