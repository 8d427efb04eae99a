"""Local tokens: what is signed here verifies here, and nothing else does."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data.errors import InvalidToken, SettingsError
from atakora_data.identity.local import ISSUER, LEEWAY_SECONDS, LocalTokenVerifier, mint
from atakora_data.identity.local_key import local_key

KEY = b"k" * 32
AUDIENCE = "atakora-data"
VERIFIER = LocalTokenVerifier(KEY, audience=AUDIENCE)


def signed(key: bytes = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    """A token with good standard claims, but for those given; None leaves a claim out."""
    now = int(time.time())
    standard = {"iss": ISSUER, "aud": AUDIENCE, "exp": now + 60, "sub": "alice"}
    return jwt.encode({k: v for k, v in {**standard, **claims}.items() if v is not None}, key, algorithm=algorithm)


async def refusal(token: str) -> InvalidToken:
    """Why this token is refused."""
    with pytest.raises(InvalidToken) as caught:
        await VERIFIER.verify(token)
    return caught.value


async def test_a_minted_token_names_its_principal() -> None:
    """Id, roles, groups, tenant and other claims come back as they were given."""
    token = mint(
        KEY,
        audience=AUDIENCE,
        id="alice",
        roles=["admin"],
        groups=["g"],
        tenant="t",
        claims={"email": "a@b.c", "dept": "x"},
    )
    principal = await VERIFIER.verify(token)
    assert ("alice", "t", "a@b.c", "x") == (
        principal.id,
        principal.tenant_id,
        principal.email,
        principal.claim("dept"),
    )
    assert (frozenset({"admin"}), frozenset({"g"})) == (principal.roles, principal.groups)
    assert not principal.is_system


async def test_oid_names_the_caller_before_sub() -> None:
    """Entra ID's object id is the stable one."""
    assert "the-oid" == (await VERIFIER.verify(signed(oid="the-oid"))).id


async def test_scopes_are_the_words_of_scp() -> None:
    """A space-separated `scp` becomes a set."""
    assert frozenset({"read", "write"}) == (await VERIFIER.verify(signed(scp="read write"))).scopes


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "lacks"),
        ({"aud": None}, "lacks"),
        ({"iss": None}, "lacks"),
        ({"aud": "somebody-else"}, "audience"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"nbf": 33_000_000_000}, "not valid yet"),
        ({"sub": None}, "nobody"),
        ({"sub": ""}, "nobody"),
        ({"oid": 7}, "`oid`"),
        ({"roles": "admin"}, "`roles`"),
        ({"roles": [1]}, "`roles`"),
        ({"groups": {"a": 1}}, "`groups`"),
        ({"scp": ["a"]}, "`scp`"),
    ],
)
async def test_a_token_with_a_bad_claim_is_refused(claims: dict[str, Any], word: str) -> None:
    """Each bad claim is refused with a message that names it."""
    assert word in (await refusal(signed(**claims))).detail


async def test_a_token_of_another_key_is_refused() -> None:
    """A signature that does not verify is a bad token, not an anonymous caller."""
    assert "signature" in (await refusal(signed(key=b"o" * 32))).detail


async def test_an_unsigned_token_is_refused() -> None:
    """`alg: none` is not an algorithm."""
    _, payload, _ = signed().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    assert "HS256" in (await refusal(f"{none}.{payload}.")).detail


async def test_another_algorithm_is_refused_even_with_the_right_key() -> None:
    """The algorithm is pinned: the token does not choose it."""
    assert "HS256" in (await refusal(signed(key=KEY * 2, algorithm="HS512"))).detail


async def test_clocks_may_differ_by_the_leeway() -> None:
    """A token that expired a moment ago still counts, one beyond the leeway does not."""
    now = int(time.time())
    assert "alice" == (await VERIFIER.verify(signed(exp=now - LEEWAY_SECONDS + 10))).id
    assert "expired" in (await refusal(signed(exp=now - LEEWAY_SECONDS - 1))).detail


@given(st.text(max_size=80) | st.builds(".".join, st.lists(st.text(max_size=20), min_size=3, max_size=3)))
async def test_no_text_does_anything_but_verify_or_be_refused(text: str) -> None:
    """Whatever is sent as a token, no other error comes out, and the message does not repeat it."""
    error = await refusal(text)
    assert len(text) < 4 or text not in error.detail


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """The first call makes a file of mode 0600 with 32 random bytes; further calls read the same."""
    path = tmp_path / "new" / "local.key"
    key = local_key(path)
    assert (32, 0o600) == (len(key), path.stat().st_mode & 0o777)
    assert key == local_key(path)
    assert key != local_key(tmp_path / "other.key")
    assert ["local.key"] == [each.name for each in path.parent.iterdir()]


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_a_damaged_key_file_is_named_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    """A file that holds no key is never used as one."""
    path = tmp_path / "local.key"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="Delete it"):
        local_key(path)


def test_a_folder_that_cannot_be_written_is_named_with_the_setting(tmp_path: Path) -> None:
    """The message says which setting chooses another file."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="ATAKORA_KEY_FILE"):
        local_key(tmp_path / "file" / "local.key")
