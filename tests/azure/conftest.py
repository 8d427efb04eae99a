"""What a real account is asked, by `make test-azure` alone: nothing here is collected otherwise."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("TEST_AZURE") else ["test_*.py"]
