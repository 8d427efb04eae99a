"""Imports a schema folder: every `*.py` once, in name order, in a package of its own.

The package has a private name, so that a module called `email.py` or `types.py` does no harm, and a folder can be
loaded again in the same process. Modules import each other relatively (`from .user import User`) or by the name of
their folder (`from schemas.user import User`), at the top of the module; a relationship needs no import at all.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from msgspec import Struct, field

from atakora_data.errors import Problem, SchemaError
from atakora_data.registry.build import Sources, assemble
from atakora_data.registry.findings import shown
from atakora_data.registry.registry import Registry
from atakora_data.schema.entity import Entity
from atakora_data.schema.model import Model

_numbers = itertools.count(1)
_CLASS: Final = re.compile(r"^class\s+(\w+)", re.MULTILINE)


def load_registry(folder: Path) -> Registry:
    """The registry of all entities in the folder; SchemaError lists everything that is wrong with its modules."""
    if not folder.is_dir():
        raise SchemaError(
            [Problem(shown(folder), "The schema folder does not exist.", "Create it, or name another with --schemas.")]
        )
    return assemble(_import_all(folder.resolve()))


class _Imported(Struct):
    """What the modules gave."""

    modules: list[ModuleType] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def sources(self, place: str) -> Sources:
        """What they declare. place: what to call the folder."""
        classes = [cls for module in self.modules for cls in _classes(module)]
        return Sources(
            entities=[cls for cls in classes if issubclass(cls, Entity) and not cls.__is_abstract__],
            models=[cls for cls in classes if not issubclass(cls, Entity)],
            problems=self.problems,
            unreadable=frozenset(self.unreadable),
            place=place,
        )


def _import_all(folder: Path) -> Sources:
    found = _Imported()
    package = _make_package(folder)
    with _alias(folder.name, package):
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith("_"):
                _import_one(package, path, found)
    return found.sources(shown(folder))


def _make_package(folder: Path) -> str:
    name = f"_atakora_schemas_{next(_numbers)}"
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    importlib.invalidate_caches()
    return name


def _import_one(package: str, path: Path, found: _Imported) -> None:
    if not path.stem.isidentifier():
        remedy = "Rename it: letters, digits and underscores."
        found.problems.append(Problem(shown(path), f"`{path.name}` is no module name.", remedy))
        return
    try:
        found.modules.append(importlib.import_module(f"{package}.{path.stem}"))
        found.problems.extend(_repeated(path))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # whatever a module of the user raises is its problem
        found.problems.append(_problem(error, path))
        found.unreadable.update(_CLASS.findall(path.read_text(encoding="utf-8", errors="replace")))


def _repeated(path: Path) -> Iterator[Problem]:
    """Classes declared twice in one module: Python silently keeps the last."""
    seen: set[str] = set()
    for match in _CLASS.finditer(text := path.read_text(encoding="utf-8", errors="replace")):
        if match[1] in seen:
            line = text.count("\n", 0, match.start()) + 1
            yield Problem(f"{shown(path)}:{line}", f"There are two classes called {match[1]}.", "Rename one.")
        seen.add(match[1])


def _classes(module: ModuleType) -> list[type[Any]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Model) and value.__module__ == module.__name__
    ]


def _problem(error: BaseException, path: Path) -> Problem:
    if isinstance(error, SyntaxError) and error.filename is not None:
        return Problem(
            f"{shown(Path(error.filename))}:{error.lineno or 1}", f"SyntaxError: {error.msg}.", "Correct the line."
        )
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == path.parent
    ]
    where = f"{shown(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else f"{shown(path)}:1"
    said = str(error).partition("\n")[0].rstrip(".")
    return Problem(where, f"{type(error).__name__}{said and f': {said}'}.", _remedy(error))


def _remedy(error: BaseException) -> str:
    match error:
        case ModuleNotFoundError():
            return "Install it and add it to requirements.txt, or correct the name."
        case ImportError():
            return "Correct the name; modules of this folder import each other by `from .module import Name`."
        case NameError():
            return "Import it from `atakora_data`, or put a type that is declared later in quotes."
        case SystemExit():
            return "A schema module declares; take out what ends the process."
    return "Correct the line; schema modules are imported at every start."


@contextlib.contextmanager
def _alias(name: str, package: str) -> Iterator[None]:
    """While the folder is imported, its own name leads to the private package."""
    if not name.isidentifier() or name in sys.stdlib_module_names:
        yield
        return
    hidden = {key: sys.modules.pop(key) for key in list(sys.modules) if key == name or key.startswith(f"{name}.")}
    finder = _AliasFinder(name, package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for key in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
            del sys.modules[key]
        sys.modules.update(hidden)


class _AliasFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `schemas.user` as the module of that name in the private package."""

    def __init__(self, name: str, package: str) -> None:
        self._name = name
        self._package = package
        self._specs: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # the finder's protocol
        target: ModuleType | None = None,  # noqa: ARG002  # the finder's protocol
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module of the folder."""
        if fullname != self._name and not fullname.startswith(f"{self._name}."):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname == self._name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module itself, imported by its private name."""
        module = importlib.import_module(self._package + spec.name.removeprefix(self._name))
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back: it has run already."""
        spec = module.__spec__
        if spec is not None:
            module.__spec__ = self._specs.get(spec.name)
