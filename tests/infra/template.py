"""Reads Bicep files with the grammar of tree-sitter: what they declare, and what they pass on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

INFRA = Path(__file__).parents[2] / "infra"

_PARSER = Parser(Language(tree_sitter_bicep.language()))


@dataclass(frozen=True)
class Call:
    """A module that a file uses: by which name, which file it is, and the parameters it is given."""

    name: str
    path: str
    given: frozenset[str]


class Template:
    """One Bicep file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_text()
        self.root = _PARSER.parse(self.source.encode()).root_node

    @property
    def errors(self) -> list[str]:
        """Where the grammar does not understand the file."""
        found = (each for each in _walk(self.root) if each.type == "ERROR" or each.is_missing)
        return [f"{self.path.name}:{each.start_point[0] + 1}" for each in found]

    @cached_property
    def params(self) -> dict[str, bool]:
        """The parameters, and whether they must be given."""
        found = [each for each in self.root.children if each.type == "parameter_declaration"]
        return {_name(each): not ("=" in _types(each) or _text(each).rstrip().endswith("?")) for each in found}

    @cached_property
    def outputs(self) -> set[str]:
        """What the file gives to who uses it."""
        return {_name(each) for each in self.root.children if each.type == "output_declaration"}

    @cached_property
    def calls(self) -> list[Call]:
        """The modules that the file uses."""
        found = [each for each in self.root.children if each.type == "module_declaration"]
        return [Call(_name(each), _path(each), _given(each)) for each in found]

    @cached_property
    def used_outputs(self) -> set[tuple[str, str]]:
        """Which outputs of which modules are read."""
        return set(re.findall(r"\b(\w+)!?\.outputs\.(\w+)", self.source))

    @cached_property
    def resources(self) -> dict[str, str]:
        """The resources by name, with their type and version."""
        found = [each for each in self.root.children if each.type == "resource_declaration"]
        return {_name(each): _path(each) for each in found}

    @cached_property
    def settings(self) -> dict[str, str]:
        """The application settings that the file sets, with what they are set to, as written."""
        return dict(re.findall(r"\{ name: '(\w+)', value: (.+) \}", self.source))

    @cached_property
    def variables(self) -> dict[str, str]:
        """The variables that are plain texts."""
        return dict(re.findall(r"^var (\w+) = '([^']*)'$", self.source, re.MULTILINE))


def templates() -> list[Template]:
    """All Bicep files of the deployment."""
    return [Template(path) for path in sorted(INFRA.rglob("*.bicep"))]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _text(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()


def _types(node: Node) -> set[str]:
    return {each.type for each in node.children}


def _name(node: Node) -> str:
    return next(_text(each) for each in node.children if each.type == "identifier")


def _path(node: Node) -> str:
    return next(_text(each).strip("'") for each in node.children if each.type == "string")


def _given(module: Node) -> frozenset[str]:
    """The keys of `params: { … }`, the outermost one."""
    for each in _walk(module):
        if each.type == "object_property" and _name(each) == "params":
            body = next(child for child in each.children if child.type == "object")
            return frozenset(_name(pair) for pair in body.children if pair.type == "object_property")
    return frozenset()
