"""Loading a schema folder: module by module, whatever state they are in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atakora_data.errors import SchemaError
from atakora_data.registry.loader import load_registry

USER = """
class User(Entity):
    id: str = Field(primary_key=True)
    authorization = Authorization(read=allow.public())
"""


def complaints(folder: Path) -> list[tuple[str, str, str]]:
    """Place, message and remedy of everything wrong with the folder's modules."""
    with pytest.raises(SchemaError) as caught:
        load_registry(folder)
    prefix = f"{folder.resolve()}/"
    return [(each.location.removeprefix(prefix), each.message, each.remedy) for each in caught.value.problems]


def test_every_module_is_loaded_and_the_order_is_stable(write: Callable[..., Path]) -> None:
    """Every `*.py` is imported but those that start with an underscore; entities go by name."""
    folder = write(b=USER, a=USER.replace("User", "Zebra") + USER.replace("User", "Ape"), _draft=USER)
    assert ["Ape", "User", "Zebra"] == [entity.name for entity in load_registry(folder)]


def test_a_folder_is_loaded_again_in_the_same_process(write: Callable[..., Path]) -> None:
    """A second load sees what changed, and leaves the first registry as it was."""
    first = load_registry(write(user=USER))
    second = load_registry(write(user=USER.replace("authorization", "name: str\n    authorization")))
    assert (["id"], ["id", "name"]) == (list(first["User"].fields), list(second["User"].fields))


def test_modules_named_like_those_of_python_do_no_harm(write: Callable[..., Path]) -> None:
    """A schema module may be called `email.py` or `types.py`."""
    before = (sys.modules["types"], sys.modules.get("email"))
    assert 1 == len(load_registry(write(types=USER, email="x = 1\n")))
    assert before == (sys.modules["types"], sys.modules.get("email"))


@pytest.mark.parametrize("statement", ["from .user import Role, User", "from {folder}.user import Role, User"])
def test_modules_import_each_other_once(tmp_path: Path, statement: str) -> None:
    """A sibling is imported relatively or by the folder's name; either way it is the same module."""
    folder = tmp_path / "models"
    folder.mkdir()
    head = "from enum import Enum\nfrom atakora_data import *\n"
    (folder / "user.py").write_text(
        f"{head}class Role(Enum):\n    ADMIN = 'admin'\n{USER.replace('authorization', 'role: Role; authorization')}"
    )
    badge = USER.replace("User", "Badge").replace("auth", "role: Role; auth")
    (folder / "badge.py").write_text(f"{head}{statement.format(folder='models')}\n{badge}")
    registry = load_registry(folder)
    assert ["Badge", "User"] == [entity.name for entity in registry]
    assert registry["Badge"].fields["role"].type == registry["User"].fields["role"].type
    assert "models" not in sys.modules


def test_relationships_and_nested_models_need_no_import(write: Callable[..., Path]) -> None:
    """Names of other schema modules are found by themselves, in relationships and in quoted types."""
    folder = write(
        a_post=USER.replace("User", "Post").replace(
            "authorization",
            'user_id: str\n    size: "Size | None" = None\n    user: BelongsTo["User"] = belongs_to("user_id")\n'
            "    authorization",
        ),
        user=USER,
        size="class Size(Model):\n    width: int\n",
    )
    post = load_registry(folder)["Post"]
    assert "User" == post.relations["user"].target
    assert {"width": 3} == post.codec.dump(post.codec.parse({"id": "a", "userId": "b", "size": {"width": 3}}))["size"]


def test_modules_may_postpone_their_annotations(tmp_path: Path) -> None:
    """`from __future__ import annotations` changes nothing."""
    (tmp_path / "post.py").write_text(
        "from __future__ import annotations\n"
        "from datetime import datetime\n"
        "from atakora_data import *\n"
        "class Size(Model):\n    width: int\n"
        "class Post(Entity):\n"
        "    id: str = Field(primary_key=True)\n"
        "    parent_id: str | None = None\n"
        "    size: Size | None = None\n"
        "    at: datetime = Field(default_factory=utcnow)\n"
        "    parent: BelongsTo[Post] = belongs_to('parent_id')\n"
        "    children: HasMany['Post'] = has_many('parent_id')\n"
        "    @computed\n    def is_root(self) -> bool:\n        return self.parent_id is None\n"
        "    @action\n    def move(record: Post, ctx: ActionContext, to: str | None, size: Size) -> Post: ...\n"
    )
    post = load_registry(tmp_path)["Post"]
    assert ["id", "parentId", "size", "at"] == list(post.fields)
    assert [("parent", "Post"), ("children", "Post")] == [(each.name, each.target) for each in post.relations.values()]
    assert frozenset({"parentId"}) == post.computed["isRoot"].reads
    assert ["to", "size"] == list(post.actions["move"].parameters)


