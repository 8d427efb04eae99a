"""What is logged in Azure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging
import function_app
print([logging.getLogger(name).isEnabledFor(logging.INFO) for name in ("atakora_data", "azure.core.pipeline.policies")])
"""


def test_the_sdks_do_not_log_each_request() -> None:
    """Only what they warn of; the app logs by its own level."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert "[True, False]" == done.stdout.strip()
