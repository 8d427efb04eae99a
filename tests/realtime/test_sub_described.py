"""The description of real time, turned against the app."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import load_all_checks
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.registry.build import build_registry
from tests.realtime.newsroom import REGISTRY, Draft, Newsroom, newsroom
from tests.support.adapter import AppAdapter

ROOT = "http://127.0.0.1/api"
EXAMPLES = 15
PATHS = ("/realtime/negotiate", "/realtime/subscriptions", "/realtime/subscriptions/{id}")


def test_the_description_is_valid_and_names_the_entities() -> None:
    """An independent validator accepts it; only what is in real time can be subscribed to."""
    document = openapi_document(REGISTRY)
    validate(document)
    forms = document["components"]["schemas"]["Api.Subscription"]["anyOf"]

    assert set(PATHS) == {path for path in document["paths"] if path.startswith("/realtime")}
    assert [["Memo"], ["Story"]] == [each["properties"]["entity"]["enum"] for each in forms[:-1]]


def test_without_real_time_nothing_is_described() -> None:
    """Neither paths nor components nor a tag."""
    document = openapi_document(build_registry([Draft]))
    names = [*document["paths"], *document["components"]["schemas"], *document["components"]["responses"]]

    assert [] == [each for each in names if "ubscri" in each or "ealtime" in each]
    assert "Real time" not in [each["name"] for each in document["tags"]]


class Caller:
    """Asks as the chief: each time as another one, so that no limit is met."""

    def __init__(self, room: Newsroom, runner: asyncio.Runner) -> None:
        self._room = room
        self._runner = runner
        self._count = 0
        self.session = requests.Session()
        self.session.mount("http://", AppAdapter(room.client, runner))

    def somebody(self) -> tuple[str, str]:
        """A session of the next caller, and a subscription in it."""
        self._count += 1
        caller = self._room.as_(f"chief-{self._count}", "chief")
        self.session.headers["Authorization"] = f"Bearer {caller.client.token}"
        return self._runner.run(_subscribed(caller))


async def _subscribed(caller: Newsroom) -> tuple[str, str]:
    session = await caller.negotiate()
    return session, (await caller.register(session)).json["id"]


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The newsroom, for whoever asks with `requests`."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        folder: Path = tmp_path_factory.mktemp("described")
        room = runner.run(stack.enter_async_context(newsroom(folder)))
        yield Caller(room, runner)
        runner.run(stack.aclose())


def described() -> schemathesis.BaseSchema:
    """The description as schemathesis reads it; what may be refused of valid requests depends on what there is."""
    refused = ["400", "401", "403", "404", "405", "413", "415"]
    config = SchemathesisConfig(
        seed=20240601,
        projects=ProjectsConfig(
            default=ProjectConfig(
                base_url=ROOT,
                generation=GenerationConfig(max_examples=EXAMPLES, allow_x00=False, deterministic=True),
                checks=ChecksConfig.from_dict({"negative_data_rejection": {"expected-statuses": refused}}),
            )
        ),
    )
    document = openapi_document(REGISTRY)
    document["paths"] = {path: document["paths"][path] for path in PATHS}
    for name in ("Desk", "Memo", "Story"):  # filters that follow relations have no end
        schema = document["components"]["schemas"][f"{name}.Filter"]
        schema["properties"] = _flat(schema["properties"])
    return schemathesis.openapi.from_dict(document, config=config)


def _flat(properties: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "title", "status", "words", "text")
    return {name: each for name, each in properties.items() if name in kept}


load_all_checks()
realtime = described()


@realtime.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_operation_keeps_its_word(case: schemathesis.Case[Any], caller: Caller) -> None:
    """No request brings a 5xx, and each answer has a status, type, headers and shape that the description names."""
    session, subscription = caller.somebody()
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.query.pop("session", None)
        if "id" in case.path_parameters:
            case.path_parameters["id"] = subscription
        if isinstance(case.body, dict):
            case.body = _settled(case.body, session)
    case.call_and_validate(session=caller.session)


def _settled(body: dict[str, Any], session: str) -> dict[str, Any]:
    """The same with a session that there is, a document that means something, and no position."""
    settled = {**{name: each for name, each in body.items() if name != "since"}, "session": session}
    return {"session": session, "entity": "Story"} if "query" in settled else settled
