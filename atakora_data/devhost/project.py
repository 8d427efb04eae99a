"""The project folder: its `function_app.py`, loaded the way the Functions worker loads it."""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType

import azure.functions as func

from atakora_data.errors import AtakoraError, HostError

MODULE = "function_app"

_EXAMPLE = "from atakora_data.triggers.app import create_function_app; app = create_function_app()"


def load_function_app(project: Path) -> func.FunctionRegister:
    """Import `function_app.py` of the project and find its one function app.

    HostError: there is no such file, it fails, or there is not exactly one function app in it.
    What our own loading tells, of schemas and settings, passes through.
    """
    if not (project / f"{MODULE}.py").exists():
        raise HostError(f"{project} has no {MODULE}.py. Make one that says: {_EXAMPLE}")
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    return _only_app(_imported(project / f"{MODULE}.py"))


def _imported(path: Path) -> ModuleType:
    try:
        return importlib.import_module(MODULE)
    except AtakoraError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((each.lineno for each in reversed(frames) if each.filename == str(path)), None)
        place = f"{path}:{line}" if line else str(path)
        raise HostError(f"{place} fails: {type(error).__name__}: {error}") from error


def _only_app(module: ModuleType) -> func.FunctionRegister:
    found = {id(each): each for each in vars(module).values() if isinstance(each, func.FunctionRegister)}
    if len(found) != 1:
        raise HostError(f"{module.__file__} must hold exactly one function app, not {len(found)}. {_EXAMPLE}")
    return next(iter(found.values()))
