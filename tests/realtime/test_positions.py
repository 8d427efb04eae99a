"""What subscribers are told of where they are."""

from __future__ import annotations

import base64

import pytest

from atakora_data.errors import MalformedRequest
from atakora_data.query.cursor import CursorSigner
from atakora_data.realtime.positions import Positions

POSITIONS = Positions(CursorSigner(b"k" * 32))


@pytest.mark.parametrize("position", ["0", "7", "1700000000", "1700000000:eyJsc24iOjEyfQ=="])
def test_a_position_comes_back_as_it_was(position: str) -> None:
    """The same one is sealed the same way, and nothing of it can be read."""
    sealed = POSITIONS.sealed(position)
    assert position == POSITIONS.opened(sealed)
    assert sealed == POSITIONS.sealed(position)
    assert position.encode() not in base64.urlsafe_b64decode(sealed + "==")


def test_how_far_it_is_cannot_be_read() -> None:
    """Positions of the first change and of the millionth look alike."""
    assert len(POSITIONS.sealed("1")) == len(POSITIONS.sealed("1000000"))


def test_what_was_not_sealed_is_no_position() -> None:
    """Neither what the store calls one, nor one of another key, nor a page token."""
    signer = CursorSigner(b"k" * 32)
    for text in ("1", "", Positions(CursorSigner(b"x" * 32)).sealed("1"), signer.sign(("1",), "another list")):
        with pytest.raises(MalformedRequest):
            POSITIONS.opened(text)
