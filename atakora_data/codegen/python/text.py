"""Pieces of Python as text, formatted as Ruff would at 120 columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent

from atakora_data.codegen.marks import mark

KIND = "python"
HEADER = f"# {mark(KIND)}\n# ruff: noqa\n"

_WIDTH = 120
_INDENT = 4


class Module:
    """One file: its definitions, those that need others of the same folder first, and what they import."""

    def __init__(self, homes: Mapping[str, str], here: str, runtime: str) -> None:
        """homes: the module that defines a name, as this one imports it. here: written the same way."""
        self._homes = homes
        self._here = here
        self._runtime = runtime
        self._first: dict[str, set[str]] = {}
        self._then: dict[str, set[str]] = {}
        self._blocks: list[str] = []
        self._last: list[str] = []

    def use(self, name: str) -> str:
        """The name of a type, imported from where it is defined: below, when that imports this module as well."""
        home = self._homes[name]
        if home != self._here:
            circular = home.startswith(".") and not home.startswith("..") and self._here.startswith(".")
            (self._then if circular else self._first).setdefault(home, set()).add(name)
        return name

    def add(self, block: str) -> None:
        """Put a definition at the end of the first part."""
        self._blocks.append(block)

    def add_last(self, block: str) -> None:
        """Put a definition behind everything that other modules need."""
        self._last.append(block)

    def print(self) -> str:
        """The whole file."""
        first = [f"from {self._runtime} import runtime as rt\n", *_imports(self._first)]
        then = "".join(_imports(self._then))
        blocks = ["".join(first), *self._blocks, *([then] if then else []), *self._last]
        return f"{HEADER}\nfrom __future__ import annotations\n\n{joined(blocks)}"


def _imports(found: Mapping[str, set[str]]) -> Iterator[str]:
    return (statement(home, sorted(names)) for home, names in sorted(found.items()))


def joined(blocks: Iterable[str]) -> str:
    """Definitions one after the other."""
    return "\n\n".join(blocks)


def statement(home: str, names: Iterable[str]) -> str:
    """An import of names."""
    return exploded(f"from {home} import ", "(", list(names), ")", bare=True)


def exploded(head: str, opening: str, parts: list[str], closing: str, *, bare: bool = False, within: int = 0) -> str:
    """Parts in brackets: on one line if they fit, else one a line.

    bare: on one line they need no brackets. within: how many characters of the line are taken by what stands around.
    """
    one = ", ".join(parts)
    line = f"{head}{one}" if bare else f"{head}{opening}{one}{closing}"
    if "\n" not in line and len(line) + within <= _WIDTH:
        return f"{line}\n"
    return "".join([f"{head}{opening}\n", *(f"{indent(each, '    ')},\n" for each in parts), f"{closing}\n"])


def typed_dict(name: str, members: Mapping[str, str], *, total: bool = False) -> str:
    """A dict whose keys may all be left out unless it is total, whatever words they are."""
    if not members:
        return f'{name} = rt.TypedDict("{name}", {{}}, total={total})\n'
    lines = "".join(f"        {json.dumps(key)}: {json.dumps(type)},\n" for key, type in members.items())
    return f'{name} = rt.TypedDict(\n    "{name}",\n    {{\n{lines}    }},\n    total={total},\n)\n'


def literals(name: str, values: Iterable[str], *more: str, description: str | None = None) -> str:
    """A type of these texts, or another."""
    said = "".join(f"#: {line}".rstrip() + "\n" for line in (description or "").expandtabs().strip().splitlines())
    listed = list(dict.fromkeys(values))
    texts = exploded("rt.Literal", "[", [json.dumps(each) for each in listed], "]").rstrip() if listed else ""
    types = [*([texts] if texts else []), *more]
    if not types:
        return f"{said}{name}: rt.TypeAlias = rt.Never\n"
    if len(types) == 1 and texts:
        return said + exploded(f"{name}: rt.TypeAlias = rt.Literal", "[", [json.dumps(each) for each in listed], "]")
    if len(types) == 1:
        return f"{said}{name}: rt.TypeAlias = {types[0]}\n"
    return said + exploded(f"{name}: rt.TypeAlias = rt.Union", "[", types, "]")


def alias(name: str, types: Iterable[str]) -> str:
    """A type that is one of others, which may be defined later."""
    listed = list(dict.fromkeys(types))
    text = listed[0] if len(listed) == 1 else f"rt.Union[{', '.join(listed)}]"
    line = f"{name}: rt.TypeAlias = {json.dumps(text)}\n"
    return line if len(line) <= _WIDTH + 1 else f"{name}: rt.TypeAlias = (\n    {json.dumps(text)}\n)\n"


def applied(name: str, types: list[str], within: int) -> str:
    """A generic type of these."""
    return exploded(name, "[", types, "]", within=within).rstrip()


def class_(head: str, members: Iterable[str], description: str | None = None) -> str:
    """A class; each member is whole lines."""
    lines = "".join(members)
    said = docstring(description) if description else ""
    body = f"{said}\n{lines}" if said and lines else said or lines or "pass\n"
    return f"class {head}:\n{indent(body, '    ', _is_text)}"


def member(name: str, type: str, value: str | None = None, description: str | None = None) -> str:
    """One annotation of a class, and its value."""
    said = docstring(description) if description else ""
    line = f"{name}: {type}{f' = {value}' if value else ''}"
    if value and len(line) + _INDENT > _WIDTH:
        function, _, argument = value.removesuffix(")").partition("(")
        line = f"{name}: {type} = {function}(\n    {argument}\n)"
    return f"{line}\n{said}"


def docstring(text: str) -> str:
    """A text that nothing in it ends early, as Ruff writes it; empty without text."""
    lines = [each.rstrip() for each in text.expandtabs().strip().replace("\\", "\\\\").split("\n")]
    said = "\n".join(lines).replace('"""', "'''")
    if not said:
        return ""
    before, after = " " * said.startswith('"'), " " * said.endswith('"')
    return f'"""{before}{said}{after}"""\n' if len(lines) == 1 else f'"""{before}{said}\n"""\n'


def _is_text(line: str) -> bool:
    return bool(line.strip())
