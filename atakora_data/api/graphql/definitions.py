"""Writes type definitions in GraphQL's schema language: text in, text out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """One field, argument or enum value: its declaration and what it means."""

    text: str
    description: str | None = None


_ROOTS = ("Query", "Mutation", "Subscription")


class Definitions:
    """The definitions of one schema: all that were named.

    They are written one after the other, never one within the other, so that types may name themselves and a long
    chain of them is no deep recursion.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._unwritten: list[tuple[str, Callable[[], str]]] = []

    def need(self, name: str, write: Callable[[], str]) -> str:
        """The name of a type, which will be written."""
        if name not in self._texts:
            self._texts[name] = ""
            self._unwritten.append((name, write))
        return name

    def print(self) -> str:
        """All of them as one document: the root types, then the others by name."""
        while self._unwritten:
            name, write = self._unwritten.pop()
            self._texts[name] = write()
        roots = [name for name in _ROOTS if name in self._texts]
        names = [*roots, *sorted(self._texts.keys() - roots)]
        return "\n\n".join(self._texts[name] for name in names) + "\n"


def block(keyword: str, name: str, lines: Iterable[Line], description: str | None = None) -> str:
    """A definition with a body: `type Post { … }`."""
    body = "\n".join(f"{_describe(line.description, '  ')}  {line.text}" for line in lines)
    return f"{_describe(description)}{keyword} {name} {{\n{body}\n}}"


def scalar(name: str, description: str) -> str:
    """The definition of a scalar."""
    return f"{_describe(description)}scalar {name}"


def union(name: str, members: Iterable[str], description: str | None = None) -> str:
    """The definition of a union."""
    return f"{_describe(description)}union {name} = {' | '.join(members)}"


def _describe(text: str | None, indent: str = "") -> str:
    """A block string above a definition, whatever the text has in it."""
    if not text or not text.strip():
        return ""
    escaped = text.strip().replace('"""', '\\"""')
    if escaped.isprintable() and not escaped.endswith(('"', "\\")):
        return f'{indent}"""{escaped}"""\n'
    lines = "\n".join(f"{indent}{line}".rstrip() for line in ('"""', *escaped.splitlines(), '"""'))
    return f"{lines}\n"
