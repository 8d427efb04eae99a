"""The commands that read schemas and records, on a small project."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from atakora_data.cli.routes import FIXED
from tests.cli.conftest import POST, POSTS, USERS, Ran, write_lines

Run = Callable[..., Ran]


def test_check_counts_the_entities(run: Run) -> None:
    """Schemas without problems are a success."""
    ran = run("check")
    assert (0, "No problems: 2 entities (Post, User).\n") == (ran.code, ran.out)


def test_check_tells_all_problems_with_file_and_line(run: Run, project: Path) -> None:
    """Problems of two modules are told at once, for people and for programs."""
    (project / "schemas" / "post.py").write_text(POST.replace('belongs_to("author_id")', 'belongs_to("auther_id")'))
    (project / "schemas" / "broken.py").write_text("import nothing_of_this_name\n")
    told, found = run("check"), run("check", "--json")
    assert (1, 1) == (told.code, found.code)
    assert "broken.py:1" in told.out
    assert "author_id" in told.out
    assert {"broken.py", "post.py"} == {
        Path(each["location"]).name.partition(":")[0] for each in found.json["problems"]
    }


def test_check_takes_another_schema_folder(run: Run, project: Path) -> None:
    """`--schemas` is relative to the working directory."""
    (project / "others").mkdir()
    shutil.copy(project / "schemas" / "user.py", project / "others")
    assert {"problems": [], "entities": ["User"]} == run("check", "--schemas", "others", "--json").json


def test_routes_lists_rest_and_graphql(run: Run) -> None:
    """Every path and operation of the entities is there, and the fixed paths."""
    ran = run("routes", "--json")
    rest = {(each["method"], each["path"]) for each in ran.json["rest"]}
    graphql = " ".join(each["signature"] for each in ran.json["graphql"])
    assert rest >= {("GET", "/posts"), ("PATCH", "/posts/{id}"), ("GET", "/posts/{id}/author"), ("GET", "/users/{id}")}
    assert rest >= {(methods, path) for methods, path, _ in FIXED}
    assert "getPost(id: ID!): Post" in graphql
    assert "createPost(" in graphql


def test_routes_for_people_say_the_same(run: Run) -> None:
    """One line for each."""
    plain, found = run("routes"), run("routes", "--json").json
    assert [] == [each["path"] for each in found["rest"] if each["path"] not in plain.out]
    assert [] == [each["signature"] for each in found["graphql"] if each["signature"] not in plain.out]


def test_seed_loads_every_record_once(run: Run) -> None:
    """Run again, it skips what is there; ids and read-only fields are kept as given."""
    first, again = run("seed", "seed"), run("seed", "seed", "--json")
    assert (0, ["User: 2 created", "Post: 3 created"]) == (first.code, first.out.splitlines()[:2])
    assert [(0, 2), (0, 3)] == [(each["created"], each["skipped"]) for each in again.json["files"]]
    page = run("query", "Post", "--system", "--json").json
    assert ["1", "2", "3"] == [each["id"] for each in page["items"]]
    assert page["items"][0]["createdAt"].startswith("2024-01-01T00:00:00")


def test_seed_tells_each_bad_line_and_loads_all_others(run: Run, project: Path) -> None:
    """A bad line is told with file, line, pointer and message; those after it are loaded, and 1 is the exit code."""
    bad = [
        "{",
        {"id": "9", "title": "", "authorId": "bob"},
        {"id": "8", "title": "T", "authorId": "b", "colour": "red"},
    ]
    write_lines(project, "Post", [POSTS[0], *bad, POSTS[1]])
    ran = run("seed", "seed")
    assert 1 == ran.code
    assert "Post: 2 created, 3 bad" in ran.out
    lines = [each.strip() for each in ran.err.splitlines()]
    assert lines[0].startswith("seed/Post.jsonl:2: is not valid JSON")
    assert lines[1].startswith("seed/Post.jsonl:3: /title: ")
    assert lines[2].startswith("seed/Post.jsonl:4: /colour: ")
    assert 3 == len(lines)


def test_seed_goes_on_where_it_was_cut_off(run: Run, project: Path) -> None:
    """Lines that were bad and are mended are loaded, the others skipped."""
    write_lines(project, "Post", [POSTS[0], "{"])
    assert 1 == run("seed", "seed").code
    write_lines(project, "Post", POSTS)
    assert "Post: 2 created, 1 there already" in run("seed", "seed").out


def test_seed_leaves_a_changed_record_alone(run: Run, project: Path) -> None:
    """A record with other values is told with the field, and not overwritten."""
    run("seed", "seed")
    write_lines(project, "User", [USERS[0], {**USERS[1], "name": "Robert"}])
    ran = run("seed", "seed")
    assert (1, "seed/User.jsonl:2: /name: User `bob` exists") == (ran.code, ran.err.strip()[:43])
    names = [each["name"] for each in run("query", "User", "--json").json["items"]]
    assert ["Alice", "Bob"] == names


def test_seed_tells_a_value_that_must_be_unique(run: Run, project: Path) -> None:
    """Two lines of one file that cannot both be stored: the later one is told."""
    write_lines(project, "Post", [POSTS[0], {**POSTS[1], "title": "One"}])
    ran = run("seed", "seed")
    assert 1 == ran.code
    assert ran.err.strip().startswith("seed/Post.jsonl:2: /title: ")


def test_seed_loads_a_line_that_stands_twice_once(run: Run, project: Path) -> None:
    """The second of two equal ids is told, whichever batch it is in."""
    write_lines(project, "User", [USERS[0], USERS[0]])
    ran = run("seed", "seed")
    assert "User: 1 created" in ran.out
    assert 1 == len(run("query", "User", "--json").json["items"])


def test_seed_refuses_a_file_of_no_entity_before_it_writes(run: Run, project: Path) -> None:
    """Nothing is loaded when a name is misspelled."""
    write_lines(project, "Pots", POSTS)
    ran = run("seed", "seed")
    assert (1, "") == (ran.code, ran.out)
    assert "seed/Pots.jsonl: there is no entity Pots. Perhaps you meant `Post`." in ran.err
    assert [] == run("query", "User", "--json").json["items"]


def test_seed_of_no_folder_is_wrong_usage(run: Run) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        run("seed", "nowhere")
    assert 2 == ended.value.code


def test_query_asks_as_anybody(run: Run) -> None:
    """Anonymous unless told otherwise; the rules decide what is seen."""
    run("seed", "seed")
    seen = {
        options: [each["id"] for each in run("query", "Post", "--json", *options).json["items"]]
        for options in ((), ("--as", "alice"), ("--role", "admin"), ("--system",))
    }
    assert {(): ["1", "3"], ("--as", "alice"): ["1", "2", "3"], ("--role", "admin"): ["1", "2", "3"]} == {
        options: ids for options, ids in seen.items() if options != ("--system",)
    }
    assert ["1", "2", "3"] == seen["--system",]


def test_query_filters_orders_and_pages(run: Run) -> None:
    """The options are those of a list, and the token leads to the rest."""
    run("seed", "seed")
    asked = ("query", "Post", "--filter", '{"status": {"eq": "published"}}', "--order-by", "-title", "--count")
    first = run(*asked, "--limit", "1")
    assert ["Three"] == [json.loads(line)["title"] for line in first.out.splitlines()]
    assert first.err.startswith("1 of 2 records. More: --next-token ")
    rest = run(*asked, "--limit", "1", "--next-token", first.err.split()[-1])
    assert ["One"] == [json.loads(line)["title"] for line in rest.out.splitlines()]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("query", "Pots"), "Perhaps you meant `Post`."),
        (("query", "Post", "--filter", '{"titel": {"eq": "x"}}'), "Perhaps you meant `title`."),
        (("query", "Post", "--order-by", "titel"), "Perhaps you meant `title`."),
        (("query", "Post", "--limit", "1000"), "100"),
        (("query", "Post", "--next-token", "x"), "nextToken"),
        (("explain", "Pots", "read"), "Perhaps you meant `Post`."),
        (("explain", "Post", "raed"), "Perhaps you meant `read`."),
        (("explain", "Post", "read", "--id", "nowhere"), "nowhere"),
    ],
)
def test_a_mistake_is_one_line_with_a_hint(run: Run, argv: tuple[str, ...], message: str) -> None:
    """Exit code 1, nothing on standard output."""
    ran = run(*argv)
    assert (1, "", 1) == (ran.code, ran.out, len(ran.err.splitlines()))
    assert message in ran.err


@pytest.mark.parametrize("argv", [("query", "Post", "--filter", "{"), ("query", "Post", "--filter", "[]")])
def test_what_cannot_be_read_is_wrong_usage(run: Run, argv: tuple[str, ...]) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        run(*argv)
    assert 2 == ended.value.code


def test_explain_tells_what_depends_on_the_record(run: Run) -> None:
    """Without a record: the condition for the store, and what becomes of fields with rules."""
    told = run("explain", "Post", "read", "--as", "alice", "--json").json
    assert (None, 'status == "published" or authorId == "alice"') == (told["allowed"], told["condition"])
    assert (True, False) == (told["fields"]["notes"]["read"]["allowed"], told["fields"]["notes"]["write"]["allowed"])


def test_explain_judges_a_record(run: Run) -> None:
    """With `--id` every part has an outcome."""
    run("seed", "seed")
    asked = {who: run("explain", "Post", "read", "--id", "2", "--as", who, "--json").json for who in ("alice", "bob")}
    assert {"alice": True, "bob": False} == {who: told["allowed"] for who, told in asked.items()}


def test_explain_asks_custom_rules(run: Run) -> None:
    """A function's say on the record is part of the explanation."""
    run("seed", "seed")
    told = run("explain", "Post", "delete", "--id", "1", "--as", "alice", "--json").json
    assert (True, False) == (told["allowed"], told["isExact"])


