"""The project folder: its `function_app.py`, loaded the way the Functions worker loads it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import azure.functions as func

from atakora_data.errors import HostError

MODULE = "function_app"

_EXAMPLE = "from atakora_data.triggers.app import create_function_app; app = create_function_app()"


def load_function_app(project: Path) -> func.FunctionRegister:
    """Import `function_app.py` of the project and find its one function app.

    HostError: there is no such file, or not exactly one function app in it. What the module raises passes through.
    """
    if not (project / f"{MODULE}.py").exists():
        raise HostError(f"{project} has no {MODULE}.py. Make one that says: {_EXAMPLE}")
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    return _only_app(importlib.import_module(MODULE))


def _only_app(module: ModuleType) -> func.FunctionRegister:
    found = {id(each): each for each in vars(module).values() if isinstance(each, func.FunctionRegister)}
    if len(found) != 1:
        raise HostError(f"{module.__file__} must hold exactly one function app, not {len(found)}. {_EXAMPLE}")
    return next(iter(found.values()))
