"""Runs the workloads against the floor and the product, and prints ratios: see README.md."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dataset
import psutil

HERE = Path(__file__).parent
ROOT = HERE.parent
PORT = 8651
CONNECTIONS = 16
SECRET = secrets.token_hex(32)
NESTED = """{ listPosts(filter: {status: {eq: published}}, orderBy: [{createdAt: DESC}], limit: 20) { items { id title
 author { id name } comments(orderBy: [{createdAt: DESC}], limit: 5) { items { id content user { name } } } } } }"""
SIMPLE = "query P($id: ID!) { getPost(id: $id) { id title status } }"
LIST_PATH = "/api/posts?filter%5Bstatus%5D%5Beq%5D=published&orderBy=-createdAt&limit=20"
POST_BODY = {"title": "A load-test post", "content": "lorem ipsum dolor sit amet " * 11, "status": "published"}
WORKLOADS = ("get", "list", "graphql nested", "graphql get", "create")
TARGETS = {"get": 0.55, "list": 0.55, "create": 1.0, "graphql get": 0.45, "graphql nested": 0.15}


@dataclass(frozen=True)
class Lab:
    """Where the data of one run lies."""

    folder: Path
    blog: dataset.Blog

    def environment(self, **more: str) -> dict[str, str]:
        """What both sides need to know."""
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **inherited,
            "FLOOR_DB": str(self.folder / "floor.db"),
            "FLOOR_SECRET": SECRET,
            "IDS": str(self.folder / "ids.json"),
            "PORT": str(PORT),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
            "ATAKORA_SCHEMAS": str(HERE / "schemas"),
            "ATAKORA_DATA": str(self.folder / "product.db"),
            "ATAKORA_KEY_FILE": str(self.folder / "local.key"),
            **more,
        }


def prepare(folder: Path) -> Lab:
    """Make the data of both sides."""
    lab = Lab(folder, dataset.make())
    dataset.write_tables(lab.blog, folder / "floor.db")
    dataset.write_lines(lab.blog, folder / "seed")
    (folder / "ids.json").write_text(json.dumps(lab.blog.wanted_ids()))
    run_product(lab, "seed", str(folder / "seed"))
    return lab


def run_product(lab: Lab, *arguments: str) -> str:
    """One command of the product's command line."""
    command = [sys.executable, "-m", "atakora_data", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=lab.environment(), check=True, capture_output=True, text=True)
    return done.stdout.strip()


def tokens(lab: Lab) -> dict[str, str]:
    """The reader's token for each side."""
    import jwt

    claims = {"sub": lab.blog.reader, "exp": int(time.time()) + 86400}
    return {
        "floor": jwt.encode(claims, SECRET, algorithm="HS256"),
        "product": run_product(lab, "token", "--id", lab.blog.reader),
    }


def command(side: str) -> list[str]:
    """How each side is started."""
    if side == "floor":
        return [sys.executable, str(HERE / "floor_host.py")]
    return [sys.executable, "-m", "atakora_data", "dev", "--port", str(PORT), "--no-reload"]


