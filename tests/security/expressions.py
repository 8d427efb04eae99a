"""Every regular expression of the package, found in its source, as it is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "atakora_data"
_ANCHORED = {"fullmatch": "^(?:{})$", "match": "^(?:{})"}
_FLAGS = {"IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s"}
_USES = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})


@dataclass
class Expression:
    """One expression. name: of the constant that holds it. uses: how it is asked, such as `fullmatch`."""

    place: str
    text: str | None
    name: str | None
    flags: str
    uses: set[str] = field(default_factory=set)

    def patterns(self) -> Iterator[str]:
        """As an ECMAScript pattern, once for each use: what is tried at one place only is anchored there.

        What may repeat often counts as without an end: that is no faster, and sooner judged.
        """
        text = re.sub(r"\(\?P<", "(?<", self.text or "")
        text = re.sub(r"\{(\d+),\d{2,}\}", r"{\1,}", text).replace("{1,}", "+")
        for use in sorted(self.uses) or ["search"]:
            yield _ANCHORED.get(use, "{}").replace("{}", text)


def expressions() -> list[Expression]:
    """All of them, in the order of their files."""
    return [each for path in sorted(PACKAGE.rglob("*.py")) for each in _of(path)]


def _of(path: Path) -> Iterator[Expression]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {id(each.value): _target(each) for each in ast.walk(tree) if isinstance(each, ast.Assign | ast.AnnAssign)}
    for node in ast.walk(tree):
        use = _use(node, "re")
        if use is None or not isinstance(node, ast.Call):
            continue
        name = names.get(id(node))
        place = f"{path.relative_to(ROOT)}: {name or ast.unparse(node.args[0])}"
        uses = {use} if use != "compile" else {each for found in ast.walk(tree) if name and (each := _use(found, name))}
        yield Expression(place, _text(tree, node.args[0]), name, _flags(node), uses)


def _use(node: ast.AST, owner: str) -> str | None:
    """How this call asks an expression: `re.sub(…)`, or a method of the constant."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if name == owner and attr in _USES:
            return attr
    return None


def _target(node: ast.Assign | ast.AnnAssign) -> str | None:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else None


def _text(tree: ast.AST, node: ast.expr) -> str | None:
    """The pattern, if it is written down: here, or as a constant of the module."""
    if isinstance(node, ast.Constant):
        return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
    if isinstance(node, ast.Name):
        for each in ast.walk(tree):
            if isinstance(each, ast.Assign | ast.AnnAssign) and _target(each) == node.id and each.value is not None:
                return _text(tree, each.value)
    return None


def _flags(node: ast.Call) -> str:
    said = " ".join(ast.unparse(each) for each in (*node.args[1:], *(keyword.value for keyword in node.keywords)))
    return "".join(letter for word, letter in _FLAGS.items() if word in said)
