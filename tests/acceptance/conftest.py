"""One server for all tests of bad input; whatever a test sends, nothing may be written or logged as a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.served import Served, make_project, serving
from tests.support.secrets import secrets_in


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample blog with all its records and one gadget, asked anonymously."""
    with serving(make_project(tmp_path_factory.mktemp("blog"))) as running:
        assert 201 == running.ask("PUT", "gadgets/a", {"text": "first"}).status
        yield running
    assert [] == list(secrets_in(running.log))


@pytest.fixture
def alice(served: Served) -> Served:
    """A reader with records of her own."""
    return served.as_("alice")


@pytest.fixture
def admin(served: Served) -> Served:
    """The one who may do most."""
    return served.as_("root", "admin", "editor")


@pytest.fixture
def untouched(served: Served) -> Iterator[None]:
    """Fails the test that changes a record, or makes the server log anything, or stops it from serving others."""
    before, said = served.state(), served.log
    yield
    assert said == served.log
    assert before == served.state()
    assert 200 == served.ask("GET", "gadgets/a").status
