"""Computed fields: read-only, derived from other fields of the record.

    @computed
    def reading_minutes(self) -> int: ...

    @computed(reads=("content",))
    def excerpt(self) -> str: ...

What a function reads is declared or found in its code: hiding one of these fields hides the computed field.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, Self, TypeVar, overload

R = TypeVar("R")

_LOAD_ATTRIBUTE = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_LOAD_SELF = frozenset({"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"})


class Computed(Generic[R]):
    """A computed field; on an instance it reads as its value.

    reads: Python names of the fields the function may see, None when they are to be found in its code.
    """

    def __init__(self, function: Callable[[Any], R], reads: tuple[str, ...] | None) -> None:
        self.function = function
        self.reads = reads
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> R: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> Self | R:
        if instance is None:
            return self
        return self.compute(instance)

    def compute(self, instance: object) -> R:
        """The value for this instance; with declared reads the function sees nothing else."""
        if self.reads is None:
            return self.function(instance)
        return self.function(_View(instance, self.reads, self.function.__name__))


class UndeclaredRead(AttributeError):  # says what happened, as `errors` does
    """A computed field reads something that it does not declare."""


class _View:
    """The declared part of an instance."""

    __slots__ = ("_instance", "_name", "_reads")

    def __init__(self, instance: object, reads: Collection[str], name: str) -> None:
        self._instance = instance
        self._reads = reads
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name in self._reads:
            return getattr(self._instance, name)
        declared = ", ".join(f'"{each}"' for each in (*self._reads, name))
        msg = (
            f"{type(self._instance).__name__}.{self._name} reads `{name}`, which it does not declare. "
            f"Write @computed(reads=({declared}))."
        )
        raise UndeclaredRead(msg)


@overload
def computed(function: Callable[[Any], R], /) -> Computed[R]: ...
@overload
def computed(*, reads: Iterable[str]) -> Callable[[Callable[[Any], R]], Computed[R]]: ...
def computed(
    function: Callable[[Any], R] | None = None, /, *, reads: Iterable[str] | None = None
) -> Computed[R] | Callable[[Callable[[Any], R]], Computed[R]]:
    """A read-only field computed from the record. reads: the fields it needs; found in its code when left out."""
    if function is not None:
        return Computed(function, None)
    if isinstance(reads, str):
        raise TypeError(f"reads takes field names: @computed(reads=({reads!r},)).")
    declared = None if reads is None else tuple(reads)
    return lambda function: Computed(function, declared)


def attributes_read(function: Callable[..., Any]) -> frozenset[str] | None:
    """The attributes of its first argument that the function reads, or None when its code does not tell for certain."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_argcount != 1:
        return None
    name = code.co_varnames[0]
    if name in code.co_cellvars:
        return None
    return _attributes_of(name, [each for each in dis.get_instructions(code) if each.opname != "CACHE"])


def _attributes_of(name: str, instructions: list[dis.Instruction]) -> frozenset[str] | None:
    found: set[str] = set()
    for index, each in enumerate(instructions):
        if not _mentions(each, name):
            continue
        following = instructions[index + 1] if index + 1 < len(instructions) else None
        if each.opname not in _LOAD_SELF or following is None or following.opname not in _LOAD_ATTRIBUTE:
            return None
        found.add(str(following.argval))
    return frozenset(found)


def _mentions(instruction: dis.Instruction, name: str) -> bool:
    value = instruction.argval
    return "FAST" in instruction.opname and (value == name or (isinstance(value, tuple) and name in value))