BROKEN = {
    "syntax": ("class X(:\n", 2, "SyntaxError: invalid syntax.", "Correct the line."),
    "import": (
        "import nothere\n",
        2,
        "ModuleNotFoundError: No module named 'nothere'.",
        "Install it and add it to requirements.txt, or correct the name.",
    ),
    "name": (
        "class Post(Entity):\n    x: Ghost\n",
        3,
        "NameError: name 'Ghost' is not defined.",
        "Import it from `atakora_data`, or put a type that is declared later in quotes.",
    ),
    "exception": (
        "def f():\n    1 / 0\nf()\n",
        3,
        "ZeroDivisionError: division by zero.",
        "Correct the line; schema modules are imported at every start.",
    ),
    "exit": ("raise SystemExit(3)\n", 2, "SystemExit: 3.", "A schema module declares; take out what ends the process."),
    "beyond exceptions": (
        "raise BaseException('x')\n",
        2,
        "BaseException: x.",
        "Correct the line; schema modules are imported at every start.",
    ),
    "without words": (
        "raise GeneratorExit\n",
        2,
        "GeneratorExit.",
        "Correct the line; schema modules are imported at every start.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_module_that_cannot_be_imported_is_a_problem_with_its_line(write: Callable[..., Path], name: str) -> None:
    """Whatever keeps a module from being imported is told with file, line and remedy."""
    source, line, message, remedy = BROKEN[name]
    assert [(f"post.py:{line}", message, remedy)] == complaints(write(post=source, user=USER))


def test_problems_of_all_modules_are_reported_at_once(write: Callable[..., Path]) -> None:
    """Never only the first: broken modules and wrong declarations, in order of place."""
    folder = write(
        a="class Ghost(Entity)\n",
        b=USER.replace("authorization", 'plural = "docs"\n    x: bytes\n    authorization'),
        c=USER.replace("User", "Post").replace(
            "authorization",
            'ghost_id: str\n    ghost: BelongsTo["Ghost"] = belongs_to("ghost_id")\n    indexes = [Index("gost_id")]\n'
            "    authorization",
        ),
    )
    assert [
        ("a.py:2", "SyntaxError: expected ':'."),
        ("b.py:5", "User: the path /docs is taken."),
        ("b.py:6", "`x` cannot be `bytes`: bytes have no JSON form."),
        ("c.py:7", "Post: an index names `gost_id`, a field that is missing."),
    ] == [each[:2] for each in complaints(folder)]


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """A folder that is not there is named, with the remedy."""
    with pytest.raises(SchemaError, match=r"nowhere: The schema folder does not exist\. Create it, or name another"):
        load_registry(tmp_path / "nowhere")


def test_a_folder_without_entities_is_a_problem(write: Callable[..., Path]) -> None:
    """There is nothing to serve without an entity."""
    [(_, message, remedy)] = complaints(write(a="x = 1\n"))
    assert ("There is no entity.", "Declare one: `class Post(Entity): …`.") == (message, remedy)


def test_a_file_that_is_no_module_is_a_problem(tmp_path: Path) -> None:
    """A file name that Python cannot import is told instead of left out."""
    (tmp_path / "blog-post.py").write_text("")
    assert [
        ("blog-post.py", "`blog-post.py` is no module name.", "Rename it: letters, digits and underscores.")
    ] == complaints(tmp_path)


def test_the_sample_schemas_load_without_a_warning() -> None:
    """The sample blog is right."""
    registry = load_registry(Path(__file__).parents[2] / "schemas")
    assert (["Category", "Comment", "Post", "User"], ()) == ([each.name for each in registry], registry.warnings)
