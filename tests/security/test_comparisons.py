"""What proves who somebody is, is compared in constant time: how long it takes tells nothing of how much was right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORAGE = ROOT / "atakora_data" / "storage"
"""Its tokens name writes, so that they are known again: who somebody is was settled before."""

_SECRET = re.compile(r"signature|secret|digest|hmac|passw|(access|api|signing)_?key|credential|token", re.IGNORECASE)

HARMLESS = {
    "_encoded(data) == token": "after the signature was found good: whether it is written in the one way",
    "_issuer(token) == ISSUER": "which verifier is asked: it checks the token, the issuer included",
}
"""Comparisons that sound like those of secrets, and why they are not."""


def comparisons() -> Iterator[tuple[str, str]]:
    """Each comparison by `==` or `!=` of the package whose words sound like a secret: its file and text."""
    for path in sorted((ROOT / "atakora_data").rglob("*.py")):
        if path.is_relative_to(STORAGE):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
                sides = [node.left, *node.comparators]
                if any(_SECRET.search(ast.unparse(each)) for each in sides) and not any(map(_is_plain, sides)):
                    yield str(path.relative_to(ROOT)), ast.unparse(node)


def _is_plain(side: ast.expr) -> bool:
    """Whether it is a word or a number that is written down, or a size."""
    return isinstance(side, ast.Constant) or ast.unparse(side).startswith("len(")


def test_secrets_are_not_compared_by_signs_of_equality() -> None:
    """Nothing that sounds like a secret is, but for what is listed with its reason."""
    found = {text: place for place, text in comparisons()}
    assert {} == {text: place for text, place in found.items() if text not in HARMLESS}
    assert set(HARMLESS) == set(found)


def test_signatures_of_cursors_are_compared_in_constant_time() -> None:
    """The one signature that we check ourselves; those of tokens are checked by PyJWT, which does the same."""
    users = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "atakora_data").rglob("*.py")
        if "compare_digest(" in path.read_text("utf-8")
    ]
    assert ["atakora_data/query/cursor.py"] == users


def test_pyjwt_compares_in_constant_time() -> None:
    """As its own source says."""
    import jwt.algorithms

    source = Path(jwt.algorithms.__file__).read_text("utf-8")
    assert "hmac.compare_digest(sig, self.sign(msg, key))" in source
