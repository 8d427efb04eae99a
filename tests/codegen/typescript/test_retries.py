"""What the client tries again, and how: against a server that answers as it is told."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from tests.codegen.typescript.flaky import FlakyServer, flaky
from tests.codegen.typescript.test_calls import spoken
from tests.codegen.typescript.workbench import Workbench, installed

RECORD = '{"id": "1", "name": "C", "_etag": "e", "_version": 1}'
Answer = tuple[int, dict[str, str], str]
GOOD: Answer = (200, {}, RECORD)
AT_ONCE = {"Retry-After": "0"}
BUSY = (503, AT_ONCE, '{"code": "store_unavailable", "title": "Busy", "status": 503}')
LIMITED = (429, AT_ONCE, '{"code": "too_many", "title": "Limited", "status": 429}')
RUNNING = (409, AT_ONCE, '{"code": "still_running", "title": "Still running", "status": 409}')
MISSING: Answer = (404, {}, '{"code": "not_found", "title": "Missing", "status": 404}')
CUT: Answer = (0, {}, "")
LONG = (503, {"Retry-After": "3600"}, "")

SCRIPT: list[Answer] = [
    *(BUSY, CUT, GOOD),  # get
    *(CUT, BUSY, (201, {}, RECORD)),  # create
    *(BUSY, GOOD),  # update
    BUSY,  # conditional
    *(LIMITED, GOOD),  # limited
    *(CUT, MISSING),  # delete
    MISSING,  # absent
    *(CUT, RUNNING, (201, {}, RECORD)),  # running
    BUSY,  # anonymous
    *(LIMITED, (201, {}, RECORD)),  # anonymous, limited
    *[(502, AT_ONCE, "<h1>Bad gateway</h1>")] * 3,  # gone
    BUSY,  # never
    LONG,  # long
    *[(503, {"Retry-After": "20"}, "")],  # aborted
]


Heard = tuple[dict[str, list[Any]], FlakyServer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """What the script said, and the server it asked."""
    bench = Workbench(tmp_path_factory.mktemp("bench"), await installed())
    async with flaky(SCRIPT) as server, bench.running("retries", server.api) as talk:
        return await spoken(talk), server


def test_passing_faults_are_tried_again(heard: Heard) -> None:
    """Busy answers, lost connections and limits pass; each request carries the token of its moment."""
    said, server = heard
    assert [["C"]] * 5 == [said[each] for each in ("get", "create", "update", "limited", "running")]
    own = [headers for _, _, headers in server.asked if headers.get("x-app") == "test"]
    assert len(SCRIPT) - 4 == len(own)
    assert [f"Bearer token {number}" for number in range(1, len(own) + 1)] == [each["Authorization"] for each in own]


def test_a_repeated_creation_has_the_same_key(heard: Heard) -> None:
    """`Idempotency-Key` goes with every POST: the same when it is sent again, another for another call."""
    _, server = heard
    keys = [
        headers.get("Idempotency-Key")
        for method, _, headers in server.asked
        if method == "POST" and headers["x-app"] == "test"
    ]
    assert 6 == len(keys)
    assert (1, 1) == (len(set(keys[:3])), len(set(keys[3:])))
    assert keys[0] != keys[3]
    assert all("Idempotency-Key" not in headers for method, _, headers in server.asked if method != "POST")


def test_what_could_harm_is_not_repeated(heard: Heard) -> None:
    """A conditional write is repeated only when it surely was not carried out: else it would meet its own change."""
    said, server = heard
    assert ("store_unavailable", 503) == (said["conditional"][0]["code"], said["conditional"][0]["status"])
    conditional = [headers["If-Match"] for _, _, headers in server.asked if "If-Match" in headers]
    assert ['"e"'] * 3 == conditional


def test_who_is_anonymous_has_no_key(heard: Heard) -> None:
    """The app refuses one; so that nothing is made twice, creating is repeated only when it surely was not done."""
    said, server = heard
    assert "store_unavailable" == said["anonymous"][0]["code"]
    assert ["C"] == said["anonymous, limited"]
    asked = [headers for _, _, headers in server.asked if headers.get("x-app") == "anonymous"]
    assert 3 == len(asked)
    assert all("Idempotency-Key" not in each and "Authorization" not in each for each in asked)


def test_a_deletion_whose_answer_was_lost_is_done(heard: Heard) -> None:
    """The second attempt finds nothing, because of the first; a record that was never there is an error."""
    said, _ = heard
    assert [None] == said["delete"]
    assert "not_found" == said["absent"][0]["code"]


def test_it_ends_some_day(heard: Heard) -> None:
    """Two more attempts unless told otherwise, no wait beyond half a minute, and none after the caller gave up."""
    said, server = heard
    assert ("unknown", 502, "<h1>Bad gateway</h1>") == tuple(
        said["gone"][0][each] for each in ("code", "status", "message")
    )
    assert 503 == said["never"][0]["status"]
    assert 503 == said["long"][0]["status"]
    assert "enough" == said["aborted"][0]["message"]
    assert "UnreachableError" == said["unreachable"][0]["name"]
    assert len(SCRIPT) == len(server.asked)
