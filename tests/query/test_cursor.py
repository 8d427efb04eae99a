"""Cursors open only for the query and the caller they were made for."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data.errors import InvalidCursor
from atakora_data.query.cursor import CursorSigner, binding

SIGNER = CursorSigner(b"k" * 32)
BOUND = binding("Post", "tenant", "alice", '{"status":{"eq":"draft"}}', "-createdAt")
POSITIONS = st.lists(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=4,
).map(tuple)


@given(POSITIONS)
def test_a_token_opens_to_its_position(position: tuple[Any, ...]) -> None:
    """What was signed comes back, and the token needs no escaping in a URL."""
    token = SIGNER.sign(position, BOUND)
    assert position == SIGNER.verify(token, BOUND)
    assert token.replace("-", "").replace("_", "").isalnum()


@given(POSITIONS, st.data())
def test_a_changed_token_is_refused(position: tuple[Any, ...], data: st.DataObject) -> None:
    """Every single changed character is noticed."""
    token = SIGNER.sign(position, BOUND)
    index = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019-_").filter(lambda letter: letter != token[index]))
    with pytest.raises(InvalidCursor):
        SIGNER.verify(token[:index] + letter + token[index + 1 :], BOUND)


@given(POSITIONS, st.sampled_from(["=", "==", "\n", "+", "A"]))
def test_a_lengthened_token_is_refused(position: tuple[Any, ...], more: str) -> None:
    """A token is good letter for letter, or not at all."""
    with pytest.raises(InvalidCursor):
        SIGNER.verify(SIGNER.sign(position, BOUND) + more, BOUND)


@pytest.mark.parametrize("content", [{}, 1, "x", None])
def test_what_else_the_key_has_signed_is_refused(content: Any) -> None:
    """Only a list of values is a position."""
    with pytest.raises(InvalidCursor):
        SIGNER.verify(SIGNER.sign(content, BOUND), BOUND)


@given(st.text(st.sampled_from("abcdefgh"), min_size=4, max_size=4), st.text(st.sampled_from("12345678"), min_size=4))
def test_a_token_tells_nothing_of_its_values(text: str, id: str) -> None:
    """Neither the values stand in it, nor what two positions have in common; short values all look equally long."""
    token, other = SIGNER.sign((text, id), BOUND), SIGNER.sign((text, id + "0"), BOUND)
    data, another = (base64.urlsafe_b64decode(each + "==") for each in (token, other))
    assert text.encode() not in data
    assert data[16:20] != another[16:20]
    assert len(SIGNER.sign(("", "a"), BOUND)) == len(SIGNER.sign(("abcdefgh", "12345678"), BOUND))


def test_a_long_value_fits() -> None:
    """Ordering by a long text makes long tokens that open again."""
    position = ("é" * 50_000, "id")
    assert position == SIGNER.verify(SIGNER.sign(position, BOUND), BOUND)


def test_the_error_says_what_to_do() -> None:
    """The remedy is to start again."""
    with pytest.raises(InvalidCursor) as caught:
        SIGNER.verify("garbage", BOUND)
    assert "Start again without nextToken." == caught.value.hint


@pytest.mark.parametrize("other", [binding("Post"), binding("Post", "tenant", "bob"), ""])
def test_a_token_of_another_query_or_caller_is_refused(other: str) -> None:
    """The binding is part of what is signed."""
    with pytest.raises(InvalidCursor, match="another query or caller"):
        SIGNER.verify(SIGNER.sign(("a", 1), BOUND), other)


def test_a_token_of_another_key_is_refused() -> None:
    """Only this app's key signs."""
    with pytest.raises(InvalidCursor):
        CursorSigner(b"x" * 32).verify(SIGNER.sign((1,), BOUND), BOUND)


@given(st.text(max_size=200))
def test_garbage_is_refused(token: str) -> None:
    """Whatever is sent as a token, the error is the same."""
    with pytest.raises(InvalidCursor):
        SIGNER.verify(token, BOUND)


@pytest.mark.parametrize("token", ["", "a", "=", "a" * 100_000, "é", "\0", "AAAA" * 10])
def test_odd_tokens_are_refused(token: str) -> None:
    """Empty, huge, unpadded and foreign letters."""
    with pytest.raises(InvalidCursor):
        SIGNER.verify(token, BOUND)


def test_parts_of_a_binding_do_not_run_together() -> None:
    """Moving a letter from one part to the next makes another binding."""
    assert binding("ab", "c") != binding("a", "bc")
    assert binding("a1:", "b") != binding("a", "1:b")


def test_any_text_can_be_bound() -> None:
    """Also half a surrogate pair, as a JSON string may hold."""
    assert binding("\ud800") != binding("\ud801")
