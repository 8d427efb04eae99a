"""The suite for a real account: whole, quiet where nobody asked for it, and without traces."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.storage.contract import StoreContract
from tests.storage.cosmos.server import serving

ROOT = Path(__file__).parents[3]
SUITE = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/azure"]
STRATEGIES = 5


def environment(**given: str) -> dict[str, str]:
    """That of this process with these variables, and no account but theirs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COSMOS", "TEST_AZURE"))}
    return {**kept, **given}


def collected(**given: str) -> list[str]:
    """The tests that pytest finds in the suite."""
    command = [*SUITE, "--collect-only"]
    done = subprocess.run(command, cwd=ROOT, env=environment(**given), capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_it_is_the_contract_in_every_strategy() -> None:
    """By its own switch alone: the tests of every day have none of it."""
    found = collected(TEST_AZURE="1")
    names = [name for name in dir(StoreContract) if name.startswith("test_")]
    assert [] == [name for name in names if STRATEGIES > sum(f"::{name}" in each for each in found)]
    assert [] == collected()


def test_without_an_account_make_says_what_it_takes() -> None:
    """Before anything else is done."""
    command = ["make", "-o", ".venv/.dev-ready", "test-azure"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert "Set COSMOS (a connection string) or COSMOS__accountEndpoint" in done.stdout


async def test_it_passes_on_the_server_below_the_sdk_and_leaves_nothing() -> None:
    """A database of its own, emptied for each test and deleted at the end."""
    async with serving() as server:
        account = environment(TEST_AZURE="1", COSMOS=f"AccountEndpoint={server.url};AccountKey=a2V5;")
        tests = "(ByHierarchy or ByTenant) and (removed_record or etag or racers)"
        suite = await asyncio.create_subprocess_exec(
            *SUITE, "-k", tests, cwd=ROOT, env=account, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await suite.communicate()
        assert 0 == suite.returncode, said.decode()
        assert 0 < len(server.sent)
        assert {} == server.containers
