"""Field rules for reading: what is shown, and that what is hidden does not show in filters and orders."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data import FieldRules, allow
from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.masks import Mask
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.authorization.ruling import Ruling
from atakora_data.query.evaluate import matches, read
from atakora_data.query.filter import NOTHING, Compare, FieldRef, Kind, Operator
from atakora_data.registry.entity import BoundRule, EntityModel
from atakora_data.schema.rules import Rule
from tests.authorization.notes import ALICE, ALICE_ID, BOB, ruled
from tests.authorization.rulebook import functions, leaves, principals, rules
from tests.support.documents import Documents
from tests.support.strategies import comparisons, record_lists

NOTE = {"id": "1", "authorId": ALICE_ID, "level": 3, "secret": "s", "_etag": "e", "_version": 1}
BARE = ruled()


def reading(rule: Rule, principal: Principal = ALICE) -> Access:
    """What a principal may do where this rule guards the reading of the secret."""
    return Access(ruled({"secret": FieldRules(read=rule)}, read=allow.public()), principal)


@pytest.mark.parametrize("entity", [BARE, ruled({"secret": FieldRules(write=allow.never())})], ids=["none", "write"])
def test_a_field_without_a_read_rule_is_shown(entity: EntityModel) -> None:
    """Reading is left to the rule of the record, also where only writing has a rule; the record is not copied."""
    access = Access(entity, ANONYMOUS)
    assert access.always_readable
    assert NOTE is access.mask(NOTE)
    assert access.guarded("secret") is None


def test_a_field_is_shown_in_the_records_its_rule_allows() -> None:
    """Its owner sees it, others see the rest; bookkeeping stays."""
    assert NOTE is reading(allow.owner()).mask(NOTE)
    assert {name: value for name, value in NOTE.items() if name != "secret"} == reading(allow.owner(), BOB).mask(NOTE)
    assert "secret" in NOTE


def test_what_does_not_depend_on_the_record_is_known_beforehand() -> None:
    """A caller whose role shows the field reads all; to one without, it is hidden in every record."""
    rule = allow.role("admin")
    open_to = reading(rule, Principal(id="x", roles=frozenset({"admin"})))
    assert open_to.always_readable
    assert frozenset() == open_to.hidden_fields
    assert open_to.guarded("secret") is None
    closed = reading(rule)
    assert not closed.always_readable
    assert {"secret"} == closed.hidden_fields
    assert NOTHING == closed.guarded("secret")
    assert closed.guarded("level") is None


async def test_a_function_may_show_a_field_that_filters_do_not_see() -> None:
    """Unless it is surely readable a field counts as null in filters, since a store cannot ask the function."""
    rule = allow.owner() | allow.custom(lambda ctx, _note: ctx.principal is BOB)
    access = reading(rule, BOB)
    context = CustomContext(BOB, None)
    assert not access.masks_exactly
    assert NOTE is await access.reveal(NOTE, context)
    owned_by_bob = Compare(access.entity.fields["authorId"].ref(), Operator.EQ, BOB.id)
    assert owned_by_bob == access.guarded("secret")


async def test_a_function_that_denies_hides() -> None:
    """What the function does not allow is not shown, and functions without a say are not asked for."""
    assert "secret" not in await reading(allow.custom(lambda _ctx, _note: False)).reveal(NOTE, CustomContext(ALICE, 0))
    assert NOTE is await reading(allow.owner()).reveal(NOTE, None)


def masked(rule: BoundRule, principal: Principal, name: str) -> tuple[Mask, Ruling]:
    """The mask of a field under a rule over the made-up records."""
    ruling = Access(BARE, principal).ruling_of(rule)
    return Mask({name: ruling}), ruling


@settings(max_examples=300, deadline=None)
@given(rules(st.one_of(leaves, functions), 2), principals, comparisons(guarded=False), record_lists(4), st.data())
def test_a_filter_on_a_guarded_field_cannot_tell_hidden_values_apart(
    rule: BoundRule, principal: Principal, compare: Compare, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    """In memory and in SQLite, a filter on a field finds the same whatever stands in it where it is hidden."""
    name = compare.field.path[0]
    mask, ruling = masked(rule, principal, name)
    guarded = replace(compare, field=replace(compare.field, guard=mask.guard(name)))
    hidden = [record for record in records if not matches(ruling.lower, record)]
    absent = {key: value for key, value in data.draw(st.sampled_from(records or [{}])).items() if key != name}
    for record in hidden:
        assert read(guarded.field, record) is None
        assert matches(guarded, record) == (compare.operator is Operator.IS_NULL)
    assert matches(compare, absent) == (compare.operator is Operator.IS_NULL)
    found = Documents.selected(guarded, *records)
    assert [record["id"] for record in records if matches(guarded, record)] == [record["id"] for record in found]
    assert all((record in found) == (compare.operator is Operator.IS_NULL) for record in hidden)


@settings(max_examples=200, deadline=None)
@given(rules(leaves, 2), principals, record_lists(4), st.sampled_from(["text", "number", "inner"]))
def test_a_field_is_shown_exactly_where_filters_see_it(
    rule: BoundRule, principal: Principal, records: list[dict[str, Any]], name: str
) -> None:
    """What a caller reads is what it can filter by, when no function has a say."""
    mask, _ = masked(rule, principal, name)
    for record in records:
        seen = read(FieldRef((name,), Kind.STRING, guard=mask.guard(name)), record)
        assert seen == mask.apply(record).get(name)
