"""A session is as strong as the last token shown for it."""

from __future__ import annotations

from tests.realtime.newsroom import Newsroom


async def test_a_role_that_is_gone_ends_what_it_allowed(room: Newsroom) -> None:
    """When a token with fewer rights is shown, what it does not allow ends, and the rest goes on under it."""
    chief = room.as_("ann", "chief")
    session = await chief.negotiate()
    story, memo = await chief.register(session), await chief.register(session, entity="Memo")
    secret = await chief.register(session, filter={"source": {"eq": "x"}})

    other = await room.register(session, operations=["deleted"])

    assert [201] * 4 == [each.status for each in (story, memo, secret, other)]
    assert sorted([story.json["id"], other.json["id"]]) == sorted(await room.live())
    assert [] == await room.live("Memo")
    kept = {state.value["principal"] for state in await room.state.all("subscription", "/Story")}
    assert [True] == ["chief" not in each for each in kept]


async def test_renewing_what_is_refused_ends_it(room: Newsroom) -> None:
    """It is 403 the first time, and afterwards there is no such subscription."""
    chief = room.as_("ann", "chief")
    id = (await chief.register(await chief.negotiate(), entity="Memo")).json["id"]

    refused, gone = await room.renew(id), await room.renew(id)

    assert [(403, "forbidden"), (404, "not_found")] == [(each.status, each.json["code"]) for each in (refused, gone)]
    assert [] == await room.live("Memo")


async def test_connecting_again_with_fewer_rights_counts_as_well(room: Newsroom) -> None:
    """Negotiating for a session shows a token for it."""
    chief = room.as_("ann", "chief")
    session = await chief.negotiate()
    await chief.register(session, entity="Memo")

    await room.client.post(f"realtime/negotiate?session={session}")

    assert [] == await room.live("Memo")


async def test_another_token_with_the_same_rights_takes_over(room: Newsroom) -> None:
    """A fresh token keeps everything, and what is kept is judged under it."""
    session = await room.negotiate()
    id = (await room.register(session)).json["id"]

    renewed = await room.as_("ann", "writer", dept="culture").renew(id)

    [state] = await room.state.all("subscription", "/Story")
    assert (200, True) == (renewed.status, "culture" in state.value["principal"])
