"""Decimals as text whose code-point order is the numeric order: exact, for stores without a decimal type."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_CENTRE = 80
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def decimal_key(text: str) -> str:
    """The sort key of a finite decimal in any spelling: equal numbers have equal keys, `1.10` that of `1.1`.

    It is the sign (`-`, `0` or `1`), then the magnitude as 0.DIGITS x 10^EXPONENT: one character for sign and length of
    the exponent, the exponent, the digits. For negative numbers the magnitude is complemented and ended by `~`.
    So `12.5` is `1Q2125`, `-12.5` is `-O7874~` and `0.001` is `1O71`. ValueError: the text is no finite number.
    """
    sign, digits, exponent = _finite(text).as_tuple()
    figures = "".join(map(str, digits)).lstrip("0")
    if not figures:
        return "0"
    magnitude = _exponent_key(len(figures) + int(exponent)) + figures.rstrip("0")
    return f"-{_complement(magnitude)}~" if sign else f"1{magnitude}"


def _finite(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is not a decimal number") from None
    if not number.is_finite():
        raise ValueError(f"{text[:40]!r} is not a finite number")
    return number


def _exponent_key(exponent: int) -> str:
    figures = str(abs(exponent))
    if exponent < 0:
        return chr(_CENTRE - len(figures)) + figures.translate(_COMPLEMENT)
    return chr(_CENTRE + len(figures)) + figures


def _complement(magnitude: str) -> str:
    return chr(2 * _CENTRE - ord(magnitude[0])) + magnitude[1:].translate(_COMPLEMENT)
