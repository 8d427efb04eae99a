"""How much one caller may have, also when everything comes at once."""

from __future__ import annotations

import asyncio
from collections import Counter

from atakora_data.realtime.limits import MOST_SESSIONS, MOST_SUBSCRIPTIONS
from tests.realtime.newsroom import Newsroom

TRIES = 40


async def test_a_session_has_no_more_than_it_may(room: Newsroom) -> None:
    """Of forty registrations at once, shortly before the limit, only those that fit are kept."""
    session = await room.negotiate()
    for _ in range(MOST_SUBSCRIPTIONS - 5):
        await room.register(session)

    answers = await asyncio.gather(*(room.register(session) for _ in range(TRIES)))

    assert {201: 5, 429: TRIES - 5} == Counter(each.status for each in answers)
    assert MOST_SUBSCRIPTIONS == len(await room.live())
    late = next(each for each in answers if each.status == 429)
    assert ("too_many_subscriptions", True) == (late.json["code"], 0 < int(late.headers["Retry-After"]) <= 900)


async def test_a_principal_has_no_more_sessions_than_it_may(room: Newsroom) -> None:
    """Of forty sessions at once, only those that fit are opened, and others are not hindered."""
    answers = await asyncio.gather(*(room.client.post("realtime/negotiate") for _ in range(TRIES)))

    assert {200: MOST_SESSIONS, 429: TRIES - MOST_SESSIONS} == Counter(each.status for each in answers)
    assert await room.as_("bob").negotiate()


async def test_what_has_ended_makes_room(room: Newsroom) -> None:
    """A subscription that was ended does not count any more."""
    session = await room.negotiate()
    ids = [(await room.register(session)).json["id"] for _ in range(MOST_SUBSCRIPTIONS)]

    full = await room.register(session)
    await room.end(ids[0])
    again = await room.register(session)

    assert [429, 201] == [full.status, again.status]


async def test_a_thousand_registrations_harm_nobody(room: Newsroom) -> None:
    """Beyond the limit all are refused; others subscribe and everything else is served as before."""
    session = await room.negotiate()
    answers = await asyncio.gather(*(room.register(session) for _ in range(1_000)))
    bob = room.as_("bob")
    other = await bob.register(await bob.negotiate())
    made = await room.client.post("stories", {"id": "s", "title": "One"})

    assert {201: MOST_SUBSCRIPTIONS, 429: 1_000 - MOST_SUBSCRIPTIONS} == Counter(each.status for each in answers)
    assert [201, 201] == [other.status, made.status]
    assert 200 == (await room.renew(answers[0].json["id"])).status


async def test_a_refused_registration_leaves_its_place_free(room: Newsroom) -> None:
    """What cannot be had does not count."""
    session = await room.negotiate()
    for _ in range(MOST_SUBSCRIPTIONS + 1):
        await room.register(session, entity="Memo")

    assert 201 == (await room.register(session)).status


async def test_renewing_and_ending_at_once_leaves_nothing(room: Newsroom) -> None:
    """Whatever the order, a subscription that was ended never comes back."""
    session = await room.negotiate()
    ids = [(await room.register(session)).json["id"] for _ in range(10)]

    ended = await asyncio.gather(*(each for id in ids for each in (room.renew(id), room.end(id), room.renew(id))))

    assert {204} == {each.status for each in ended[1::3]}
    assert {200, 404} >= {each.status for each in (*ended[::3], *ended[2::3])}
    assert [] == await room.live()
