"""What is published as OpenAPI and SDL is judged by tools of others, and called by the clients that they make of it."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data.codegen.openapi import openapi_files
from atakora_data.codegen.sdl import sdl_files
from atakora_data.registry.loader import load_registry
from tests.clients.newspaper import Newspaper, make_project, published
from tests.support.node import has_node, node_modules, run

ROOT = Path(__file__).parents[2]
STRANGERS = Path(__file__).with_name("strangers")
SPECTRAL = ("@stoplight/spectral-cli@6",)
OPENAPI = ("openapi-typescript@7", "typescript@5", "@types/node@22")
GRAPHQL = (
    "@graphql-codegen/cli@7",
    "@graphql-codegen/typescript-operations@6",
    "@graphql-codegen/typed-document-node@7",
    "@graphql-typed-document-node/core@3",
    "graphql@16",
    "typescript@5",
    "@types/node@22",
)
PYTHON = ("openapi-python-client>=0.29,<0.30", "ariadne-codegen>=0.19,<0.20")
TSC = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--types", "node")

needs_node = pytest.mark.skipif(not has_node(), reason="node and npm are not installed")
pytestmark = pytest.mark.xdist_group("strangers")


async def virtual_environment() -> Path:
    """Where the generators in Python are installed: apart from ours, whose versions they would change."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "atakora-data" / f"strangers-{sys.version_info.major}.{sys.version_info.minor}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            await run(sys.executable, "-m", "venv", str(folder))
            await run(str(folder / "bin" / "pip"), "install", "--quiet", *PYTHON)
            (folder / "installed").touch()
    return folder / "bin"


@pytest_asyncio.fixture
async def paper(tmp_path: Path) -> AsyncIterator[Newspaper]:
    """An app that is served, with what it publishes beside it."""
    project = make_project(tmp_path)
    registry = load_registry(project / "schemas")
    for name, text in {**openapi_files(registry), **sdl_files(registry)}.items():
        (project / name).write_text(text)
    async with published(project) as running:
        yield running


async def told(folder: Path, *command: str | Path) -> Any:
    """What a program prints, as JSON; its complaints are raised."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaints = await process.communicate()
    assert 0 == process.returncode, (printed + complaints).decode()
    return json.loads(printed) if printed.strip().startswith((b"[", b"{")) else printed.decode()


async def called(paper: Newspaper, modules: Path, script: str) -> Any:
    """What a script tells that is compiled strictly with the packages; it lies beside what was generated."""
    shutil.copy(STRANGERS / script, paper.project)
    (paper.project / "package.json").write_text('{"type": "module"}')
    if not (paper.project / "node_modules").exists():
        (paper.project / "node_modules").symlink_to(modules / "node_modules")
    await told(paper.project, modules / "node_modules/.bin/tsc", *TSC, script)
    return await told(paper.project, "node", script.replace(".ts", ".js"), paper.api, paper.token())


@needs_node
@pytest.mark.parametrize("schemas", ["schemas", "examples/conference/schemas", "tests/codegen/typescript/schemas"])
async def test_spectral_has_nothing_to_say(tmp_path: Path, schemas: str) -> None:
    """No error and no warning of its rules for OpenAPI, on three descriptions with relations of every kind."""
    modules = await node_modules(*SPECTRAL)
    document = tmp_path / "openapi.json"
    document.write_text(openapi_files(load_registry(ROOT / schemas))["openapi.json"])
    linter, rules = modules / "node_modules/.bin/spectral", STRANGERS / "spectral.yaml"
    assert [] == await told(tmp_path, linter, "lint", document, "-r", rules, "-f", "json", "--quiet", "-F", "hint")


@needs_node
async def test_openapi_typescript(paper: Newspaper) -> None:
    """Its types compile strictly, and fit what the app answers."""
    modules = await node_modules(*OPENAPI)
    await told(paper.project, modules / "node_modules/.bin/openapi-typescript", "openapi.json", "-o", "api.d.ts")
    found = await called(paper, modules, "typescript.ts")
    assert [201, "Typed", ["openapi-typescript"], "not_found"] == found


@needs_node
async def test_graphql_code_generator(paper: Newspaper) -> None:
    """Its documents and types compile strictly; a mutation and a filtered query are answered."""
    modules = await node_modules(*GRAPHQL)
    shutil.copy(STRANGERS / "operations.graphql", paper.project)
    plugins = {"plugins": ["typescript-operations", "typed-document-node"]}
    config = {
        "schema": "schema.graphql",
        "documents": "operations.graphql",
        "generates": {"generated.ts": {**plugins, "config": {"useTypeImports": True, "enumsAsTypes": True}}},
    }
    (paper.project / "codegen.json").write_text(json.dumps(config))
    (paper.project / "node_modules").symlink_to(modules / "node_modules")
    await told(paper.project, modules / "node_modules/.bin/graphql-codegen", "--config", "codegen.json")
    assert ["Typed", ["graphql-codegen"]] == await called(paper, modules, "graphql.ts")


async def test_openapi_python_client(paper: Newspaper) -> None:
    """A client is made that creates, reads, and knows a problem.

    What it cannot read it leaves out: lists, whose `filter` is described by `content`, and batches. The docs say so.
    """
    tools = await virtual_environment()
    (paper.project / "config.yml").write_text(
        "package_name_override: made\nproject_name_override: made\npost_hooks: []\n"
    )
    generate = (tools / "openapi-python-client", "generate", "--path", "openapi.json", "--config", "config.yml")
    await told(paper.project, *generate, "--meta", "none", "--output-path", "made")
    left_out = ["post/post_list.py", "batch/batch.py"]
    assert [False, False] == [(paper.project / "made/api" / name).exists() for name in left_out]
    shutil.copy(STRANGERS / "rest.py", paper.project)
    found = await told(paper.project, tools / "python", "rest.py", paper.api, paper.token())
    assert [201, "Typed", 404, "not_found"] == found


async def test_ariadne_codegen(paper: Newspaper) -> None:
    """A typed client is made of the schema; a mutation and a filtered query are answered."""
    tools = await virtual_environment()
    shutil.copy(STRANGERS / "operations.graphql", paper.project)
    settings = {"schema_path": "schema.graphql", "queries_path": "operations.graphql", "target_package_name": "made"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (paper.project / "pyproject.toml").write_text("\n".join(["[tool.ariadne-codegen]", *lines]))
    await told(paper.project, tools / "ariadne-codegen")
    shutil.copy(STRANGERS / "graph.py", paper.project)
    found = await told(paper.project, tools / "python", "graph.py", paper.api, paper.token())
    assert ["Typed", ["ariadne-codegen"]] == found
