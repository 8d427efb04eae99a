"""Generated packages on disk."""

from __future__ import annotations

import re
from pathlib import Path

from atakora_data.codegen.python.files import python_files
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.clients.newspaper import ROOT


def write_package(schemas: Path | Registry, folder: Path, name: str = "Data") -> None:
    """Generate a client into a folder."""
    registry = load_registry(schemas) if isinstance(schemas, Path) else schemas
    for path, text in python_files(registry, name).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def page(package: str) -> str:
    """The examples of the page about the client as a module: the first as it is, the others as one function."""
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    first, *others = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = "".join(others).replace("\n", "\n    ").rstrip()
    return (
        f"{first.replace('from blog ', f'from {package} ')}\n\n"
        f"async def further(client: BlogClient) -> None:\n    {lines}\n"
    )
