"""As much of the SQL of Cosmos DB as is documented and asked for here: parsed, and evaluated over documents.

A missing value is undefined, which is no null: what compares or computes with it is undefined too, and WHERE takes that
for false. Values of different types never compare. Numbers are doubles; text compares by code point.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

Row = Mapping[str, Any]
Expression = Callable[[Row], Any]


class BadQuery(Exception):
    """What the service answers 400 to."""


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = _Undefined()
_PARAMETERS: Final = "@"
_LISTS: Final = "@@"
"""Under these names a row has the values of the parameters, and what was made of lists of them."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<parameter>@\w+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\?\?|!=|<=|>=|[-=<>(){}\[\],.:*]))"
)
_PRECEDENCE: Final = {"OR": 1, "AND": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "IN": 4, "??": 5}


@dataclass(frozen=True)
class Select:
    """A query. order: paths with whether they descend; aggregate: COUNT of what `value` is defined for."""

    top: Expression | None
    value: Expression | None
    is_count: bool
    source: tuple[str, Expression] | None
    where: Expression | None
    order: tuple[tuple[tuple[str, ...], bool], ...]

    def run(self, documents: Iterable[Mapping[str, Any]], row: Row) -> list[Any]:
        """The results over the documents; row: parameters by name, or a row that is around."""
        row = row if _PARAMETERS in row else {_PARAMETERS: row, _LISTS: {}}
        given, lists = row[_PARAMETERS], row[_LISTS]
        candidates: Iterable[Row] = (
            ({_PARAMETERS: given, _LISTS: lists, "c": each} for each in documents)
            if self.source is None
            else _elements(self.source, row)
        )
        where = self.where
        rows = [each for each in candidates if where is None or where(each) is True]
        for path, descends in reversed(self.order):
            rows.sort(key=lambda each, path=path: rank(at(each["c"], path)), reverse=descends)  # type: ignore[misc]
        if self.is_count:
            return [len(rows)]
        if self.top is not None:
            rows = rows[: self.top(row)]
        if self.value is None:
            return [each["c"] for each in rows]
        found = (self.value(each) for each in rows)
        return [each for each in found if each is not UNDEFINED]


@lru_cache(maxsize=2048)
def parse(text: str) -> Select:
    """The query; BadQuery when it is none."""
    parser = _Parser(text)
    query = parser.select()
    parser.end()
    return query


def at(document: Any, path: Sequence[str]) -> Any:
    """The value that the names lead to."""
    for name in path:
        if not isinstance(document, dict) or name not in document:
            return UNDEFINED
        document = document[name]
    return document


def rank(value: Any) -> tuple[int, Any]:  # noqa: PLR0911 - a table of types
    """How values of all types order."""
    match value:
        case _Undefined():
            return 0, 0
        case None:
            return 1, 0
        case bool():
            return 2, value
        case int() | float():
            return 3, float(value)
        case str():
            return 4, value
        case list():
            return 5, orjson.dumps(value)
    return 6, orjson.dumps(value)


def _elements(source: tuple[str, Expression], row: Row) -> Iterable[Row]:
    name, listed = source
    found = listed(row)
    return ({**row, name: each} for each in found) if isinstance(found, list) else ()


@dataclass(frozen=True)
class _Parameter:
    """A value that is the same for all documents."""

    name: str

    def __call__(self, row: Row) -> Any:
        return row[_PARAMETERS].get(self.name, UNDEFINED)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise BadQuery(f"unexpected {self._tokens[self._place]}")

    def select(self) -> Select:
        self._need("SELECT")
        top = self._primary() if self._takes("TOP") else None
        value, is_count = self._selected()
        source = self._source()
        where = self.expression() if self._takes("WHERE") else None
        order = self._order() if self._takes("ORDER") else ()
        return Select(top, value, is_count, source, where, order)

    def _selected(self) -> tuple[Expression | None, bool]:
        if self._takes("*"):
            return None, False
        self._need("VALUE")
        if self._peek().upper() == "COUNT":
            self._place += 1
            self._need("(")
            self.expression()
            self._need(")")
            return None, True
        return self.expression(), False

    def _source(self) -> tuple[str, Expression] | None:
        self._need("FROM")
        name = self._next()
        return (name, self.expression()) if self._takes("IN") else None

    def _order(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        self._need("BY")
        keys = [self._order_key()]
        while self._takes(","):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> tuple[tuple[str, ...], bool]:
        if self._next() != "c":
            raise BadQuery("only paths of documents order")
        path = []
        while (name := self._step()) is not None:
            path.append(name)
        if self._takes("DESC"):
            return tuple(path), True
        self._takes("ASC")
        return tuple(path), False

    def expression(self, least: int = 1) -> Expression:
        left = self._unary()
        while (level := _PRECEDENCE.get(self._peek().upper(), 0)) >= least:
            sign = self._next().upper()
            left = (
                _isin(left, self._listed("(", ")")) if sign == "IN" else _binary(sign, left, self.expression(level + 1))
            )
        return left

    def _unary(self) -> Expression:
        if self._takes("NOT"):
            inner = self.expression(3)
            return lambda row: _negated(inner(row))
        return self._postfix(self._primary())

    def _postfix(self, value: Expression) -> Expression:
        path: list[str] = []
        while (name := self._step()) is not None:
            path.append(name)
        return _member(value, tuple(path)) if path else value

    def _step(self) -> str | None:
        if self._takes("."):
            return self._next()
        if self._takes("["):
            name: str = orjson.loads(self._next())
            self._need("]")
            return name
        return None

    def _primary(self) -> Expression:  # noqa: PLR0911 - one for each kind
        token = self._next()
        if token == "(":
            inner = self.expression()
            self._need(")")
            return inner
        if token == "{":
            return self._object()
        if token[0] == '"' or token[0].isdigit():
            value = orjson.loads(token)
            return lambda _row: value
        if token.upper() == "EXISTS":
            return self._exists()
        if token.lower() in _CONSTANTS:
            constant = _CONSTANTS[token.lower()]
            return lambda _row: constant
        if self._peek() == "(":
            return _call(token.upper(), self._listed("(", ")"))
        if token[0] == "@":
            return _Parameter(token)
        return lambda row: row.get(token, UNDEFINED)

    def _exists(self) -> Expression:
        self._need("(")
        inner = self.select()
        self._need(")")
        return lambda row: bool(inner.run((), row))

    def _object(self) -> Expression:
        parts: list[tuple[str, Expression]] = []
        while not self._takes("}"):
            if parts:
                self._need(",")
            name = self._next()
            self._need(":")
            parts.append((orjson.loads(name) if name[0] == '"' else name, self.expression()))
        return lambda row: {name: value for name, part in parts if (value := part(row)) is not UNDEFINED}

    def _listed(self, opening: str, closing: str) -> list[Expression]:
        self._need(opening)
        found: list[Expression] = []
        while not self._takes(closing):
            if found:
                self._need(",")
            found.append(self.expression())
        return found

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else " "

    def _next(self) -> str:
        token = self._peek()
        if token == " ":
            raise BadQuery("the query ends too early")
        self._place += 1
        return token

    def _takes(self, word: str) -> bool:
        if self._peek().upper() != word:
            return False
        self._place += 1
        return True

    def _need(self, word: str) -> None:
        if not self._takes(word):
            raise BadQuery(f"{word} is missing before {self._peek()}")


_CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}