def test_explain_names_a_scope_that_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the rules, which are told as well; a claim says what the token was given for."""
    monkeypatch.setenv("ATAKORA_SCOPES", "required")
    asked = ("explain", "Post", "create", "--as", "alice")
    lines = run(*asked).out.splitlines()
    assert [
        "create Post as alice: denied",
        "  the token lacks a scope: Post.Write or Data.Write; the rules by themselves say:",
        "  authenticated(): allowed (the caller is signed in)",
    ] == lines[:3]
    given = run(*asked, "--claim", "scp=Other.Read Post.Write", "--json").json
    assert (True, []) == (given["allowed"], given["missingScopes"])


def test_explain_for_people_begins_with_the_verdict(run: Run) -> None:
    """And says when the answer is 404, because the record may not even be read."""
    run("seed", "seed")
    lines = run("explain", "Post", "update", "--id", "2", "--as", "bob", "--role", "x").out.splitlines()
    assert "update Post `2` as bob (x): denied" == lines[0]
    assert [True] == ["404" in line for line in lines if "may not read" in line]
    asked = [line.strip() for line in lines if "the store is asked for" in line]
    assert ['the store is asked for: status == "published" or authorId == "bob"'] == asked
    [statement] = [line for line in lines if "SELECT" in line]
    assert (True, False) == ("?" in statement, "bob" in statement)


def test_a_group_may_be_named_by_its_id(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the id stands what rules call it."""
    monkeypatch.setenv("ATAKORA_ENTRA_GROUPS", "editors=0-1")
    told = run("explain", "Post", "read", "--group", "0-1", "--json").json
    assert ["0-1", "editors"] == told["caller"]["groups"]
