"""How large a filter may be: far below what any store or the recursion of Python gives up at."""

from __future__ import annotations

from atakora_data.errors import InvalidFilter
from atakora_data.query.filter import And, Compare, Filter, Not, Or, Some

MAX_DEPTH = 40
"""How deep `and`, `or` and `not` may nest."""

MAX_CONDITIONS = 500
"""How many conditions a filter may have."""

MAX_VALUES = 5000
"""How many values all lists of a filter may have together."""


def check_limits(filter: Filter) -> None:
    """Raise InvalidFilter when the filter is too deep or too large."""
    conditions = values = 0
    level: list[Filter] = [filter]
    for depth in range(MAX_DEPTH + 1):
        below: list[Filter] = []
        for item in level:
            match item:
                case And(items) | Or(items):
                    below.extend(items)
                case Not(inner) | Some(_, inner):
                    below.append(inner)
                case Compare(_, _, value):
                    conditions += 1
                    values += len(value) if isinstance(value, tuple | list) else 1
        if conditions > MAX_CONDITIONS or len(below) > MAX_CONDITIONS:
            raise InvalidFilter(
                f"The filter has more than {MAX_CONDITIONS} conditions.", hint="Use `in` for many values."
            )
        if values > MAX_VALUES:
            raise InvalidFilter(f"The filter has more than {MAX_VALUES} values.", hint="Ask in several requests.")
        if not below:
            return
        level = below
        if depth == MAX_DEPTH:
            raise InvalidFilter(f"The filter nests deeper than {MAX_DEPTH} levels.", hint="Flatten the and/or/not.")
