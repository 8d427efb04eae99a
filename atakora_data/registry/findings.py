"""Where something stands in the schema modules, and what was found wrong there."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from pathlib import Path
from typing import Any

from atakora_data.errors import Problem, SchemaError


class Findings:
    """Collects problems, so that all are reported at once; warnings do not keep the schemas from being served."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._warnings: dict[Problem, None] = {}

    def add(self, where: str, message: str, remedy: str) -> None:
        """Report a problem."""
        self._problems[Problem(where, message, remedy)] = None

    def warn(self, where: str, message: str, remedy: str) -> None:
        """Report what is allowed but hardly meant."""
        self._warnings[Problem(where, message, remedy)] = None

    def refuse(self, cls: type[Any], attribute: str | None, message: str, remedy: str) -> None:
        """Report a problem of a class, or of one attribute of it."""
        self.add(place(cls, attribute), message, remedy)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, in order of place."""
        return tuple(sorted(self._problems, key=_order))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was warned of, in order of place."""
        return tuple(sorted(self._warnings, key=_order))

    def has_any_in(self, cls: type[Any]) -> bool:
        """Whether something was found in the file of this class."""
        path = shown(Path(_source_of(cls)))
        return any(problem.location.rpartition(":")[0] == path for problem in self._problems)

    def raise_if_any(self) -> None:
        """SchemaError with everything found, if anything was."""
        if self._problems:
            raise SchemaError(self.problems)


def place(cls: type[Any], attribute: str | None = None) -> str:
    """`schemas/post.py:12`: where the class, or the attribute (maybe of a parent), is written."""
    for each in cls.__mro__ if attribute is not None else (cls,):
        line = _lines(_source_of(each)).get((each.__qualname__, attribute))
        if line is not None:
            return f"{shown(Path(_source_of(each)))}:{line}"
    return f"{shown(Path(_source_of(cls)))}:{_lines(_source_of(cls)).get((cls.__qualname__, None), 1)}"


def shown(path: Path) -> str:
    """The path as people write it: relative to the current folder where it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _source_of(cls: type[Any]) -> str:
    try:
        return inspect.getfile(cls)
    except (TypeError, OSError):
        return cls.__module__


@lru_cache(maxsize=256)
def _parsed(path: str, _changed: int) -> dict[tuple[str, str | None], int]:
    found: dict[tuple[str, str | None], int] = {}
    _collect(ast.parse(Path(path).read_bytes()), "", found)
    return found


def _lines(path: str) -> dict[tuple[str, str | None], int]:
    try:
        return _parsed(path, Path(path).stat().st_mtime_ns)
    except (OSError, SyntaxError, ValueError):
        return {}


def _collect(node: ast.AST, prefix: str, found: dict[tuple[str, str | None], int]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            name = f"{prefix}{child.name}"
            found[name, None] = child.lineno
            for statement in child.body:
                for attribute in _attributes(statement):
                    found[name, attribute] = statement.lineno
            _collect(child, f"{name}.", found)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            _collect(child, f"{prefix}{child.name}.<locals>.", found)
        else:
            _collect(child, prefix, found)


def _attributes(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
    return []


def _order(problem: Problem) -> tuple[str, int, str]:
    path, _, line = problem.location.rpartition(":")
    return (path, int(line), problem.message) if line.isdigit() else (problem.location, 0, problem.message)
