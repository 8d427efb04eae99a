"""Generators are pure: the same registry gives the same files, which are reviewed as files."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path

import pytest

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.codegen.folder import Plan, plan
from atakora_data.codegen.generators import GENERATORS
from atakora_data.codegen.marks import mark
from atakora_data.codegen.typescript import names
from atakora_data.codegen.typescript.files import typescript_files
from atakora_data.errors import SettingsError
from atakora_data.registry.loader import load_registry
from atakora_data.registry.operators import operators_of
from atakora_data.registry.registry import Registry

_GOLDEN = Path(__file__).parent / "golden"
_SAMPLE = Path(__file__).parents[2] / "schemas"
_CLASHES = Path(__file__).parent / "typescript" / "clashes"
_RUNTIME = files("atakora_data.codegen.typescript") / "runtime"


@pytest.fixture(scope="module")
def blog() -> Registry:
    """The sample."""
    return load_registry(_SAMPLE)


def test_the_client_of_the_blog_is_the_one_that_is_kept(blog: Registry) -> None:
    """What is made for the sample is reviewed as files; `UPDATE_GOLDEN=1` writes them anew."""
    made = {path: text for path, text in typescript_files(blog, "Blog").items() if not path.startswith("runtime/")}
    if os.environ.get("UPDATE_GOLDEN"):
        for path, text in made.items():
            (_GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (_GOLDEN / path).write_text(text, "utf-8")
    kept = {path.relative_to(_GOLDEN).as_posix(): path.read_text("utf-8") for path in _GOLDEN.rglob("*.ts")}
    assert kept == made


@pytest.mark.parametrize("kind", GENERATORS)
def test_the_same_registry_gives_the_same_bytes(kind: str, blog: Registry) -> None:
    """Also when the schemas were loaded anew; every file says what made it, and ends with one line break."""
    made = GENERATORS[kind].files(blog, "Blog")
    assert made == GENERATORS[kind].files(load_registry(_SAMPLE), "Blog")
    assert {True} == {mark(kind) in text[:200] for text in made.values()}
    assert {(True, False)} == {(text.endswith("\n"), text.endswith("\n\n")) for text in made.values()}


def test_descriptions_are_what_is_served(blog: Registry) -> None:
    """The schema and the OpenAPI document differ from the served ones by the word that says what made them."""
    sdl = GENERATORS["sdl"].files(blog, "")["schema.graphql"]
    assert print_sdl(blog).strip() == sdl.partition("\n")[2].strip()
    document = json.loads(GENERATORS["openapi"].files(blog, "")["openapi.json"])
    assert mark("openapi") == document.pop("x-generator")
    assert openapi_document(blog) == document


def test_a_filter_has_the_operators_of_its_type(blog: Registry) -> None:
    """No more and no fewer than the app takes."""
    types = typescript_files(blog, "Blog")["types.ts"]
    (members,) = re.findall(r"interface StringFilter \{\n(.*?)\n\}", types, re.DOTALL)
    expected = list(operators_of(blog["Post"].fields["title"].type))
    assert expected == re.findall(r"^  (\w+)\?:", members, re.MULTILINE)


def test_names_of_the_runtime_are_known() -> None:
    """What collections and clients have is not taken by an entity or an action."""
    records, client = ((_RUNTIME / f"{each}.ts").read_text("utf-8") for each in ("records", "client"))
    method = re.compile(r"^  (?:async )?(?:protected )?\*?([a-z]\w*)(?=[<(])", re.MULTILINE)
    assert names.COLLECTION_MEMBERS == set(method.findall(records)) - {"constructor"}
    assert names.CLIENT_MEMBERS == set(method.findall(client[client.index("export class Client") :])) - {"constructor"}


def test_members_and_files_never_clash() -> None:
    """Abbreviations read well; where two entities would be called the same, both keep their own names."""
    assert {"BlogPost": "blogPost", "FAQ": "faq"} == names.members(["BlogPost", "FAQ"])
    assert {"APIKey": "aPIKey", "ApiKey": "apiKey"} == names.members(["APIKey", "ApiKey"])
    assert {"Then": "then_", "Batch": "batch_", "Class": "class"} == names.members(["Then", "Batch", "Class"])
    assert ("list_", "constructor_", "publish") == tuple(map(names.method, ("list", "constructor", "publish")))
    assert {"APIKey": "api-key", "ApiKey": "api-key-2"} == names.files(["ApiKey", "APIKey"])


@pytest.mark.parametrize(("name", "said"), [("blog", "PascalCase"), ("Größe", "PascalCase"), ("X", "XClient already")])
def test_a_client_that_cannot_be_called_so_is_refused(name: str, said: str, tmp_path: Path) -> None:
    """With the remedy."""
    entity = "class XClient(Entity):\n    id: str = Field(primary_key=True)\n"
    (tmp_path / "x.py").write_text(f"from atakora_data import Entity, Field\n\n{entity}")
    with pytest.raises(SettingsError, match=said):
        typescript_files(load_registry(tmp_path), name)


def test_clashing_names_are_made_to_fit() -> None:
    """The compiler judges them elsewhere; no description ends its comment early."""
    made = typescript_files(load_registry(_CLASHES), "Hard")
    assert {"entities/index.ts", "entities/api-key.ts", "entities/api-key-2.ts"} <= made.keys()
    shop = typescript_files(load_registry(_CLASHES.parent / "schemas"), "Blog")
    assert "Ends no comment: *\\/ alert(1) /*" in shop["index.ts"]


def test_a_plan_touches_only_its_own() -> None:
    """Own files are changed and removed; foreign ones stay, and stand in the way only of one with their name."""
    own, other = f"// {mark('typescript')}\n", f"# {mark('sdl')}\n"
    wanted = {"a": own, "b": own, "c": own, "d": own}
    found = {"b": f"{own}old", "c": own, "d": "by hand", "e": own, "f": "by hand", "g": other}
    assert Plan(missing=("a",), changed=("b",), left_over=("e",), foreign=("d",)) == plan("typescript", wanted, found)
    assert ("a", "b", "d", "e") == plan("typescript", wanted, found).stale