@contextmanager
def serving(side: str, lab: Lab, token: str) -> Iterator[tuple[psutil.Process, float]]:
    """The running server on core 0, and the seconds until its first answer."""
    start = time.perf_counter()
    with (lab.folder / f"{side}.log").open("w") as log:
        server = subprocess.Popen(
            ["taskset", "-c", "0", *command(side)],
            cwd=ROOT,
            env=lab.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        path = f"/api/posts/{lab.blog.wanted_ids()[3]}"
        while call("GET", path, token)[0] != 200:  # noqa: PLR2004 - success
            if time.perf_counter() - start > 30 or server.poll() is not None:  # noqa: PLR2004 - seconds
                raise SystemExit((lab.folder / f"{side}.log").read_text())
            time.sleep(0.002)
        yield psutil.Process(server.pid), time.perf_counter() - start
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def call(method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
    """One request; (0, None) while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    except OSError:
        return 0, None
    finally:
        connection.close()


def check(lab: Lab, token: str) -> None:
    """Both sides must answer alike before they are measured."""
    wanted = lab.blog.wanted_ids()[7]
    status, post = call("GET", f"/api/posts/{wanted}", token)
    assert (status, post["id"]) == (200, wanted), post
    newest = [post[0] for post in lab.blog.published()[:20]]
    assert newest == [item["id"] for item in call("GET", LIST_PATH, token)[1]["items"]]
    data = call("POST", "/api/graphql", token, {"query": NESTED})[1]["data"]["listPosts"]["items"]
    assert newest == [item["id"] for item in data]
    assert all(item["author"]["name"] for item in data)
    answer = call("POST", "/api/graphql", token, {"query": SIMPLE, "variables": {"id": wanted}})[1]
    assert wanted == answer["data"]["getPost"]["id"]
    other = next(post[0] for post in lab.blog.posts if post[4] == "draft" and post[5] != lab.blog.reader)
    assert call("GET", f"/api/posts/{other}", token)[0] == 404  # noqa: PLR2004 - hidden
    assert call("GET", f"/api/posts/{wanted}", token[:-6] + "AAAAAA")[0] == 401  # noqa: PLR2004 - forged
    body = {**POST_BODY, "slug": f"check-{time.time_ns()}", "tags": ["a", "b"]}
    assert call("POST", "/api/posts", token, body)[0] == 201  # noqa: PLR2004 - created
    assert call("POST", "/api/posts", token, {**body, "status": "bogus"})[0] == 422  # noqa: PLR2004 - invalid


SCRIPT = """
local headers = {["Authorization"] = "Bearer %(token)s", ["Content-Type"] = "application/json", ["Host"] = "127.0.0.1"}
local lines, n, i, count = {}, 0, 0, 0
init = function(args) for line in io.lines("%(list)s") do n = n + 1; lines[n] = line end end
request = function()
  i = i + 1; if i > n then i = 1 end
  count = count + 1
  local path, body = lines[i]:match("^(.-)\\t(.*)$")
  body = body:gsub("@@SLUG@@", "%(nonce)s-" .. count)
  return wrk.format("%(method)s", path, headers, body ~= "" and body or nil)
end
done = function(s, l, r)
  local shape = '\\nJSON {"requests":%%d,"us":%%d,"bad":%%d,"p50":%%.3f,"p99":%%.3f}\\n'
  io.write(string.format(shape, s.requests, s.duration,
    s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout,
    l:percentile(50) / 1000, l:percentile(99) / 1000))
end
"""


def lines(workload: str, lab: Lab) -> tuple[str, list[str]]:
    """The method and the requests of a workload, each as path and body."""
    ids = lab.blog.wanted_ids()
    match workload:
        case "get":
            return "GET", [f"/api/posts/{id}\t" for id in ids]
        case "list":
            return "GET", [f"{LIST_PATH}\t"]
        case "graphql nested":
            return "POST", ["/api/graphql\t" + json.dumps({"query": NESTED})]
        case "graphql get":
            return "POST", ["/api/graphql\t" + json.dumps({"query": SIMPLE, "variables": {"id": id}}) for id in ids]
        case _:
            return "POST", ["/api/posts\t" + json.dumps({**POST_BODY, "slug": "@@SLUG@@", "tags": ["a", "b"]})]


def load(
    workload: str, lab: Lab, token: str, seconds: float, asked: tuple[str, list[str]] | None = None
) -> dict[str, float]:
    """What `wrk` measured on core 1. asked: other requests than those of the workload."""
    method, content = asked or lines(workload, lab)
    listing = lab.folder / "requests.txt"
    listing.write_text("\n".join(content) + "\n")
    script = lab.folder / "load.lua"
    values = {"token": token, "list": listing, "method": method, "nonce": f"ld-{time.time_ns()}"}
    script.write_text(SCRIPT % values)
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", str(script), f"http://127.0.0.1:{PORT}"]
    done = subprocess.run(["taskset", "-c", "1", *wrk], capture_output=True, text=True, check=True)
    found = re.search(r"JSON (\{.*\})", done.stdout)
    assert found, done.stdout + done.stderr
    result: dict[str, float] = json.loads(found[1])
    assert result["bad"] == 0, f"{workload}: {result['bad']} bad answers of {result['requests']}"
    return {**result, "rate": result["requests"] / result["us"] * 1e6}


def host(lab: Lab, seconds: float) -> dict[str, Any]:
    """All workloads over HTTP, on both sides."""
    results: dict[str, Any] = {}
    for side, token in tokens(lab).items():
        with serving(side, lab, token) as (process, first):
            check(lab, token)
            rates = {}
            for workload in WORKLOADS:
                load(workload, lab, token, min(2, seconds))
                rates[workload] = load(workload, lab, token, seconds)
            family = [process, *process.children(recursive=True)]
            memory = sum(each.memory_info().rss for each in family) / 2**20
            results[side] = {"rates": rates, "memory": memory, "first": first}
    return results


def function(lab: Lab, seconds: float) -> dict[str, Any]:
    """The HTTP function in process, on both sides."""
    results = {}
    for side, token in tokens(lab).items():
        script = [sys.executable, str(HERE / "in_process.py"), side, str(seconds)]
        done = subprocess.run(
            ["taskset", "-c", "0", *script], cwd=ROOT, env=lab.environment(TOKEN=token), check=True, capture_output=True
        )
        results[side] = json.loads(done.stdout.splitlines()[-1])
    return results


def cold(lab: Lab, rounds: int = 7) -> dict[str, float]:
    """Seconds to the first answer, and to import what cannot be avoided: the best of some rounds."""
    token = tokens(lab)["product"]
    program = "import azure.functions, pydantic, aiohttp"
    firsts, imports = [], []
    for _ in range(rounds):
        with serving("product", lab, token) as (_, first):
            firsts.append(first)
        start = time.perf_counter()
        subprocess.run(["taskset", "-c", "0", sys.executable, "-c", program], check=True, env=lab.environment())
        imports.append(time.perf_counter() - start)
    return {"first answer": min(firsts), "imports": min(imports), "ratio": min(firsts) / min(imports)}


def report(results: dict[str, Any]) -> str:
    """The results as Markdown tables."""
    out = ["| measure | floor | product | ratio | to reach |", "|---|---|---|---|---|"]
    if "host" in results:
        floor, product = results["host"]["floor"], results["host"]["product"]
        for workload in WORKLOADS:
            one, two = floor["rates"][workload], product["rates"][workload]
            out.append(
                f"| host: {workload} | {one['rate']:.0f}/s, p99 {one['p99']:.2f} ms | {two['rate']:.0f}/s, "
                f"p99 {two['p99']:.2f} ms | {two['rate'] / one['rate']:.2f} | {TARGETS[workload]} |"
            )
        out.append(f"| memory after load | {floor['memory']:.0f} MiB | {product['memory']:.0f} MiB | | 100 MiB |")
    if "function" in results:
        floor, product = results["function"]["floor"], results["function"]["product"]
        out += [
            f"| function: {name} | {floor[name]:.0f}/s | {product[name]:.0f}/s | {product[name] / floor[name]:.2f} | |"
            for name in floor
        ]
    if "cold" in results:
        both = results["cold"]
        out.append(
            f"| cold start | {both['imports'] * 1000:.0f} ms (imports) | {both['first answer'] * 1000:.0f} ms | "
            f"{both['ratio']:.2f} | 1.6 |"
        )
    return "\n".join(out)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secs", type=float, default=6, help="seconds of load per workload")
    parser.add_argument("--only", choices=["host", "function", "cold"], help="one part only")
    parser.add_argument("--write", action="store_true", help="record the results in results.md")
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    os.sched_setaffinity(0, {1})
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        lab = prepare(Path(folder))
        if asked.only in (None, "host"):
            results["host"] = host(lab, asked.secs)
        if asked.only in (None, "function"):
            results["function"] = function(lab, asked.secs)
        if asked.only in (None, "cold"):
            results["cold"] = cold(lab)
    print(report(results))
    if asked.write:
        stamp = time.strftime("%Y-%m-%d", time.gmtime())
        (HERE / "results.md").write_text(
            f"# Results of {stamp}, Python {sys.version.split()[0]}\n\n{report(results)}\n"
        )


if __name__ == "__main__":
    main()
