"""`token`: what it prints is a token that the app accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from atakora_data.authorization.principal import Principal
from atakora_data.cli.main import main
from atakora_data.errors import InvalidToken
from atakora_data.identity.local import LocalTokenVerifier
from atakora_data.identity.local_key import local_key


async def principal_of(token: str, folder: Path, audience: str = "atakora-data") -> Principal:
    """Whom the token speaks for, by the key of this folder."""
    key = local_key(folder / ".atakora" / "local.key")
    return await LocalTokenVerifier(key, audience=audience).verify(token)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_the_token_stands_alone_and_verifies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with everything that was asked for in the claims; the key is made on the way."""
    argv = [
        "token",
        "--id",
        "alice",
        "--role",
        "admin",
        "--role",
        "x",
        "--group",
        "g",
        "--tenant",
        "t",
        "--claim",
        "dept=a=b",
    ]
    assert 0 == main(argv)
    (token,) = capsys.readouterr().out.splitlines()
    principal = await principal_of(token, folder)
    assert ("alice", "t", "a=b") == (principal.id, principal.tenant_id, principal.claim("dept"))
    assert ({"admin", "x"}, {"g"}) == (set(principal.roles), set(principal.groups))


async def test_the_audience_is_the_one_of_the_settings(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token for one audience is no token for another."""
    monkeypatch.setenv("ATAKORA_AUDIENCE", "elsewhere")
    main(["token", "--id", "alice"])
    token = capsys.readouterr().out.strip()
    assert "alice" == (await principal_of(token, folder, "elsewhere")).id
    with pytest.raises(InvalidToken):
        await principal_of(token, folder)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--id", " "],
        ["--id", "a", "--claim", "x"],
        ["--id", "a", "--claim", "roles=admin"],
        ["--id", "a", "--ttl", "0"],
    ],
)
def test_what_cannot_be_signed_is_wrong_usage(folder: Path, argv: list[str]) -> None:
    """Exit code 2, and nothing is printed that could be taken for a token."""
    with pytest.raises(SystemExit) as ended:
        main(["token", *argv])
    assert 2 == ended.value.code
    assert [] == list(folder.iterdir())
