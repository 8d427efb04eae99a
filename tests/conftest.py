"""Property tests try the same examples every time, so that a failure is one everywhere; no test tells a secret."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.secrets import Extras, logged_in, secrets_in, secrets_of

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

_CAPTURED = "Captured "
_EXTRAS = Extras()


def pytest_runtest_setup() -> None:
    """Let the package log all it can, so that what it would tell is seen, with all that stands beside the message."""
    logging.getLogger("atakora_data").setLevel(logging.DEBUG)
    logging.getLogger().addHandler(_EXTRAS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that tells a secret: in its log, on stdout or stderr, or in the log files of other processes."""
    report = yield
    if report.when == "teardown":
        found = _given_away(item, report)
        if found:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} tells what nobody may read: {', '.join(found)}."
    return report


def _given_away(item: pytest.Item, report: pytest.TestReport) -> list[str]:
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    texts = [text for name, text in report.sections if name.startswith(_CAPTURED)]
    texts += _EXTRAS.taken()
    keys: tuple[str, ...] = ()
    if isinstance(folder, Path) and folder.is_dir():
        texts += logged_in(folder)
        keys = secrets_of(folder) if texts else ()
    return sorted({each for text in texts for each in secrets_in(text, keys)})
