"""The line at the top of each generated file, by which the files are known again."""

from __future__ import annotations

_SAID = "Made by `python -m atakora_data {command}`; what is changed here is lost."
_OF_ITSELF = frozenset({"infra"})
"""The kinds that are commands of their own; all others are words after `generate`."""

_HEAD = 400
"""How many characters of a file are asked for the mark."""


def mark(kind: str) -> str:
    """The line: it says what made a file, never when."""
    return _SAID.format(command=kind if kind in _OF_ITSELF else f"generate {kind}")


def is_marked(text: str, kind: str) -> bool:
    """Whether a file was made by this generator."""
    return mark(kind) in text[:_HEAD]
