"""Every test fails that logs or prints a secret (`tests/conftest.py`); here it is shown that they do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.secrets import KNOWN, secrets_in

ROOT = Path(__file__).parents[2]
THIS = ("tests/support/secrets.py", "tests/security/test_logs.py")

TESTS = """
import base64, logging, sys
import jwt, pytest

log = logging.getLogger("atakora_data.anything")
TOKEN = jwt.encode({"sub": "alice"}, "k" * 32)
STRING = "AccountEndpoint=https://a.example/;AccountKey=c2VjcmV0"

def test_harmless():
    log.warning("alice asked for posts; nextToken was refused; see AccountKey in the settings")

def test_a_token():
    log.debug("asked with %s", TOKEN)

def test_a_connection_string_in_an_exception():
    try:
        raise ValueError(STRING)
    except ValueError:
        log.exception("It failed")

def test_on_stderr():
    print("Authorization: Bearer 0123456789abcdef0123456789", file=sys.stderr)

def test_beside_the_message():
    log.info("refused", extra={"asked": f"GET /x?access_token={'x' * 20}"})

def test_on_stdout():
    print(STRING)

def test_a_sensitive_value():
    log.info("refused %s", {"password": "XSENSITIVEX"})

def test_a_key_of_this_machine(tmp_path):
    key = base64.b64encode(b"s" * 32).decode()
    (tmp_path / ".atakora").mkdir()
    (tmp_path / ".atakora" / "local.key").write_text(key)
    log.warning("the key is %s", key)

def test_the_log_of_a_process(tmp_path):
    (tmp_path / "host.log").write_text(f"INFO asked with {TOKEN}\\n")

def test_what_a_process_prints(tmp_path):
    (tmp_path / "host.out").write_text(f"Ready tokens\\n    {TOKEN}\\n")

def test_after_it_ended(request):
    request.addfinalizer(lambda: log.warning("%s", STRING))
"""


def test_a_test_that_logs_a_secret_fails(tmp_path: Path) -> None:
    """Each kind, wherever it was logged; what is harmless passes, and the failure does not repeat the secret."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--show-capture=no"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    failed = {line.split("::")[1].split(" ")[0] for line in done.stdout.splitlines() if line.startswith("ERROR")}
    assert failed == {
        "test_a_token",
        "test_a_connection_string_in_an_exception",
        "test_on_stderr",
        "test_beside_the_message",
        "test_on_stdout",
        "test_a_sensitive_value",
        "test_a_key_of_this_machine",
        "test_the_log_of_a_process",
        "test_after_it_ended",
    }, done.stdout + done.stderr
    assert [] == list(secrets_in(done.stdout))


@pytest.mark.parametrize("value", KNOWN)
def test_each_known_secret_is_one_that_tests_use(value: str) -> None:
    """A value that no test has any more would find nothing."""
    using = [path for path in (ROOT / "tests").rglob("*.py") if value in path.read_text("utf-8")]
    assert [path for path in using if str(path.relative_to(ROOT)) not in THIS]