def _tokens(text: str) -> Iterable[str]:
    place = 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise BadQuery(f"what is {text[place : place + 20]!r}")
        place = found.end()
        yield found[0].strip()


def _member(value: Expression, path: tuple[str, ...]) -> Expression:
    return lambda row: at(value(row), path)


def _negated(value: Any) -> Any:
    return not value if isinstance(value, bool) else UNDEFINED


def _isin(value: Expression, options: Sequence[Expression]) -> Expression:
    """Texts among parameters that are all texts are looked up, so that long lists are quick."""

    def ask(row: Row) -> Any:
        wanted = value(row)
        texts = row[_LISTS].get(ask)
        if texts is None:
            found = [option(row) for option in options if isinstance(option, _Parameter)]
            is_text = len(found) == len(options) and all(isinstance(each, str) for each in found)
            texts = row[_LISTS][ask] = frozenset(found) if is_text else ()
        if texts and isinstance(wanted, str):
            return wanted in texts
        return _any([_equal(wanted, option(row)) for option in options])

    return ask


def _binary(sign: str, left: Expression, right: Expression) -> Expression:
    match sign:
        case "AND":
            return lambda row: False if (one := left(row)) is False else _all((one, right(row)))
        case "OR":
            return lambda row: True if (one := left(row)) is True else _any((one, right(row)))
        case "??":
            return lambda row: right(row) if (value := left(row)) is UNDEFINED else value
        case "=":
            return lambda row: _equal(left(row), right(row))
        case "!=":
            return lambda row: _negated(_equal(left(row), right(row)))
    return lambda row: _ordered(sign, left(row), right(row))


def _all(values: Sequence[Any]) -> Any:
    if any(each is False for each in values):
        return False
    return True if all(each is True for each in values) else UNDEFINED


def _any(values: Sequence[Any]) -> Any:
    if any(each is True for each in values):
        return True
    return False if all(each is False for each in values) else UNDEFINED


def _equal(left: Any, right: Any) -> Any:
    if type(left) is str and type(right) is str:
        return left == right
    one, other = rank(left), rank(right)
    return UNDEFINED if 0 in (one[0], other[0]) or one[0] != other[0] else _same(left, right)


def _same(left: Any, right: Any) -> bool:
    """Equality through and through: 1 is 1.0, and true is not 1."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    return rank(left) == rank(right)


def _ordered(sign: str, left: Any, right: Any) -> Any:
    (kind, one), (other_kind, other) = rank(left), rank(right)
    if kind != other_kind or kind not in (2, 3, 4):
        return UNDEFINED
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]


def _call(name: str, arguments: Sequence[Expression]) -> Expression:
    function = _FUNCTIONS.get(name)
    if function is None:
        raise BadQuery(f"there is no function {name}")
    return lambda row: function(*[argument(row) for argument in arguments])


def _of_text(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda text, *rest: function(text, *rest) if isinstance(text, str) and UNDEFINED not in rest else UNDEFINED


def _contains(listed: Any, wanted: Any) -> Any:
    if not isinstance(listed, list) or wanted is UNDEFINED:
        return UNDEFINED
    return any(_equal(each, wanted) is True or (each is None and wanted is None) for each in listed)


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "IS_DEFINED": lambda value: value is not UNDEFINED,
    "IS_NULL": lambda value: value is None,
    "IS_ARRAY": lambda value: isinstance(value, list),
    "IS_NUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "IS_STRING": lambda value: isinstance(value, str),
    "ARRAY_LENGTH": lambda value: len(value) if isinstance(value, list) else UNDEFINED,
    "ARRAY_CONTAINS": _contains,
    "CONTAINS": _of_text(lambda text, part: part in text),
    "STARTSWITH": _of_text(lambda text, part: text.startswith(part)),
    "ENDSWITH": _of_text(lambda text, part: text.endswith(part)),
    "LOWER": _of_text(lambda text: text.lower()),
    "LENGTH": _of_text(len),
    "SUBSTRING": _of_text(lambda text, start, length: text[start : start + length]),
}
