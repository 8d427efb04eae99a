"""Starting anew: which changes matter, and what happens while the schemas are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from atakora_data.devhost.reload import is_relevant

PROJECT = Path("/project")
SCHEMAS = Path("/project/schemas")


@pytest.mark.parametrize(
    ("path", "relevant"),
    [
        ("/project/schemas/post.py", True),
        ("/project/schemas/post.py~", False),
        ("/project/schemas/.post.py.swp", False),
        ("/project/function_app.py", True),
        ("/project/host.json", True),
        ("/project/local.settings.json", True),
        ("/project/README.md", False),
        ("/project/.atakora/data.db", False),
        ("/elsewhere/function_app.py", False),
    ],
)
def test_only_what_the_app_is_made_of_matters(path: str, relevant: bool) -> None:
    """Data files and notes do not start the host anew."""
    assert relevant == is_relevant(Path(path), PROJECT, SCHEMAS)
