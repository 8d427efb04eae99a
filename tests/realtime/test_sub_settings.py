"""What the settings make of real time: which hub, and what must be set."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.errors import SettingsError
from atakora_data.registry.build import build_registry
from atakora_data.settings import Connection, Settings
from tests.realtime.newsroom import REGISTRY, Draft
from tests.realtime.signalr_server import KEY
from tests.support.app import running

NAME = "AzureSignalRConnectionString"
SIGNALR = Connection(NAME, f"Endpoint=https://news.service.signalr.net;AccessKey={KEY};Version=1.0;")


async def test_clients_connect_to_the_service_that_is_set(tmp_path: Path) -> None:
    """With a connection string, negotiation answers the service's own address, and a token that it accepts."""
    async with running(tmp_path, registry=REGISTRY, signalr=SIGNALR) as client:
        answer = await client.as_("ann").post("realtime/negotiate")

    url = "https://news.service.signalr.net/client/?hub=atakora"
    assert url == answer.json["url"]
    assert answer.json["session"] == jwt.decode(answer.json["accessToken"], KEY, ["HS256"], audience=url)["nameid"]


def test_a_connection_string_that_is_wrong_stops_the_start(tmp_path: Path) -> None:
    """The setting is named when the app starts, not when somebody subscribes."""
    settings = Settings(store="memory", key_file=tmp_path / "key", signalr=Connection(NAME, "Endpoint=https://a"))

    with pytest.raises(SettingsError, match=f"{NAME} has no AccessKey"):
        bootstrap(settings, registry=REGISTRY)


def test_in_azure_what_is_missing_stops_the_start(tmp_path: Path) -> None:
    """All of it is named at once; an app without entities in real time needs none of it."""
    settings = Settings(store="memory", key_file=tmp_path / "key", cursor_key=b"c" * 32, is_azure=True)

    with pytest.raises(SettingsError, match=f"SERVICE_BUS and {NAME} are not set"):
        bootstrap(settings, registry=REGISTRY)
    assert bootstrap(settings, registry=build_registry([Draft])).realtime is None
