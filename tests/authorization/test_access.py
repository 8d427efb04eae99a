"""What the service asks of rules: rulings per caller, refusals, data roles, owners."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data import FieldRules, allow, this
from atakora_data.authorization.access import Access, Gatekeeper, check_owner
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import FieldForbidden, Forbidden, SignInRequired
from atakora_data.query.filter import EVERYTHING, Compare, Operator, all_of
from atakora_data.registry.entity import ActionModel, Operation
from atakora_data.schema.rules import PublicRule, RolesRule, Rule
from tests.authorization.notes import ALICE, ALICE_ID, BOB, BOB_ID, readers, ruled

SYSTEM = Principal(is_system=True)
OWNED = ruled(create=allow.authenticated(), read=allow.public(), update=allow.public())


def holder(role: str) -> Principal:
    """Somebody with this role."""
    return Principal(id="x", roles=frozenset({role}))


def test_access_is_remembered_by_what_rules_can_tell() -> None:
    """Equal callers share one access, another caller has another."""
    gatekeeper = Gatekeeper()
    known = gatekeeper.access(OWNED, ALICE)
    assert known is gatekeeper.access(OWNED, Principal(id=ALICE_ID))
    assert known is not gatekeeper.access(OWNED, BOB)
    assert ALICE == known.principal


def test_the_memory_is_bounded_and_keeps_who_comes_back() -> None:
    """However many callers there are, twice the limit is kept, and a regular caller among them."""
    gatekeeper = Gatekeeper(remembered=4)
    regular = gatekeeper.access(OWNED, ALICE)
    for number in range(50):
        gatekeeper.access(OWNED, Principal(id=str(number)))
        assert regular is gatekeeper.access(OWNED, ALICE)
        assert len(gatekeeper) <= 8
    stranger = gatekeeper.access(OWNED, BOB)
    for number in range(50):
        gatekeeper.access(OWNED, Principal(id=str(number)))
    assert stranger is not gatekeeper.access(OWNED, BOB)


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        ("DataReader", {"read"}),
        ("DataContributor", {"read", "create", "update"}),
        ("DataOwner", {"read", "create", "update", "delete"}),
        ("dataowner", set[str]()),
    ],
)
def test_data_roles_grant_beside_the_rules(role: str, granted: set[str]) -> None:
    """They allow their operations on every record, with or without a rule, and never take anything away."""
    for entity in (ruled(), ruled(read=allow.never(), delete=allow.never())):
        access = Access(entity, holder(role))
        assert granted == {each.value for each in Operation if EVERYTHING == access.predicate(each)}
    open_to_all = Access(ruled(delete=allow.public()), holder(role))
    assert EVERYTHING == open_to_all.predicate(Operation.DELETE)


def test_data_roles_leave_field_rules_alone() -> None:
    """Who may read every record still sees of it what field rules leave."""
    access = Access(ruled(fields={"secret": allow.role("admin")}), holder("DataOwner"))
    assert {"id": "1"} == access.mask({"id": "1", "secret": "s"})


async def test_the_system_may_do_anything() -> None:
    """No rule binds it, neither of records nor of fields, actions or owners."""
    access = Access(ruled(fields={"secret": allow.never()}, read=allow.never()), SYSTEM)
    assert all(EVERYTHING == access.predicate(each) for each in Operation)
    assert access.always_readable
    assert await access.may_write("secret", {}, None)
    assert await access.allows_action(ActionModel("publish", "publish", print, rule=RolesRule(("x",))), {}, None)
    await check_owner(access, {"authorId": ALICE_ID}, {"authorId": BOB_ID}, None)


@pytest.mark.parametrize("asked", [Operation.READ, ActionModel("act", "act", print, rule=RolesRule(("x",)))], ids=str)
def test_what_is_impossible_asks_to_sign_in_or_is_forbidden(asked: Operation | ActionModel) -> None:
    """Anonymous callers are asked to sign in, known ones are refused, and neither is told of any record."""
    entity = ruled(read=allow.role("x"))
    with pytest.raises(SignInRequired, match="without signing in"):
        Access(entity, ANONYMOUS).require_possible(asked)
    with pytest.raises(Forbidden, match="any Note"):
        Access(entity, ALICE).require_possible(asked)
    Access(entity, holder("x")).require_possible(asked)


def test_what_depends_on_the_record_is_possible() -> None:
    """Only the record can tell, so nothing is refused beforehand; nor where a function may allow it."""
    readers(allow.owner(), ALICE).require_possible(Operation.READ)
    readers(allow.custom(lambda _ctx, _note: False)).require_possible(Operation.READ)


async def test_an_action_without_a_rule_follows_the_update_rule() -> None:
    """Its own rule decides where it has one."""
    access = Access(ruled(update=allow.where(status="draft")), ALICE)
    publish, rename = ActionModel("publish", "publish", print), ActionModel("re", "re", print, rule=PublicRule())
    states = [{"status": "draft"}, {"status": "published"}]
    assert [True, False] == [await access.allows_action(publish, each, None) for each in states]
    assert [True, True] == [await access.allows_action(rename, each, None) for each in states]
    with pytest.raises(Forbidden, match="publish any Note"):
        Access(ruled(), ALICE).require_possible(publish)


def test_the_predicate_is_the_condition_for_the_store() -> None:
    """What the caller's roles leave of the rule, with the caller's id in it."""
    rule = allow.where(status="published") & allow.authenticated() & (allow.role("x") | allow.owner())
    access = readers(rule, ALICE)
    fields = access.entity.fields
    expected = all_of(
        Compare(fields["status"].ref(), Operator.EQ, "published"),
        Compare(fields["authorId"].ref(), Operator.EQ, ALICE_ID),
    )
    assert expected == access.predicate(Operation.READ)


async def test_a_field_is_written_by_whom_its_rule_allows() -> None:
    """Without a write rule the rule of the record is enough; a rule is judged on the given state of the record."""
    access = Access(ruled({"secret": FieldRules(write=allow.where(this.level > 2)), "team": allow.never()}), ALICE)
    assert [False, True] == [await access.may_write("secret", {"level": level}, None) for level in (2, 3)]
    assert [False, True] == [await access.may_write(name, {}, None) for name in ("team", "level")]


async def refused(
    before: dict[str, Any] | None, after: dict[str, Any], caller: Principal = ALICE, write: Rule | None = None
) -> bool:
    """Whether the owner may not come to be so."""
    entity = ruled({"author_id": FieldRules(write=write)})
    access = Access(entity, caller)
    try:
        await check_owner(access, before, after, CustomContext(caller, None))
    except FieldForbidden:
        return True
    return False


async def test_a_refusal_names_the_field_and_tells_nothing_of_the_record() -> None:
    """The pointer is that of the owner field; no owner is named."""
    with pytest.raises(FieldForbidden, match="cannot be changed") as refusal:
        await check_owner(Access(OWNED, BOB), {"authorId": ALICE_ID}, {"authorId": BOB_ID}, None)
    assert ["/authorId"] == [each.pointer for each in refusal.value.errors]
    assert ALICE_ID not in f"{refusal.value} {refusal.value.hint} {refusal.value.errors}"


async def test_a_creator_can_only_own_what_it_creates() -> None:
    """The owner of a new record is the caller, in any spelling of its id; nobody's stays nobody's."""
    assert not await refused(None, {"authorId": ALICE_ID})
    assert not await refused(None, {"authorId": ALICE_ID}, Principal(id=ALICE_ID.upper()))
    assert await refused(None, {"authorId": BOB_ID})
    assert await refused(None, {"authorId": None})
    assert await refused(None, {"authorId": ALICE_ID}, ANONYMOUS)
    assert not await refused(None, {}, ANONYMOUS)


async def test_an_owner_stays() -> None:
    """Neither the owner nor anybody else hands a record over, or takes one that nobody owns."""
    assert not await refused({"authorId": BOB_ID}, {"authorId": BOB_ID})
    assert await refused({"authorId": ALICE_ID}, {"authorId": BOB_ID})
    assert await refused({"authorId": BOB_ID}, {"authorId": ALICE_ID})
    assert await refused({"authorId": ALICE_ID}, {"authorId": None})
    assert await refused({}, {"authorId": ALICE_ID})


async def test_the_write_rule_of_the_owner_field_allows_more() -> None:
    """It is judged on the record before and after, so that `owner()` neither gives away nor takes."""
    admin = Principal(id="x", roles=frozenset({"admin"}))
    given = ({"authorId": ALICE_ID}, {"authorId": BOB_ID})
    assert not await refused(*given, admin, allow.role("admin"))
    assert await refused(*given, ALICE, allow.role("admin"))
    assert await refused(*given, ALICE, allow.owner())
    assert await refused(*given, BOB, allow.owner())
    assert not await refused(None, {"authorId": BOB_ID}, admin, allow.role("admin"))
    assert not await refused(*given, ALICE, allow.custom(lambda ctx, _note: ctx.principal is ALICE))
