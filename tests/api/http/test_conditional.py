"""Entity tags are read as RFC 9110 says, and a representation has a tag of its own."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data.api.http.conditional import (
    ANY,
    EntityTag,
    if_match,
    is_not_modified,
    only_create,
    parse_tags,
    refuse_none_match,
    require_match,
    tag_of,
)
from atakora_data.errors import MalformedRequest, PreconditionFailed

TAG_TEXT = st.text(st.characters(codec="latin-1", exclude_characters='"'), max_size=10)


@given(st.lists(st.builds(EntityTag, TAG_TEXT, st.booleans()), min_size=1))
def test_any_list_of_tags_is_read(tags: list[EntityTag]) -> None:
    """Tags come back as they were sent: weak ones, empty ones, with commas inside."""
    text = " , ".join(f'{"W/" * tag.is_weak}"{tag.value}"' for tag in tags)
    assert tags == parse_tags(text, "If-Match")


@pytest.mark.parametrize(
    "text", ["abc", '"abc', 'abc"', '"a" "b"', '"a"b', "", " ,", "W/abc", 'w/"a"', '*, "a"', '"a";"b"']
)
def test_what_is_no_list_of_tags_is_400(text: str) -> None:
    """Tags stand in quotes, with commas between."""
    with pytest.raises(MalformedRequest, match="If-Match is not a list"):
        if_match({"if-match": text})


@given(st.text(max_size=20))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Whatever is sent is read or refused."""
    with suppress(MalformedRequest):
        assert all(f'"{tag.value}"' in text for tag in parse_tags(text, "If-Match"))


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        (None, {}),
        (ANY, {"if-match": " * "}),
        (("a",), {"if-match": '"a"'}),
        (("a", "b"), {"if-match": '"a.0f",, "b"'}),
        ((), {"if-match": 'W/"a"'}),
        ((), {"if-match": '"*"'}),
        (("a",), {"if-match": '"*.0f", "a"'}),
    ],
)
def test_if_match_names_states_of_the_record(expected: tuple[str, ...] | None, headers: dict[str, str]) -> None:
    """The representation after the dot is ignored; weak tags match nothing, nor does a star in quotes."""
    assert expected == if_match(headers)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (True, '"a"'),
        (True, '"x", W/"a"'),
        (True, "*"),
        (False, '"b"'),
        (False, '"a.0f"'),
    ],
)
def test_if_none_match_names_representations(expected: bool, text: str) -> None:
    """Only the very same representation is not modified; weak comparison applies."""
    assert expected == is_not_modified({"if-none-match": text}, '"a"')


def test_partial_representations_have_tags_of_their_own() -> None:
    """Other content of the same record has another tag, which still matches the record."""
    whole, part, other = tag_of("e1"), tag_of("e1", b"{1}"), tag_of("e1", b"{2}")
    assert 3 == len({whole, part, other})
    assert ("e1",) == if_match({"if-match": part}) == if_match({"if-match": whole})


def test_reading_honours_if_match() -> None:
    """A read that demands another state of the record is 412."""
    require_match({"if-match": '"a.0f", "c"'}, "a")
    require_match({"if-match": "*"}, "a")
    require_match({}, "a")
    with pytest.raises(PreconditionFailed):
        require_match({"if-match": '"b"'}, "a")


def test_only_a_star_asks_to_create() -> None:
    """Writing takes `If-None-Match: *` alone, and does not ignore other conditions."""
    assert only_create({"if-none-match": "*"})
    assert not only_create({})
    with pytest.raises(MalformedRequest, match="for reading"):
        only_create({"if-none-match": '"a"'})
    with pytest.raises(MalformedRequest, match="not available"):
        refuse_none_match({"if-none-match": "*"})
