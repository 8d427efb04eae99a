"""Pieces of TypeScript as text, formatted as Prettier would at 120 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from atakora_data.codegen.marks import mark
from atakora_data.codegen.typescript.names import OF_OBJECTS

KIND = "typescript"
HEADER = f"// {mark(KIND)}\n/* eslint-disable */\n"

_WIDTH = 120


class Module:
    """One file: its definitions, and what they import."""

    def __init__(self, homes: Mapping[str, str], here: str, runtime: str) -> None:
        """homes: the file that defines a name, from this file's folder. here, runtime: written the same way."""
        self._homes = homes
        self._here = here
        self._runtime = runtime
        self._imports: dict[str, set[str]] = {}
        self._blocks: list[str] = []

    def use(self, name: str) -> str:
        """The name of a type, imported from where it is defined."""
        home = self._homes[name]
        if home != self._here:
            self._imports.setdefault(home, set()).add(name)
        return name

    def add(self, block: str) -> None:
        """Put a definition at the end."""
        self._blocks.append(block)

    def print(self) -> str:
        """The whole file."""
        body = "\n".join(self._blocks)
        runtime = [f'import type * as rt from "{self._runtime}";'] if "rt." in body else []
        found = [statement("import type", sorted(names), home) for home, names in sorted(self._imports.items())]
        imports = "\n".join([*runtime, *found])
        return f"{HEADER}\n{imports}\n\n{body}" if imports else f"{HEADER}\n{body}"


def statement(words: str, names: Iterable[str], home: str) -> str:
    """An import or export of names."""
    listed = list(names)
    line = f'{words} {{ {", ".join(listed)} }} from "{home}";'
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{words} {{", *(f"  {each}," for each in listed), f'}} from "{home}";'])


def interface(name: str, members: Iterable[str], description: str | None = None) -> str:
    """An exported interface; each member is whole lines."""
    return f"{comment(description)}export interface {name} {braced(members)}\n"


def braced(members: Iterable[str], indent: str = "") -> str:
    """Members in braces."""
    lines = [f"{indent}  {line}" for each in members for line in each.splitlines()]
    return "\n".join(["{", *lines, f"{indent}}}"]) if lines else "{}"


def line(name: str, type: str, description: str | None = None, *, optional: bool = False, indent: int = 2) -> str:
    """A member of an interface, which stands so far to the right.

    An optional one that every object has may be left out only if its type takes what objects have there.
    """
    if optional and name in OF_OBJECTS:
        type = f'{type} | Object["{name}"]'
    head = f"{name}?:" if optional else f"{name}:"
    return f"{comment(description)}{_fitted(head, type, indent)};"


def grouped(types: Iterable[str]) -> str:
    """Any of these, in parentheses, at the end of an intersection."""
    listed = list(types)
    one = f"({' | '.join(listed)})"
    return one if len(one) + len("} & ;") <= _WIDTH else "".join(["(", *(f"\n  | {each}" for each in listed), "\n)"])


def alias(name: str, type: str, description: str | None = None) -> str:
    """An exported type that is another."""
    return f"{comment(description)}{_fitted(f'export type {name} =', type, 0)};\n"


def union(types: Iterable[str]) -> str:
    """Any of these."""
    return " | ".join(dict.fromkeys(types)) or "never"


def comment(text: str | None) -> str:
    """A doc comment in lines of its own; empty without text. Nothing in the text ends it early."""
    if not text:
        return ""
    lines = [each.rstrip() for each in text.replace("*/", "*\\/").split("\n")]
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    return "\n".join(["/**", *(f" * {each}".rstrip() for each in lines), " */"]) + "\n"


def _fitted(head: str, type: str, indent: int) -> str:
    """On one line, or a union with one alternative a line, or a generic type with one argument a line."""
    if len(head) + len(type) + indent + len(" ;") <= _WIDTH or "\n" in type:
        return f"{head} {type}"
    alternatives = list(_parts(type, " | "))
    if len(alternatives) > 1:
        fits = len(type) + indent + len("  ;") <= _WIDTH
        return "\n".join([head, *([f"  {type}"] if fits else (f"  | {each}" for each in alternatives))])
    name, bracket, arguments = type.partition("<")
    if not bracket or not arguments.endswith(">"):
        return f"{head} {type}"
    inner = ",\n".join(f"  {each}" for each in _parts(arguments.removesuffix(">"), ", "))
    return f"{head} {name}<\n{inner}\n>"


def _parts(type: str, separator: str) -> Iterator[str]:
    """What stands between separators, not between those inside of a part."""
    depth, part = 0, ""
    for word in type.split(separator):
        part = f"{part}{separator}{word}" if depth else word
        depth += sum(word.count(each) for each in "({[<") - sum(word.count(each) for each in ")}]>")
        if not depth:
            yield part
