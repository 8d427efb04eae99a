"""Random rules and random callers, over the made-up records of `tests.support.strategies`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.query.filter import Compare, Operator, Parameter
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere
from atakora_data.schema.rules import (
    AllOf,
    AnyOf,
    AuthenticatedRule,
    Complement,
    CustomRule,
    GroupsRule,
    NeverRule,
    PublicRule,
    RolesRule,
)
from tests.support.strategies import FIELDS, filters

_NAMES = st.sampled_from(["a", "b", "ß"])
_DEPTH = 4


def one(_context: Any, _record: Any) -> bool:
    """A custom rule that is not to be asked: its outcome is drawn by the test."""
    raise AssertionError


def other(_context: Any, _record: Any) -> bool:
    """Another one."""
    raise AssertionError


_scalars: st.SearchStrategy[Any] = st.one_of(
    _NAMES,
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        [0.5, 1.10, "1.1", "1E+2", "-0", "NaN", 2**70, 10**400, float("nan"), float("inf"), "\ud800", "\0"]
    ),
)
claims: st.SearchStrategy[Any] = st.one_of(_scalars, st.lists(_scalars, max_size=3), st.just({"a": 1}))
"""Whatever a token may hold."""

principals: st.SearchStrategy[Principal] = st.one_of(
    st.just(ANONYMOUS),
    st.builds(
        Principal,
        id=_NAMES,
        tenant_id=st.one_of(st.none(), _NAMES),
        email=st.one_of(st.none(), _NAMES),
        name=st.one_of(st.none(), _NAMES),
        roles=st.frozensets(_NAMES),
        groups=st.frozensets(_NAMES),
        claims=st.fixed_dictionaries({}, optional={"c": claims, "d": claims}),
    ),
)

_parameters = st.sampled_from(["id", "tenant_id", "email", "name", "claim:c", "claim:d"]).map(Parameter)
_templates = st.one_of(
    st.builds(
        Compare,
        st.sampled_from([FIELDS[name] for name in ("text", "number", "price", "inner text", "inner number")]),
        st.sampled_from([Operator.EQ, Operator.GT, Operator.LTE, Operator.IN]),
        _parameters,
    ),
    st.builds(Compare, st.just(FIELDS["flag"]), st.sampled_from([Operator.EQ, Operator.IN]), _parameters),
    st.builds(
        Compare,
        st.just(FIELDS["text"]),
        st.sampled_from([Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH_IGNORE_CASE]),
        _parameters,
    ),
    st.builds(
        Compare,
        st.sampled_from([FIELDS[name] for name in ("tags", "scores", "prices", "switches")]),
        st.sampled_from([Operator.EQ, Operator.HAS, Operator.HAS_ANY, Operator.HAS_ALL]),
        _parameters,
    ),
)
leaves: st.SearchStrategy[BoundRule] = st.one_of(
    st.builds(PublicRule),
    st.builds(AuthenticatedRule),
    st.builds(NeverRule),
    st.just(BoundOwner(FIELDS["text"])),
    st.builds(RolesRule, st.lists(_NAMES, max_size=2).map(tuple)),
    st.builds(GroupsRule, st.lists(_NAMES, max_size=2).map(tuple)),
    st.builds(BoundWhere, filters(2, guarded=False)),
    st.builds(BoundWhere, _templates),
)
functions: st.SearchStrategy[BoundRule] = st.sampled_from([one, other]).map(CustomRule)


def rules(leaf: st.SearchStrategy[BoundRule], depth: int = _DEPTH) -> st.SearchStrategy[Any]:
    """Rules made of these leaves that nest at most so deep."""
    if depth == 0:
        return leaf
    inner = rules(leaf, depth - 1)
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(leaf, st.builds(AnyOf, several), st.builds(AllOf, several), st.builds(Complement, inner))
