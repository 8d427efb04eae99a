"""The app starts with its first request, and tells when it cannot."""

from __future__ import annotations

from pathlib import Path

from atakora_data import Authorization, Entity, Field, allow
from atakora_data.bootstrap import bootstrap
from atakora_data.registry.build import build_registry
from atakora_data.settings import Settings
from tests.support.app import Client


class Thing(Entity):
    """Anything."""

    id: str = Field(primary_key=True)

    authorization = Authorization(read=allow.public())


def client_of(folder: Path, data: Path) -> Client:
    """An app that nobody has started."""
    settings = Settings(data=data, key_file=folder / "local.key")
    return Client(bootstrap(settings, registry=build_registry([Thing])))


async def test_the_first_request_opens_the_store(tmp_path: Path) -> None:
    """Wiring opens nothing; the first request does."""
    client = client_of(tmp_path, tmp_path / "data.db")
    assert not (tmp_path / "data.db").exists()
    assert 200 == (await client.ask("GET", "things")).status
    assert (tmp_path / "data.db").exists()
    await client.application.stop()


async def test_a_store_that_cannot_be_opened_is_a_problem_until_it_can(tmp_path: Path) -> None:
    """The caller gets a 503 with Retry-After, and the next request after the repair is answered."""
    (tmp_path / "data.db").mkdir()
    client = client_of(tmp_path, tmp_path / "data.db")
    refused = await client.ask("GET", "things")
    assert (503, "store_unavailable", "1") == (refused.status, refused.json["code"], refused.headers["Retry-After"])
    (tmp_path / "data.db").rmdir()
    assert 200 == (await client.ask("GET", "things")).status
    await client.application.stop()
