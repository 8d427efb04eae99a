"""Schema folders written for a test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

PRELUDE = (
    "from datetime import date, datetime, time; from decimal import Decimal; from enum import Enum, IntEnum; "
    "from typing import Annotated, Any, Literal, Optional; from uuid import UUID, uuid4; "
    "from pydantic import BaseModel; from atakora_data import *\n"
)
"""One line, so that what a test writes begins on line 2."""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write modules into a schema folder: `write(post="class Post(Entity): …")`; the prelude is put before each."""

    def to_folder(**modules: str) -> Path:
        for name, source in modules.items():
            (tmp_path / f"{name}.py").write_text(PRELUDE + textwrap.dedent(source), encoding="utf-8")
        return tmp_path

    return to_folder
