"""URLs become segments and pairs, whatever was sent."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data.api.http.query import check_encoding, parse_path, parse_query
from atakora_data.errors import MalformedRequest


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_pairs_survive_encoding(pairs: list[tuple[str, str]]) -> None:
    """Any pairs that a form encoder writes are read back, in order and with repeats."""
    assert tuple(pairs) == parse_query(urlencode(pairs))


@given(st.lists(st.text(min_size=1), min_size=1))
def test_segments_survive_encoding(segments: list[str]) -> None:
    """Any segments come back as they were, slashes inside them included."""
    assert tuple(segments) == parse_path("/".join(quote(each, safe="") for each in segments))


def test_plus_is_a_space_only_in_the_query() -> None:
    """`+` means a space in a query string and itself in a path."""
    assert (("a b", "c d"),) == parse_query("a+b=c+d")
    assert ("a+b",) == parse_path("a+b")


def test_empty_parts_are_skipped() -> None:
    """Stray ampersands and outer slashes say nothing; an empty value is a value."""
    assert (("a", ""), ("b", "")) == parse_query("&a=&&b&")
    assert ("posts",) == parse_path("/posts/")
    assert () == parse_path("/")


@pytest.mark.parametrize("text", ["%ff", "%C3%28", "%ED%A0%80"])
def test_bytes_that_are_not_utf8_are_refused_later(text: str) -> None:
    """Decoding does not fail, so that a host needs no error handling; the check refuses the result."""
    with pytest.raises(MalformedRequest, match="not UTF-8"):
        check_encoding(parse_path(text))
    with pytest.raises(MalformedRequest, match="not UTF-8"):
        check_encoding([value for _, value in parse_query(f"a={text}")])


@pytest.mark.parametrize("text", ["%", "100%", "%zz", "%2", "a%2-", "%u0041", "%%20", "%٣٣"])
def test_stray_percent_signs_are_refused_later(text: str) -> None:
    """What could be meant in two ways is not guessed."""
    with pytest.raises(MalformedRequest, match="percent sign") as refused:
        check_encoding(parse_path(text))
    assert "Write a percent sign as %25." == refused.value.hint
    with pytest.raises(MalformedRequest, match="percent sign"):
        check_encoding([name for name, _ in parse_query(f"{text}=a")])


def test_unicode_passes_the_check() -> None:
    """Text in any script is fine."""
    check_encoding(["grüße", "日本", "\U0001f600", ""])
