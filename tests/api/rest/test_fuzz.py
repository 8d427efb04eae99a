"""Our own description, turned against the app: valid and invalid requests of every kind, answers held to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from requests.adapters import HTTPAdapter
from schemathesis.checks import load_all_checks
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from urllib3 import HTTPResponse

from atakora_data.api.http.message import Request
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.support.app import Client, running

EXAMPLES = 15

OF_THE_STATE = ("nextToken", "If-Match", "If-None-Match")
"""What depends on what the app handed out: made up, it is rightly refused, however well it is formed."""

KEYS = {"articleId": "a0", "authorId": None}
"""Foreign keys name records that are there."""

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422"]
"""How invalid requests are refused: with 412 where an invalid id goes with a condition, for there is no such record."""


def make_acceptable(case: schemathesis.Case[Any]) -> None:
    """Take back what a valid request may have that the description can only say in words."""
    for name in OF_THE_STATE:
        case.query.pop(name, None)
        case.headers.pop(name, None)
    if "orderBy" in case.query:
        case.query["orderBy"] = str(case.query["orderBy"]).split(",", maxsplit=1)[0]
    if "include" in case.query:
        case.query["include"] = narrow(case.query["include"])
    case.body = with_whole_numbers(case.body)
    if isinstance(case.body, dict):
        case.body |= {name: id for name, id in KEYS.items() if name in case.body}
    if case.method == "PUT" and isinstance(case.body, dict):
        case.body.pop("id", None)


def narrow(include: Any) -> str:
    """One relation of the same, so that the answer cannot hold too many records."""
    path = include[0] if isinstance(include, list) else str(include).split(",", maxsplit=1)[0]
    return ".".join(path.split(".")[:2])


def with_whole_numbers(data: Any) -> Any:
    """The same JSON without integers in the disguise of floats: `1.0` is refused where an integer is due."""
    match data:
        case dict():
            return {name: with_whole_numbers(value) for name, value in data.items()}
        case list():
            return [with_whole_numbers(value) for value in data]
        case float() if data.is_integer() and abs(data) < 2**53:
            return int(data)
    return data


class AppAdapter(HTTPAdapter):
    """Sends what `requests` prepared to the app, without a socket."""

    def __init__(self, client: Client, runner: asyncio.Runner) -> None:
        super().__init__()
        self._client = client
        self._runner = runner

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]  # takes what it ignores
        """The app's answer as `requests` would have read it from the wire."""
        target, _, query = request.path_url.partition("?")
        asked = Request(
            str(request.method),
            parse_path(target.removeprefix("/api")),
            parse_query(query),
            {name.lower(): str(value) for name, value in request.headers.items()},
            as_bytes(request.body),
            str(request.url),
        )
        answer = self._runner.run(self._client.application.handle(asked))
        raw = HTTPResponse(BytesIO(answer.body), answer.headers, answer.status, preload_content=False)
        return self.build_response(request, raw)


def as_bytes(body: Any) -> bytes:
    """A prepared body as it goes over the wire."""
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[requests.Session]:
    """Somebody who may do everything, with a few records to find."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        anybody = runner.run(stack.enter_async_context(running(folder, registry=registry)))
        client = anybody.as_("root", "admin", "office")
        for number in range(3):
            article = {"id": f"a{number}", "title": "One", "slug": f"s{number}", "status": "published"}
            assert 201 == runner.run(client.ask("POST", "articles", article)).status
        session = requests.Session()
        session.mount("http://", AppAdapter(client, runner))
        session.headers["Authorization"] = f"Bearer {client.token}"
        yield session
        runner.run(stack.aclose())


def described(*, covering: bool) -> schemathesis.BaseSchema:
    """The description as schemathesis reads it. covering: whether every keyword of every schema is tried in turn."""
    config = SchemathesisConfig(
        seed=20240601,
        projects=ProjectsConfig(
            default=ProjectConfig(
                base_url="http://127.0.0.1/api",
                generation=GenerationConfig(max_examples=EXAMPLES, allow_x00=False, deterministic=True),
                checks=ChecksConfig.from_dict({"negative_data_rejection": {"expected-statuses": REFUSED}}),
                phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=covering)),
            )
        ),
    )
    document = openapi_document(load_registry(Path(__file__).parent / "schemas"))
    return schemathesis.openapi.from_dict(document, config=config)


load_all_checks()

WIDE = ["/articles", "/authors/{id}/articles"]
"""Lists whose filter has so many keywords that trying each in turn would take minutes."""

every = described(covering=True).exclude(path=WIDE, method="GET")
wide = described(covering=False).include(path=WIDE, method="GET")
bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@every.parametrize()
@bounded
def test_every_operation_keeps_its_word(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """No request brings a 5xx, and each answer has a status, type, headers and shape that the description names."""
    judge(case, session)


@wide.parametrize()
@bounded
def test_wide_filters_keep_their_word(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """The same for random filters over fields of every type."""
    judge(case, session)


def judge(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """Send the request and hold the answer to the description."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        make_acceptable(case)
    case.call_and_validate(session=session)
