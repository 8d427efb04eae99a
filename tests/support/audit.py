"""Asks whether an installed package has a known vulnerability, by `pip-audit`: a part of `make lint`.

`python -m tests.support.audit [OPTIONS OF pip-audit]` fails when one has. Where nobody can be asked, because there is
no network or no answer, it says so and goes on: whoever works offline is not stopped, and CI shows it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

LONGEST_SECONDS = 120
_COMMAND = ("-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout", "10", "--desc", "off")


def audit(options: Sequence[str] = ()) -> tuple[bool, str]:
    """Whether to go on, and what to say. options: further ones of pip-audit."""
    try:
        done = subprocess.run(
            [sys.executable, *_COMMAND, *options], capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return True, _unasked(f"there was no answer within {LONGEST_SECONDS} seconds")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return True, _unasked(done.stderr.strip().rpartition("\n")[2] or "pip-audit said nothing")
    return verdict(packages)


def verdict(packages: Sequence[dict[str, Any]]) -> tuple[bool, str]:
    """Whether to go on with these packages, and what to say of them."""
    known = [each for each in packages if "vulns" in each]
    found = [_told(each, vulnerability) for each in known for vulnerability in each["vulns"]]
    if found:
        return False, "\n".join([f"{len(found)} known vulnerabilities:", *found])
    if not known:
        return True, _unasked(f"nothing is known of any of the {len(packages)} packages")
    unknown = len(packages) - len(known)
    return True, f"No known vulnerability in {len(known)} packages" + (
        f"; {unknown} are not known." if unknown else "."
    )


def _told(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    fixed = ", ".join(vulnerability.get("fix_versions", [])) or "no version yet"
    return f"  {package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


def _unasked(why: str) -> str:
    return f"The audit of dependencies could not ask: {why}. Nothing is known of their vulnerabilities; going on."


if __name__ == "__main__":
    goes_on, said = audit(sys.argv[1:])
    print(said)  # noqa: T201 - it is a program
    sys.exit(0 if goes_on else 1)
