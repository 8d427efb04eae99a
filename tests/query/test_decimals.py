"""Decimal keys order as the numbers do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from atakora_data.query.decimals import decimal_key
from tests.support.strategies import decimals


@given(decimals, decimals)
def test_keys_compare_as_the_numbers(one: str, other: str) -> None:
    """Less, equal and greater are the same for keys and numbers."""
    left, right = decimal_key(one), decimal_key(other)
    assert (Decimal(one) < Decimal(other)) == (left < right)
    assert (Decimal(one) == Decimal(other)) == (left == right)


@pytest.mark.parametrize(
    "spellings", [("1.10", "1.1", "11E-1", "0001.100"), ("0", "-0", "0.00", "0E+9"), ("-100", "-1E2", "-100.0")]
)
def test_spellings_of_one_number_have_one_key(spellings: tuple[str, ...]) -> None:
    """How a number is written does not matter."""
    assert 1 == len({decimal_key(each) for each in spellings})
