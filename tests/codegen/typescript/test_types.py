"""What is generated, before strict compilers: it compiles, is exact, formatted and small."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from atakora_data.codegen.typescript.files import typescript_files
from atakora_data.registry.build import build_registry
from tests.clients.newspaper import ROOT
from tests.codegen.typescript.workbench import HERE, Workbench, write_client
from tests.registry.every_type import Thing

STRICTEST = {
    **dict.fromkeys(
        (
            *("strict", "noUncheckedIndexedAccess", "exactOptionalPropertyTypes", "noImplicitOverride"),
            *("noUnusedLocals", "noUnusedParameters", "verbatimModuleSyntax", "isolatedModules", "noImplicitReturns"),
            *("noPropertyAccessFromIndexSignature", "noFallthroughCasesInSwitch", "noEmit"),
        ),
        True,
    ),
    "target": "ES2022",
    "lib": ["ES2022", "DOM"],
    "module": "nodenext",
    "types": [],
}
SMALL = 12_000


@pytest.fixture
def clients(bench: Workbench) -> Workbench:
    """The scripts beside clients of every sample, of clashing names and of every type of field."""
    write_client(ROOT / "schemas", bench.folder / "blog", "Blog")
    write_client(ROOT / "examples" / "conference" / "schemas", bench.folder / "conference", "Conference")
    write_client(ROOT / "examples" / "chinook" / "schemas", bench.folder / "chinook", "Music")
    write_client(HERE / "clashes", bench.folder / "hard", "Hard")
    for path, text in typescript_files(build_registry([Thing])).items():
        (bench.folder / "every" / path).parent.mkdir(parents=True, exist_ok=True)
        (bench.folder / "every" / path).write_text(text)
    (bench.folder / "package.json").write_text('{"type": "module"}')
    (bench.folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICTEST}))
    return bench


def page() -> str:
    """The examples of the page about the client, one after the other."""
    blocks = re.findall(
        r"^```ts\n(.*?)^```", (ROOT / "docs" / "typescript.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert "BlogClient" in blocks[0]
    return "".join(['const signIn = async () => "token";\n', *blocks]).replace("./blog/", "../client/")


async def test_the_types_are_exact(clients: Workbench) -> None:
    """Every script, every client and the page compile under the strictest options; what must not compile does not."""
    (clients.folder / "scripts" / "docs.ts").write_text(page())
    assert (0, "") == await clients.judged("tsc", "--project", ".")


async def test_it_is_formatted(clients: Workbench) -> None:
    """Prettier has nothing to change, at 120 columns."""
    folders = ("blog", "conference", "chinook", "hard", "every", "client")
    code, said = await clients.judged("prettier", "--print-width", "120", "--check", *folders)
    assert 0 == code, said


async def test_it_is_small(clients: Workbench) -> None:
    """The client of the blog adds less than 12 kB, minified and compressed, without SignalR."""
    options = ("--bundle", "--minify", "--format=esm", "--external:@microsoft/signalr", "--log-level=warning")
    code, built = await clients.judged("esbuild", "blog/index.ts", *options)
    assert (0, True) == (code, "BlogClient" in built)
    assert len(gzip.compress(built.encode())) < SMALL


def test_every_file_says_what_made_it(tmp_path: Path) -> None:
    """The first line names the command."""
    write_client(ROOT / "schemas", tmp_path, "Blog")
    first = {path.read_text().splitlines()[0] for path in tmp_path.rglob("*.ts")}
    assert {"// Made by `python -m atakora_data generate typescript`; what is changed here is lost."} == first
