"""The Authorization header: who asks, and how long that is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import InvalidToken
from atakora_data.identity.bearer import LONGEST_MEMORY_SECONDS, LONGEST_TOKEN, BearerAuthenticator


@dataclass
class CountingVerifier:
    """Accepts every token but `bad`, and writes down what it was asked."""

    expires: float = 1000.0
    asked: list[str] = field(default_factory=list)

    async def verify(self, token: str) -> Principal:
        """The principal is called like the token."""
        self.asked.append(token)
        if token == "bad":
            raise InvalidToken("The token is bad.")
        return Principal(id=token, claims={"exp": self.expires})


@dataclass
class Clock:
    """A clock that stands where it is put."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


async def test_no_header_is_an_anonymous_caller() -> None:
    """Who sends no token asks as nobody."""
    assert await BearerAuthenticator(CountingVerifier()).authenticate(None) is ANONYMOUS


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER  abc ", " Bearer abc"])
async def test_the_scheme_is_read_without_regard_to_case(header: str) -> None:
    """RFC 9110 compares schemes case-insensitively."""
    assert "abc" == (await BearerAuthenticator(CountingVerifier()).authenticate(header)).id


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "abc", "Bearer a b", "Bearer a, Bearer b"])
async def test_anything_but_one_bearer_token_is_refused(header: str) -> None:
    """A header that cannot be read is a bad token, never an anonymous caller."""
    verifier = CountingVerifier()
    with pytest.raises(InvalidToken):
        await BearerAuthenticator(verifier).authenticate(header)
    assert [] == verifier.asked


async def test_a_huge_token_is_refused_unread() -> None:
    """Nobody spends time on a token longer than any real one."""
    verifier = CountingVerifier()
    with pytest.raises(InvalidToken):
        await BearerAuthenticator(verifier).authenticate("Bearer " + "a" * (LONGEST_TOKEN + 1))
    assert [] == verifier.asked


async def test_a_verified_token_is_remembered() -> None:
    """The same header is verified once."""
    verifier = CountingVerifier()
    authenticator = BearerAuthenticator(verifier, clock=Clock())
    answers = [await authenticator.authenticate("Bearer a") for _ in range(3)]
    assert ["a"] == verifier.asked
    assert answers[0] is answers[2]


async def test_a_bad_token_is_not_remembered() -> None:
    """A refused token is verified again: nothing can fill the memory with it."""
    verifier = CountingVerifier()
    authenticator = BearerAuthenticator(verifier, clock=Clock())
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await authenticator.authenticate("Bearer bad")
    assert ["bad", "bad"] == verifier.asked


async def test_a_token_is_not_remembered_past_its_expiry() -> None:
    """At the moment of `exp` the verifier is asked again."""
    verifier, clock = CountingVerifier(expires=100.0), Clock(0.0)
    authenticator = BearerAuthenticator(verifier, clock=clock)
    await authenticator.authenticate("Bearer a")
    clock.now = 99.0
    await authenticator.authenticate("Bearer a")
    assert 1 == len(verifier.asked)
    clock.now = 100.0
    await authenticator.authenticate("Bearer a")
    assert 2 == len(verifier.asked)


async def test_a_token_is_not_remembered_for_long() -> None:
    """However long it is valid, it is verified anew every few minutes."""
    verifier, clock = CountingVerifier(expires=1e9), Clock(0.0)
    authenticator = BearerAuthenticator(verifier, clock=clock)
    await authenticator.authenticate("Bearer a")
    clock.now = LONGEST_MEMORY_SECONDS + 1.0
    await authenticator.authenticate("Bearer a")
    assert 2 == len(verifier.asked)


async def test_the_memory_is_bounded() -> None:
    """With room for two, the oldest of three gives way."""
    verifier = CountingVerifier()
    authenticator = BearerAuthenticator(verifier, capacity=2, clock=Clock())
    for token in ("a", "b", "c", "c", "b", "a"):
        await authenticator.authenticate(f"Bearer {token}")
    assert ["a", "b", "c", "a"] == verifier.asked
