"""Filters as Cosmos SQL over documents called `c`.

A condition that meets an absent value may be undefined, which a WHERE takes for false, and so do AND and OR; only `NOT`
would not, and so it asks for `?? false`: logic has two values. All values are parameters. There are no more parentheses
than must be: parsers have limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Not, Operator, Some
from atakora_data.storage.cosmos.questions import QUESTIONS, Parameters, expression, quoted


class _Piece(NamedTuple):
    """A condition. joint: the word that joins its parts outside of parentheses, "" for none."""

    text: str
    joint: str = ""


_TRUE, _FALSE = _Piece("true"), _Piece("false")


def condition(filter: Filter, params: Parameters) -> str:
    """The filter as SQL that is never true where it does not hold, to stand by itself; it adds its parameters."""
    return _condition(filter, params).text


def conjunct(filter: Filter, params: Parameters) -> str:
    """As `condition`, to stand beside others that AND joins."""
    return _beside("AND", _condition(filter, params))


def _condition(filter: Filter, params: Parameters) -> _Piece:
    if isinstance(filter, Compare):
        return _compare(filter, params)
    if isinstance(filter, Not):
        return _negation(filter.item, params)
    if isinstance(filter, Some):
        msg = f"Cosmos DB cannot join {filter.link.target}: put a StepwiseStore around its store."
        raise TypeError(msg)
    joint = "AND" if isinstance(filter, And) else "OR"
    return _joined(joint, [_condition(item, params) for item in filter.items])


def _joined(joint: str, parts: Iterable[_Piece]) -> _Piece:
    pieces = list(parts)
    if len(pieces) < 2:  # noqa: PLR2004 - nothing to join
        return pieces[0] if pieces else _TRUE if joint == "AND" else _FALSE
    return _Piece(f" {joint} ".join([_beside(joint, piece) for piece in pieces]), joint)


def _beside(joint: str, piece: _Piece) -> str:
    """The piece among others: AND binds its parts more strongly than OR."""
    return f"({piece.text})" if joint == "AND" and piece.joint == "OR" else piece.text


def _negation(item: Filter, params: Parameters) -> _Piece:
    if isinstance(item, Compare) and item.operator is Operator.IS_NULL:
        return _present(item.field, params)
    piece = _condition(item, params)
    if piece in (_TRUE, _FALSE):
        return _FALSE if piece == _TRUE else _TRUE
    return _Piece(f"NOT (({piece.text}) ?? false)")


def _present(field: FieldRef, params: Parameters) -> _Piece:
    value = expression(field)
    known = f"IS_ARRAY({quoted(field.path)})" if field.size else f"IS_DEFINED({value}) AND NOT IS_NULL({value})"
    piece = _Piece(known, "" if field.size else "AND")
    return piece if field.guard is None else _joined("AND", [_condition(field.guard, params), piece])


def _compare(compare: Compare, params: Parameters) -> _Piece:
    """Where the guard does not hold the field is null: so nothing holds but IS_NULL."""
    field, is_null = compare.field, compare.operator is Operator.IS_NULL
    if field.guard is None:
        return _asked(compare, params)
    if is_null:
        return _joined("OR", [_negation(field.guard, params), _asked(compare, params)])
    return _joined("AND", [_condition(field.guard, params), _asked(compare, params)])


def _asked(compare: Compare, params: Parameters) -> _Piece:
    return _Piece(*QUESTIONS[compare.operator](compare.field, compare.value, params))


__all__ = ["Parameters", "condition", "conjunct", "expression", "quoted"]
