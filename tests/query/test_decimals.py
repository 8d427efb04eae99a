"""Decimal keys order as the numbers do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data.query.decimals import decimal_key
from tests.support.strategies import decimals


@given(decimals, decimals)
def test_keys_compare_as_the_numbers(one: str, other: str) -> None:
    """Less, equal and greater are the same for keys and numbers."""
    left, right = decimal_key(one), decimal_key(other)
    assert (Decimal(one) < Decimal(other)) == (left < right)
    assert (Decimal(one) == Decimal(other)) == (left == right)


@given(st.lists(decimals))
def test_keys_sort_as_the_numbers(numbers: list[str]) -> None:
    """The order of the keys by code point is the order of the numbers."""
    assert [Decimal(each) for each in sorted(numbers, key=decimal_key)] == sorted(Decimal(each) for each in numbers)


@pytest.mark.parametrize(
    "spellings", [("1.10", "1.1", "11E-1", "0001.100"), ("0", "-0", "0.00", "0E+9"), ("-100", "-1E2", "-100.0")]
)
def test_spellings_of_one_number_have_one_key(spellings: tuple[str, ...]) -> None:
    """How a number is written does not matter."""
    assert 1 == len({decimal_key(each) for each in spellings})


@pytest.mark.parametrize(("key", "number"), [("0", "0"), ("1Q2125", "12.5"), ("-O7874~", "-12.5"), ("1O71", "0.001")])
def test_keys_are_what_they_were(key: str, number: str) -> None:
    """Stores keep keys, so they never change."""
    assert key == decimal_key(number)


@given(decimals)
def test_a_key_is_short_ascii(number: str) -> None:
    """It has the digits of the number and a little more, in letters that every store orders alike."""
    key = decimal_key(number)
    assert key.isascii()
    assert len(key) <= len(Decimal(number).as_tuple().digits) + 10


@pytest.mark.parametrize(
    "text", ["", "cheap", "NaN", "sNaN", "Infinity", "-inf", "1,5", "1e", "1E+99999999999999999999"]
)
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    """There is no key for it."""
    with pytest.raises(ValueError, match="number"):
        decimal_key(text)
