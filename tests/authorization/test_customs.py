"""Rules that are functions: when they are asked, with what, and what they may answer."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data import allow
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import Principal
from atakora_data.query.filter import EVERYTHING, NOTHING
from atakora_data.registry.entity import Operation
from atakora_data.schema.rules import CustomFunction, Rule
from tests.authorization.notes import ALICE, ALICE_ID, readers

NOTE = {"id": "1", "status": "draft", "level": 3, "authorId": ALICE_ID}
CONTEXT = CustomContext(ALICE, data="the data API")


class Asked:
    """A custom rule that remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[tuple[Any, Any]] = []

    async def __call__(self, context: Any, record: Any) -> bool:
        """Remember, and answer."""
        self.calls.append((context, record))
        answer: bool = self.answer
        return answer


async def decided(rule: Rule, caller: Principal = ALICE, **changes: Any) -> bool:
    """What the rule comes to for the note."""
    return await readers(rule, caller).allows(Operation.READ, {**NOTE, **changes}, CONTEXT)


async def test_a_function_gets_the_caller_and_the_typed_record() -> None:
    """`ctx.principal`, `ctx.data`, and an instance of the entity."""
    asked = Asked(answer=True)
    assert await decided(allow.custom(asked))
    [(context, record)] = asked.calls
    assert (ALICE, "the data API") == (context.principal, context.data)
    assert ("draft", 3, ALICE_ID) == (record.status, record.level, str(record.author_id))


@pytest.mark.parametrize("answer", [True, False])
async def test_plain_and_async_functions_decide(answer: bool) -> None:
    """Both kinds of function are taken at their word, and complemented."""
    plain = allow.custom(lambda _ctx, note: answer and note.level == 3)
    assert answer == await decided(plain)
    assert answer == await decided(allow.custom(Asked(answer)))
    assert answer != await decided(~allow.custom(Asked(answer)))


async def test_bounds_decide_before_functions() -> None:
    """A function is not asked of a record that is surely allowed or surely not."""
    asked = Asked(answer=True)
    assert await decided(allow.owner() | allow.custom(asked))
    assert not await decided(allow.where(status="published") & allow.custom(asked))
    assert await decided(allow.custom(asked) | allow.role("x"), Principal(roles=frozenset({"x"})))
    assert [] == asked.calls


async def test_functions_are_asked_only_while_the_answer_depends_on_them() -> None:
    """The branch that cannot hold is not asked, the first that does ends it, and nobody is asked twice."""
    first, second, third = Asked(answer=True), Asked(answer=True), Asked(answer=False)
    unmet = allow.where(status="published") & allow.custom(first)
    assert await decided(unmet | allow.custom(second) | allow.custom(third))
    assert [0, 1, 0] == [len(each.calls) for each in (first, second, third)]
    assert not await decided(allow.custom(third) & (allow.custom(first) | allow.custom(third)))
    assert [0, 1, 1] == [len(each.calls) for each in (first, second, third)]


async def test_a_function_in_two_places_is_asked_once() -> None:
    """Its word holds for the whole decision."""
    asked = Asked(answer=False)
    rule = (allow.custom(asked) & allow.where(level=3)) | (allow.custom(asked) & allow.owner())
    assert not await decided(rule)
    assert 1 == len(asked.calls)


async def test_what_a_function_raises_goes_on() -> None:
    """A fault of the app is neither an allowance nor a denial."""

    def broken(_ctx: Any, _note: Any) -> bool:
        raise LookupError("boom")

    with pytest.raises(LookupError, match="boom"):
        await decided(allow.custom(broken))


def yes(_ctx: Any, _note: Any) -> Any:
    """Answer with something that is no bool."""
    return "yes"


@pytest.mark.parametrize(
    ("function", "words"),
    [(yes, r"custom\(yes\) answered str"), (Asked(None), r"custom\(Asked\) answered NoneType"), (Asked(1), "int")],
)
async def test_only_true_and_false_are_answers(function: CustomFunction, words: str) -> None:
    """Anything else is a TypeError that names the function."""
    with pytest.raises(TypeError, match=words):
        await decided(allow.custom(function))


async def test_a_function_needs_its_context() -> None:
    """To leave it out where a function has a say is a mistake, which is told."""
    with pytest.raises(TypeError, match="context"):
        await readers(allow.custom(yes)).allows(Operation.READ, NOTE, None)


@pytest.mark.parametrize(
    ("rule", "is_exact"),
    [
        (allow.custom(yes), False),
        (allow.owner() | allow.custom(yes), False),
        (allow.never() & allow.custom(yes), True),
        (allow.authenticated() | allow.custom(yes), True),
    ],
    ids=["alone", "beside", "under never", "under always"],
)
def test_a_rule_is_exact_where_no_function_has_a_say(rule: Rule, is_exact: bool) -> None:
    """A store can apply the whole rule when the caller alone decides about the function's branch."""
    assert is_exact == readers(rule, ALICE).is_exact(Operation.READ)


def test_a_function_may_allow_all_and_surely_allows_none() -> None:
    """The bounds of a function are nothing and everything, and a complement keeps them in order."""
    for rule in (allow.custom(yes), ~allow.custom(yes)):
        ruling = readers(rule).rulings[Operation.READ]
        assert (NOTHING, EVERYTHING) == (ruling.lower, ruling.upper)
