"""The composition root: settings in, a wired application out. The only file that names adapters."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import NamedTuple, Never, Protocol

from atakora_data.api.http.cors import Cors
from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.api.http.router import CollectionRoutes, Methods, Router
from atakora_data.api.realtime.routes import Door, realtime_routes
from atakora_data.api.rest.routes import rest_routes
from atakora_data.api.routes import fixed_routes
from atakora_data.application import Application, Lifecycle, Realtime
from atakora_data.authorization.access import Gatekeeper
from atakora_data.errors import InvalidSubscription, RequestError
from atakora_data.events.local_topic import LocalTopic
from atakora_data.identity.bearer import BearerAuthenticator
from atakora_data.identity.local import LocalTokenVerifier
from atakora_data.identity.local_key import local_key
from atakora_data.query.cursor import CursorSigner
from atakora_data.realtime.port import Hub
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.data import Data
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings, require_realtime
from atakora_data.storage.feed import ChangeFeed, Journal
from atakora_data.storage.port import EntityStore, Target
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.storage.state import StateStore


def bootstrap(settings: Settings, *, registry: Registry | None = None, store: EntityStore | None = None) -> Application:
    """Wire the app; nothing connects and no data is opened before its first request.

    SchemaError or SettingsError say what is wrong with the schema folder or the settings.
    """
    registry = registry or load_registry(settings.schemas)
    places = _places(settings, registry) if store is None else _Places(store)
    store = places.store
    key = local_key(settings.key_file)
    gatekeeper = Gatekeeper(registry.entities)
    service = EntityService(
        registry=registry,
        store=store,
        gatekeeper=gatekeeper,
        signer=CursorSigner(settings.cursor_key or _derived(key, b"cursors")),
        data_for=lambda context: _data(service, context),
    )
    authenticator = BearerAuthenticator(LocalTokenVerifier(key, audience=settings.audience))
    realtime = _realtime(settings, registry, places, key)
    collections = rest_routes(service, max_body=settings.max_body_bytes)
    router = Router(
        collections,
        fixed_routes(
            registry,
            graphql=lambda: _graphql(settings, registry, service),
            batch=lambda: _batch(settings, collections, service),
            check=lambda: _check(registry, store),
            playground=settings.playground,
            realtime=_realtime_routes(settings, realtime, registry, gatekeeper),
            hub=lambda: _hub_elsewhere(settings),
        ),
    )
    lifecycle = Lifecycle(store)
    pipeline = Pipeline(
        authenticate=authenticator.authenticate,
        router=router,
        cors=Cors(settings.cors_origins),
        ready=lifecycle.start,
        refusals={"graphql": _graphql_refusal},
    )
    return Application(settings, registry, gatekeeper, service, lifecycle, _charged(settings, pipeline), realtime)


class _Places(NamedTuple):
    """Where things live. The others are None where there is nothing in real time."""

    store: EntityStore
    journal: _Journal | None = None
    state: StateStore | None = None


class _Journal(ChangeFeed, Journal, Protocol):
    """Tells what changed, to hosts and to subscribers."""


def _places(settings: Settings, registry: Registry) -> _Places:
    """Where the records live; what only one of the stores needs is imported for it alone."""
    if settings.store != "cosmos":
        return _Places(SqliteEntityStore(registry, ":memory:" if settings.store == "memory" else settings.data))
    from atakora_data.storage.cosmos.account import account_of
    from atakora_data.storage.cosmos.connection import Containers
    from atakora_data.storage.cosmos.store import CosmosEntityStore
    from atakora_data.storage.stepwise import StepwiseStore

    account = account_of(settings.cosmos)
    containers = Containers(registry, account, settings.cosmos_database, creates=not settings.is_azure)
    store = StepwiseStore(CosmosEntityStore(registry, containers), registry)
    if not registry.realtime:
        return _Places(store)
    from atakora_data.storage.cosmos.feed import CosmosJournal
    from atakora_data.storage.cosmos.state import CosmosStateStore

    return _Places(store, CosmosJournal(registry, containers), CosmosStateStore(containers))


def _realtime(settings: Settings, registry: Registry, places: _Places, key: bytes) -> Realtime | None:
    """What brings changes to subscribers, when there is anything to bring."""
    if not registry.realtime:
        return None
    require_realtime(settings)
    store, journal, state = places
    topic = None
    if isinstance(store, SqliteEntityStore):
        journal, state = store, SqliteStateStore(store)
        topic = None if settings.service_bus or settings.is_azure else LocalTopic(store)
    if journal is None or state is None:
        return None
    return Realtime(feed=journal, journal=journal, state=state, make_hub=_hub(settings, key), topic=topic)


def _realtime_routes(
    settings: Settings, realtime: Realtime | None, registry: Registry, gatekeeper: Gatekeeper
) -> Mapping[str, Methods]:
    """The paths of real time, when there is any; the door is imported with its first request."""
    if realtime is None:
        return {}

    def door() -> Door:
        from atakora_data.api.http.content import BodyReader
        from atakora_data.api.realtime.door import RealtimeDoor
        from atakora_data.realtime.admission import Admission
        from atakora_data.realtime.lifetime import Lifetime
        from atakora_data.realtime.subscriptions import Subscriptions

        subscriptions = Subscriptions(
            state=realtime.state,
            admission=Admission(registry, gatekeeper, _no_documents),
            lifetime=Lifetime(settings.subscription_seconds),
            hub=lambda: realtime.hub,
            replay=_no_replay,
        )
        return RealtimeDoor(subscriptions, BodyReader(settings.max_body_bytes))

    return realtime_routes(door)


def _no_documents() -> Never:
    raise InvalidSubscription("GraphQL subscriptions are not served.", hint="Subscribe with `entity`.")


def _no_replay() -> Never:
    raise InvalidSubscription("What was missed cannot be sent again.", hint="Subscribe without `since`.")


def _hub(settings: Settings, key: bytes) -> Callable[[], Hub]:
    """Makes what subscribers connect to; what only one of the hubs needs is imported for it alone."""
    if settings.signalr is not None:
        from atakora_data.realtime.signalr.account import signalr_account
        from atakora_data.realtime.signalr.azure import azure_hub

        account = signalr_account(settings.signalr)
        return lambda: azure_hub(account)
    from atakora_data.realtime.signalr.local import LocalHub
    from atakora_data.realtime.signalr.tokens import local_access_key

    return lambda: LocalHub(local_access_key(key))


def _hub_elsewhere(settings: Settings) -> str | None:
    """The address of the hub, when it is not that of the local host."""
    if settings.signalr is None:
        return None
    from atakora_data.realtime.signalr.account import signalr_account

    return signalr_account(settings.signalr).endpoint


def _charged(settings: Settings, handle: Handler) -> Handler:
    if not settings.request_charge and settings.request_units is None and settings.store != "cosmos":
        return handle
    from atakora_data.api.http.charging import ChargedHandler

    return ChargedHandler(handle, shows=settings.request_charge, budget=settings.request_units)


def _data(service: EntityService, context: RequestContext) -> Data:
    """The typed data API, imported when something first asks for it."""
    from atakora_data.api.typed.data import ServiceData

    return ServiceData(service, context)


def _graphql(settings: Settings, registry: Registry, service: EntityService) -> Handler:
    """The GraphQL door, imported with its first request only."""
    from atakora_data.api.graphql.door import GraphQLDoor
    from atakora_data.api.graphql.limits import Limits

    limits = Limits(
        max_depth=settings.graphql_max_depth,
        max_complexity=settings.graphql_max_complexity,
        max_aliases=settings.graphql_max_aliases,
        max_tokens=settings.graphql_max_tokens,
    )
    return GraphQLDoor(
        registry,
        service,
        limits=limits,
        introspection=settings.introspection,
        playground=settings.playground,
        max_body=settings.max_body_bytes,
    )


def _batch(settings: Settings, collections: Mapping[str, CollectionRoutes], service: EntityService) -> Handler:
    """The batch door, imported with its first request only."""
    from atakora_data.api.http.content import BodyReader
    from atakora_data.api.rest.batch import BatchDoor

    return BatchDoor(Router(collections), BodyReader(settings.max_body_bytes), service)


def _graphql_refusal(error: RequestError, request: Request) -> Response:
    from atakora_data.api.graphql.refusal import refuse

    return refuse(error, request)


async def _check(registry: Registry, store: EntityStore) -> None:
    """Ask each container of the store for a record that need not exist: StoreUnavailable when one cannot answer."""
    for entity in {each.container: each for each in registry}.values():
        await store.get(Target(entity.name), "health")


def _derived(key: bytes, purpose: bytes) -> bytes:
    """A key for one purpose, so that no two purposes share one."""
    return hmac.digest(key, purpose, hashlib.sha256)
