"""Route templates: what the Functions host would match."""

from __future__ import annotations

import pytest

from atakora_data.devhost.routes import compile_route, decoded_path
from atakora_data.errors import HostError


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("posts", "/api/posts", {}),
        ("posts", "/API/Posts/", {}),
        ("posts", "/api/posts/1", None),
        ("posts", "/posts", None),
        ("posts/{id}", "/api/posts/1", {"id": "1"}),
        ("posts/{id}", "/api/posts/a b", {"id": "a b"}),
        ("posts/{id}", "/api/posts", None),
        ("posts/{id?}", "/api/posts", {}),
        ("posts/{id:int}", "/api/posts/12", {"id": "12"}),
        ("posts/{id:int}", "/api/posts/x", None),
        (
            "posts/{id:guid}",
            "/api/posts/1c1ed2a0-0000-4000-8000-000000000000",
            {"id": "1c1ed2a0-0000-4000-8000-000000000000"},
        ),
        ("files/{name}.{kind}", "/api/files/a.txt", {"name": "a", "kind": "txt"}),
        ("{*path}", "/api/posts/1/comments", {"path": "posts/1/comments"}),
        ("{*path}", "/api", {}),
        ("{*path}", "/api/", {}),
        ("{*path}", "/apix", None),
        ("{*path}", "/", None),
    ],
)
def test_a_template_matches_as_the_host_would(template: str, path: str, parameters: dict[str, str] | None) -> None:
    """Literals without regard to case, parameters with their constraints, a catch-all the rest."""
    assert parameters == compile_route("api", template).parameters(path)


def test_without_a_prefix_routes_begin_at_the_root() -> None:
    """An empty prefix is no segment."""
    assert {"path": "posts/1"} == compile_route("", "{*path}").parameters("/posts/1")


def test_an_unknown_constraint_is_refused() -> None:
    """A constraint that would be ignored is named instead."""
    with pytest.raises(HostError, match="regex"):
        compile_route("api", "posts/{id:regex}")


@pytest.mark.parametrize(
    ("raw", "decoded"), [("/a%20b", "/a b"), ("/a%2Fb%2fc", "/a%2Fb%2Fc"), ("/a%252Fb", "/a%2Fb"), ("/a", "/a")]
)
def test_all_but_encoded_slashes_is_decoded(raw: str, decoded: str) -> None:
    """An encoded slash stays encoded, so that it never splits a segment."""
    assert decoded == decoded_path(raw)
