"""The pages as they are served: one response each, with a policy that fits it."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from atakora_data.api import pages

ROOT = Path(__file__).parents[3]
PAGES = [(pages.docs_page, "DOCS_POLICY"), (pages.playground_page, "PLAYGROUND_POLICY")]


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_the_policy_allows_exactly_what_stands_in_the_page(number: int) -> None:
    """One style and one script stand in the page, and the policy names the digest of each."""
    make, name = PAGES[number]
    html = make().decode()
    directives = dict(each.split(" ", 1) for each in getattr(pages, name).split("; "))
    assert [directives["style-src"]] == [_digest(text) for text in re.findall(r"<style>(.*?)</style>", html, re.DOTALL)]
    assert [directives["script-src"]] == [
        _digest(text) for text in re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    ]
    assert ("'none'", "'self'") == (directives["default-src"], directives["connect-src"])


def test_the_docs_page_may_connect_to_a_hub_elsewhere() -> None:
    """The policy names the WebSocket of the service, and differs in nothing else."""
    policy = pages.docs_policy("https://name.service.signalr.net")
    assert "connect-src 'self' wss://name.service.signalr.net;" in policy
    assert policy.replace(" wss://name.service.signalr.net", "") == pages.DOCS_POLICY == pages.docs_policy()
    assert "connect-src 'self' ws://127.0.0.1:8888;" in pages.docs_policy("http://127.0.0.1:8888")


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_a_page_loads_nothing(number: int) -> None:
    """No tag of a page makes the browser fetch a script, a style, a font or a picture."""
    html = PAGES[number][0]().decode()
    markup = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    assert [] == re.findall(r"<(?:script|img|iframe|object|embed)[^>]*\ssrc=", markup)
    assert ["icon"] == re.findall(r'<link rel="(\w+)"', markup)
    assert [] == re.findall(r"@import|url\((?!data:)", "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL)))


def test_a_page_is_assembled_once() -> None:
    """The second caller gets the very same bytes."""
    assert pages.docs_page() is pages.docs_page()


def test_other_names_are_missing() -> None:
    """Only the two policies are made on demand."""
    with pytest.raises(AttributeError, match="OTHER_POLICY"):
        _ = pages.OTHER_POLICY


def test_every_file_of_the_pages_is_packaged_and_used() -> None:
    """What stands in the folder is in the wheel, and in one of the pages."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"][
        "atakora_data"
    ]
    folder = ROOT / "atakora_data" / "api" / "pages"
    files = {path.name for path in folder.iterdir() if path.suffix in {".html", ".css", ".js"}}
    named = set(
        re.findall(r'(?:src|href)="([\w.]+\.(?:js|css))"', "".join(path.read_text() for path in folder.glob("*.html")))
    )
    assert files == named | {"docs.html", "playground.html"}
    assert [] == [name for name in files if not any(fnmatch.fnmatch(f"api/pages/{name}", each) for each in patterns)]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "atakora_data" / "api" / "pages").glob("*.js")), ids=lambda path: path.name
)
def test_scripts_can_stand_inside_a_page(path: Path) -> None:
    """No script has text that would end its tag, or turns text into markup or code."""
    text = path.read_text()
    assert [] == re.findall(
        r"</script|<!--|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )
