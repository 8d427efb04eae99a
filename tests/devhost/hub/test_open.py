"""The hub of an app: attached to it where its subscribers come here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.hub import beside
from atakora_data.devhost.hub.open import closing, hub_of
from atakora_data.devhost.server import serving
from atakora_data.realtime.port import Delivery
from atakora_data.settings import Connection
from tests.support.app import running
from tests.support.hub import HANDSHAKE, Client

SCHEMA = '''
from atakora_data import Authorization, Entity, Field, allow

class Note(Entity):
    """Something written down."""

    realtime = {realtime}
    id: str = Field(primary_key=True)
    authorization = Authorization(read=allow.authenticated())
'''


def schemas(folder: Path, *, realtime: bool) -> Path:
    """A folder with one entity."""
    (folder / "schemas").mkdir()
    (folder / "schemas" / "note.py").write_text(SCHEMA.format(realtime=realtime))
    return folder / "schemas"


async def app(_: Any) -> Answer:
    """Answers nothing."""
    return Answer(404)


async def test_what_the_app_sends_reaches_its_subscribers(tmp_path: Path) -> None:
    """The access that the app gives is good here, and its deliveries arrive."""
    async with running(tmp_path, schemas=schemas(tmp_path, realtime=True)) as client:
        realtime = client.application.realtime
        assert realtime is not None
        hub = hub_of(client.application)
        async with serving(beside(hub, app), "127.0.0.1", 0) as origin, closing(hub), ClientSession() as web:
            access = await realtime.hub.access("alice", 60)
            async with web.ws_connect(f"{origin}{access.url}&access_token={access.token}") as socket:
                await socket.send_str(HANDSHAKE)
                subscriber = Client(socket)
                assert {} == await subscriber.next()
                await realtime.hub.send([Delivery("alice", {"id": "1"})])
                assert [{"id": "1"}] == await subscriber.arguments()


async def test_an_app_without_real_time_has_no_hub(tmp_path: Path) -> None:
    """Nothing is served beside it, and so with something that is no app of ours."""
    async with running(tmp_path, schemas=schemas(tmp_path, realtime=False)) as client:
        assert hub_of(client.application) is None
    assert hub_of(None) is None
    assert beside(None, app) is app
    async with closing(None):
        pass


async def test_an_app_whose_hub_is_elsewhere_has_none_here(tmp_path: Path) -> None:
    """Subscribers connect to the service that the settings name."""
    text = "Endpoint=https://name.service.signalr.net;AccessKey=c2VjcmV0;Version=1.0;"
    signalr = Connection("AzureSignalRConnectionString", text)
    async with running(tmp_path, schemas=schemas(tmp_path, realtime=True), signalr=signalr) as client:
        assert hub_of(client.application) is None
