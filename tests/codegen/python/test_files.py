"""The files of the Python client, which are reviewed as files, and the names in them."""

from __future__ import annotations

import os
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from atakora_data.codegen.python import names
from atakora_data.codegen.python.files import python_files
from atakora_data.codegen.python.runtime import answers, client, hearing, reading, records, writing
from atakora_data.codegen.python.runtime.shapes import wire
from atakora_data.codegen.python.text import docstring
from atakora_data.codegen.typescript.filters import filter_of_type
from atakora_data.errors import SettingsError
from atakora_data.registry.build import build_registry
from atakora_data.registry.loader import load_registry
from atakora_data.registry.operators import operators_of
from tests.clients.newspaper import ROOT
from tests.registry.every_type import Thing

_GOLDEN = Path(__file__).parent / "golden"


def test_the_client_of_the_blog_is_the_one_that_is_kept() -> None:
    """What is made for the sample is reviewed as files; `UPDATE_GOLDEN=1` writes them anew."""
    made = python_files(load_registry(ROOT / "schemas"), "Blog")
    made = {path: text for path, text in made.items() if not path.startswith("runtime/")}
    if os.environ.get("UPDATE_GOLDEN"):
        for path, text in made.items():
            (_GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (_GOLDEN / path).write_text(text, "utf-8")
    files = [each for each in _GOLDEN.rglob("*") if each.suffix in (".py", ".typed")]
    assert {path.relative_to(_GOLDEN).as_posix(): path.read_text("utf-8") for path in files} == made


def test_names_of_pydantic_are_known() -> None:
    """No field takes away what every record has."""
    public = {name for name in dir(BaseModel) if not name.startswith("_")}
    assert public == names.OF_MODELS & set(dir(BaseModel))
    assert {"etag_", "version_"} == answers.Record.model_fields.keys()


def test_names_of_the_runtime_are_known() -> None:
    """What collections and clients have is not taken by an entity or an action."""
    found = [each for module in (reading, writing, hearing) for each in vars(module).values()]
    kinds = [each for each in found if isinstance(each, type) and issubclass(each, records.Records)]
    members = {name for kind in kinds for name in vars(kind) if not name.startswith("_")}
    assert members | {"related"} == names.COLLECTION_MEMBERS
    assert names.CLIENT_MEMBERS == {name for name in vars(client.Client) if not name.startswith("_")}


def test_members_and_modules_never_clash() -> None:
    """Abbreviations read well; words of Python get an underscore, and what would be the same gets a number."""
    entities = ["BlogPost", "FAQ", "APIKey", "ApiKey", "Batch", "Class", "List"]
    same = {"BlogPost": "blog_post", "FAQ": "faq", "APIKey": "api_key", "ApiKey": "api_key_2", "Class": "class_"}
    assert {**same, "Batch": "batch_", "List": "list_"} == names.members(entities)
    assert {**same, "Batch": "batch", "List": "list_"} == names.modules(entities)
    words = ("class", "model_dump", "copy", "list", "match", "get", "rt", "published_at")
    assert ("class_", "model_dump_", "copy_", "list_", "match", "get", "rt_", "published_at") == tuple(
        map(names.attribute, words)
    )
    assert ("list_", "get_", "str_", "subscribe_", "publish") == tuple(
        map(names.method, ("list", "get", "str", "subscribe", "publish"))
    )


@pytest.mark.parametrize(("name", "said"), [("blog", "PascalCase"), ("Größe", "PascalCase"), ("X", "XClient already")])
def test_a_client_that_cannot_be_called_so_is_refused(name: str, said: str, tmp_path: Path) -> None:
    """With the remedy."""
    entity = "class XClient(Entity):\n    id: str = Field(primary_key=True)\n"
    (tmp_path / "x.py").write_text(f"from atakora_data import Entity, Field\n\n{entity}")
    with pytest.raises(SettingsError, match=said):
        python_files(load_registry(tmp_path), name)


@pytest.mark.parametrize("text", ['a "word"', '"""', "\\", 'ends with \\"', "two\n  lines\t.", "漢字", "' \"' \\n"])
def test_a_description_is_never_code(text: str) -> None:
    """Whatever it says, it ends where it ends."""
    scope: dict[str, Any] = {}
    exec(f"def f():\n    {docstring(text)}", scope)  # noqa: S102
    said = scope["f"].__doc__ or ""
    assert cleandoc(text).replace('"""', "'''") == cleandoc(said).strip()


def test_a_filter_has_the_operators_of_its_type() -> None:
    """No more and no fewer than the app takes, for every type of field."""
    registry = build_registry([Thing])
    shared: dict[str, Any] = {}
    source = python_files(registry)["shared.py"].replace("from . import", "from atakora_data.codegen.python import")
    exec(source, shared)  # noqa: S102
    for field in registry["Thing"].fields.values():
        filter = shared[filter_of_type(field.type)]
        keys = {wire(each) for each in filter.__annotations__}
        expected = set(operators_of(field.type))
        assert expected == (keys & expected if field.type.object else keys), field.name
