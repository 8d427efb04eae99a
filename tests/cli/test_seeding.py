"""Seed files: which are loaded in what order, and what each line holds."""

from __future__ import annotations

from pathlib import Path

from atakora_data.cli.seeding.lines import batches, count_lines, read_lines
from atakora_data.cli.seeding.plan import in_order, plan
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry

ENTITY = """
from atakora_data import BelongsTo, Entity, Field, belongs_to

class {name}(Entity):
    id: str = Field(primary_key=True)
{keys}"""
KEY = """
    {key}_id: str | None = None
    {key}: BelongsTo["{target}"] = belongs_to("{key}_id")
"""


def registry_of(folder: Path, **targets: str) -> Registry:
    """Entities of these names, each with foreign keys to the others named."""
    folder.mkdir()
    for name, others in targets.items():
        keys = "".join(KEY.format(target=each, key=f"to_{each.lower()}") for each in others.split())
        (folder / f"{name.lower()}.py").write_text(ENTITY.format(name=name, keys=keys))
    return load_registry(folder)


def test_what_others_refer_to_comes_first(tmp_path: Path) -> None:
    """Foreign keys point backwards; otherwise it goes by name."""
    registry = registry_of(tmp_path / "schemas", A="C", B="", C="D", D="")
    assert ["D", "C", "A", "B"] == [each.name for each in in_order(registry)]


def test_cycles_and_references_to_itself_end(tmp_path: Path) -> None:
    """A cycle is entered by name, and each entity comes once."""
    registry = registry_of(tmp_path / "schemas", A="B", B="A", C="C")
    assert ["B", "A", "C"] == [each.name for each in in_order(registry)]


def test_files_are_found_by_the_names_of_entities(tmp_path: Path) -> None:
    """Entities without a file are left out."""
    (tmp_path / "Post.jsonl").touch()
    (tmp_path / "notes.txt").touch()
    files, problems = plan(tmp_path, registry_of(tmp_path / "schemas", Post="", User=""))
    assert (["Post"], []) == ([each.entity.name for each in files], problems)


def test_a_file_of_no_entity_is_a_problem_with_the_likely_name(tmp_path: Path) -> None:
    """A misspelled file is not passed over."""
    (tmp_path / "Pots.jsonl").touch()
    _, problems = plan(tmp_path, registry_of(tmp_path / "schemas", Post=""))
    assert ["Perhaps you meant `Post`."] == [each.remedy for each in problems]


def test_a_folder_without_files_is_a_problem(tmp_path: Path) -> None:
    """Loading nothing is not a success."""
    _, problems = plan(tmp_path, registry_of(tmp_path / "schemas", Post=""))
    assert [str(tmp_path)] == [each.location for each in problems]


def test_each_line_knows_where_it_stands(tmp_path: Path) -> None:
    """Blank lines are passed over but counted; a faulty line does not end the file."""
    path = tmp_path / "Post.jsonl"
    path.write_bytes(b'{"id": "1"}\n\n{"id": \n[1]\n\xff\n{"id": "2"}')
    lines = list(read_lines(path))
    assert [1, 3, 4, 5, 6] == [each.number for each in lines]
    assert [{"id": "1"}, None, None, None, {"id": "2"}] == [each.record for each in lines]
    assert f"{path}:3" == lines[1].location
    assert "not valid JSON" in lines[1].fault
    assert "is not a JSON object" == lines[2].fault
    assert 5 == count_lines(path)


def test_batches_are_full_but_for_the_last(tmp_path: Path) -> None:
    """Every line is in exactly one batch."""
    path = tmp_path / "Post.jsonl"
    path.write_text("{}\n" * 7)
    assert [3, 3, 1] == [len(each) for each in batches(read_lines(path), 3)]
