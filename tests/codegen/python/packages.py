"""Generated packages on disk."""

from __future__ import annotations

from pathlib import Path

from atakora_data.codegen.python.files import python_files
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry


def write_package(schemas: Path | Registry, folder: Path, name: str = "Data") -> None:
    """Generate a client into a folder."""
    registry = load_registry(schemas) if isinstance(schemas, Path) else schemas
    for path, text in python_files(registry, name).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
