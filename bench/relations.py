"""What relations cost: includes beside the plain list, and filters over 10,000 posts with 50,000 comments."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import run

INCLUDES = {
    "20 posts": "",
    "20 posts, each with its author": "&include=author",
    "20 posts, each with about 5 comments": "&include=comments",
    "20 posts, comments and their users": "&include=comments.user,author",
}
LARGEST_RATIO = "2.5"
LONGEST_MS = "50"


def filters(lab: run.Lab) -> Mapping[str, Any]:
    """Conditions on related records, by what they show."""
    user = lab.blog.users[7][0]
    latest = max(comment[4] for comment in lab.blog.comments)
    return {
        "some comment by one user (foreign key)": {"comments": {"some": {"userId": {"eq": user}}}},
        "some comment by users of one name (unindexed, two levels)": {
            "comments": {"some": {"user": {"name": {"eq": lab.blog.users[7][1]}}}}
        },
        "some comment after a date that no comment has (declared index, all posts tried)": {
            "comments": {"some": {"createdAt": {"gt": latest}}}
        },
        "no comment at all": {"comments": {"none": {}}},
        "some comment with a text that none has (unindexed, all comments tried)": {
            "comments": {"some": {"content": {"contains": "zzz"}}}
        },
    }


def includes(lab: run.Lab, token: str, seconds: float) -> list[str]:
    """A row for each list: microseconds a request, and how many times the plain list."""
    rows, plain = list[str](), 0.0
    for name, suffix in INCLUDES.items():
        asked = ("GET", [f"{run.LIST_PATH}{suffix}\t"])
        run.load("list", lab, token, 1, asked)
        cost = 1e6 / run.load("list", lab, token, seconds, asked)["rate"]
        plain = plain or cost
        rows.append(f"| {name} | {cost:.0f} µs | {cost / plain:.2f} | {LARGEST_RATIO if 'about 5' in name else ''} |")
    return rows


def filtered(lab: run.Lab, token: str, rounds: int) -> list[str]:
    """A row for each condition: the median and the worst milliseconds of some rounds, and how many posts match."""
    rows = []
    for name, condition in filters(lab).items():
        path = f"/api/posts?count=true&filter={quote(json.dumps(condition))}"
        listed = f"/api/posts?filter={quote(json.dumps(condition))}"
        status, page = run.call("GET", path, token)
        assert status == 200, page  # noqa: PLR2004 - success
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            run.call("GET", listed, token)
            times.append((time.perf_counter() - start) * 1000)
        bound = "" if "unindexed" in name else LONGEST_MS
        rows.append(f"| {name} | {page['count']} | {statistics.median(times):.1f} ms | {max(times):.1f} ms | {bound} |")
    return rows


def main() -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secs", type=float, default=4, help="seconds of load per list")
    parser.add_argument("--rounds", type=int, default=30, help="requests per filter")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as folder:
        lab = run.prepare(Path(folder))
        token = run.tokens(lab)["product"]
        with run.serving("product", lab, token):
            print("| list | a request | times the plain list | at most |", "|---|---|---|---|", sep="\n")
            print(*includes(lab, token, asked.secs), sep="\n")
            print("\n| filter | posts | median | worst | at most |", "|---|---|---|---|---|", sep="\n")
            print(*filtered(lab, token, asked.rounds), sep="\n")


if __name__ == "__main__":
    main()
