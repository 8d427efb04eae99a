"""The composition root: settings in, a wired application out. The only file that names adapters."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from atakora_data.api.http.cors import Cors
from atakora_data.api.http.headers import DEPLOYED, STANDARD
from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.pipeline import Once, Pipeline
from atakora_data.api.http.router import CollectionRoutes, Methods, Router
from atakora_data.api.rest.routes import rest_routes
from atakora_data.api.routes import fixed_routes
from atakora_data.application import Application, Lifecycle, Realtime
from atakora_data.authorization.access import Gatekeeper
from atakora_data.authorization.principal import Principal
from atakora_data.bootstrap.limits import bounds_of, rate_limiter
from atakora_data.bootstrap.stores import Stores, given, stores
from atakora_data.errors import RequestError, SettingsError
from atakora_data.identity.bearer import BearerAuthenticator
from atakora_data.identity.either import EitherVerifier
from atakora_data.identity.local import LocalTokenVerifier
from atakora_data.identity.local_key import local_key
from atakora_data.identity.port import TokenVerifier
from atakora_data.identity.tenancy import Tenancy
from atakora_data.query.cursor import CursorSigner
from atakora_data.realtime.port import GraphQLSubscriptions
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.data import Data
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings, require_realtime
from atakora_data.storage.port import EntityStore, Target
from atakora_data.storage.state import StateStore
from atakora_data.telemetry.port import Observer

if TYPE_CHECKING:
    from atakora_data.identity.entra.signing_keys import SigningKeys


def bootstrap(
    settings: Settings,
    *,
    registry: Registry | None = None,
    store: EntityStore | None = None,
    observer: Observer | None = None,
) -> Application:
    """Wire the app; nothing connects and no data is opened before its first request.

    observer: who is told what happens, instead of whom the settings name.
    SchemaError or SettingsError say what is wrong with the schema folder or the settings.
    """
    registry = registry or load_registry(settings.schemas)
    observer = _observer(settings) if observer is None else observer
    stored = _observed(stores(settings, registry) if store is None else given(store), observer)
    key = None if settings.is_azure else local_key(settings.key_file)
    gatekeeper = Gatekeeper(registry.entities, scoped=settings.scopes == "required")
    signer = CursorSigner(_cursor_key(settings, key))
    service = EntityService(
        registry=registry,
        store=stored.records,
        gatekeeper=gatekeeper,
        signer=signer,
        data_for=lambda context: _data(service, context),
    )
    tenancy = Tenancy(settings.tenant_claim, settings.anonymous_tenant)
    authenticator = BearerAuthenticator(_verifier(settings, key))
    graphql = cache(lambda: _graphql(settings, registry, service))
    realtime, realtime_paths = _realtime(
        settings, registry, stored, gatekeeper, service, key, lambda: graphql()[1], signer
    )
    collections = rest_routes(service, max_body=settings.max_body_bytes)
    router = Router(
        collections,
        fixed_routes(
            registry,
            graphql=lambda: graphql()[0],
            batch=lambda: _batch(settings, collections, service),
            check=lambda: _check(registry, stored.records),
            playground=settings.playground,
            explain=(lambda: _explain(settings, service, tenancy)) if settings.explain_roles else None,
            realtime=realtime_paths,
            hub=lambda: _hub_elsewhere(settings),
        ),
    )
    lifecycle = Lifecycle(stored.records, stored.also)
    bounds = bounds_of(settings)
    pipeline = Pipeline(
        authenticate=authenticator.authenticate,
        router=router,
        cors=Cors(settings.cors_origins, shows_charge=settings.request_charge),
        ready=lifecycle.start,
        refusals={"graphql": _graphql_refusal},
        standard=DEPLOYED if settings.is_azure else STANDARD,
        bounds=bounds,
        rate=rate_limiter(settings),
        once=_once(settings, stored.state),
        easy_auth=_easy_auth(settings),
        gateway=_gateway(settings),
        tenant_of=tenancy.tenant_of,
    )
    return Application(
        settings,
        registry,
        gatekeeper,
        service,
        lifecycle,
        _told(_charged(settings, pipeline), observer, router),
        realtime,
        bounds,
        tenancy,
    )


def _observer(settings: Settings) -> Observer | None:
    """Who is told what happens, if anybody."""
    if settings.telemetry == "off":
        return None
    from atakora_data.telemetry.log import LogObserver

    return LogObserver()


def _observed(stored: Stores, observer: Observer | None) -> Stores:
    if observer is None:
        return stored
    from atakora_data.storage.observed import ObservedStore

    return replace(stored, records=ObservedStore(stored.records, observer))


def _told(handle: Handler, observer: Observer | None, router: Router) -> Handler:
    if observer is None:
        return handle
    from atakora_data.api.http.observing import ObservedHandler

    return ObservedHandler(handle, observer, router.template)


def _easy_auth(settings: Settings) -> Callable[[str], Principal] | None:
    """Reads the caller that App Service tells, where the settings trust it."""
    if not settings.easy_auth:
        return None
    from atakora_data.identity.easy_auth import EasyAuth

    return EasyAuth(settings.entra_tenants, {id: name for name, id in settings.entra_groups}).principal


def _gateway(settings: Settings) -> Callable[[str | None], Awaitable[None]] | None:
    """Lets in what the gateway sends on, where one is named."""
    if settings.gateway is None:
        return None
    from atakora_data.identity.entra.verifier import EntraTokenVerifier
    from atakora_data.identity.gateway import Gateway

    tenant, object_id = settings.gateway
    keys = _signing_keys(settings, (tenant,))
    return Gateway(EntraTokenVerifier(keys, tenants=(tenant,), audiences=settings.audiences), object_id).admit


def _once(settings: Settings, state: StateStore | None) -> Callable[[], Once] | None:
    """Who answers requests with an `Idempotency-Key`, made with the first of them."""
    if state is None:
        return None

    def make() -> Once:
        from atakora_data.api.http.idempotency import Once as Answering

        return Answering(state, settings.idempotency_seconds).answer

    return cache(make)


def _cursor_key(settings: Settings, key: bytes | None) -> bytes:
    """What page cursors are signed with: a secret of the settings, or one that comes of this machine's key."""
    if settings.cursor_key is not None:
        return settings.cursor_key
    if key is None:
        raise SettingsError("The setting ATAKORA_CURSOR_KEY is missing.")
    return _derived(key, b"cursors")


def _verifier(settings: Settings, key: bytes | None) -> TokenVerifier:
    """Who tells which tokens are genuine: this machine's key at a desk, and Entra ID where tenants are named."""
    local = None if key is None else LocalTokenVerifier(key, audience=settings.audiences[0])
    if local is not None and not settings.entra_tenants:
        return local
    from atakora_data.identity.entra.clouds import CLOUDS
    from atakora_data.identity.entra.graph import Graph
    from atakora_data.identity.entra.groups import GroupReader
    from atakora_data.identity.entra.verifier import EntraTokenVerifier

    keys = _signing_keys(settings, settings.entra_tenants)
    graph = Graph(settings.entra_graph or CLOUDS[settings.entra_cloud].graph)
    entra = EntraTokenVerifier(
        keys,
        tenants=settings.entra_tenants,
        audiences=settings.audiences,
        groups=GroupReader(graph.groups),
        names=settings.group_names,
    )
    return entra if local is None else EitherVerifier(local, entra)


def _signing_keys(settings: Settings, tenants: Sequence[str]) -> Mapping[str, SigningKeys]:
    from atakora_data.identity.entra.clouds import CLOUDS
    from atakora_data.identity.entra.verifier import signing_keys

    return signing_keys(settings.entra_authority or CLOUDS[settings.entra_cloud].login, tenants)


def _realtime(
    settings: Settings,
    registry: Registry,
    stored: Stores,
    gatekeeper: Gatekeeper,
    service: EntityService,
    key: bytes | None,
    graphql: Callable[[], GraphQLSubscriptions],
    signer: CursorSigner,
) -> tuple[Realtime | None, Mapping[str, Methods]]:
    """What brings changes to subscribers, and where they register, when there is anything to bring."""
    if not registry.realtime:
        return None, {}
    require_realtime(settings)
    if stored.beside is None:
        return None, {}
    from atakora_data.bootstrap.realtime import RealtimeWiring

    wiring = RealtimeWiring(
        settings, registry, gatekeeper, service, stored.records, stored.beside, key, graphql, signer
    )
    return wiring.parts, wiring.routes


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


def _graphql(settings: Settings, registry: Registry, service: EntityService) -> tuple[Handler, GraphQLSubscriptions]:
    """The GraphQL door, and what understands subscriptions, imported when one of them is first asked for."""
    from atakora_data.bootstrap.graphql import graphql_parts

    return graphql_parts(settings, registry, service)


def _batch(settings: Settings, collections: Mapping[str, CollectionRoutes], service: EntityService) -> Handler:
    """The batch door, imported with its first request only."""
    from atakora_data.api.http.content import BodyReader
    from atakora_data.api.rest.batch import BatchDoor

    return BatchDoor(Router(collections), BodyReader(settings.max_body_bytes), service)


def _explain(settings: Settings, service: EntityService, tenancy: Tenancy) -> Handler:
    """The door of explanations, imported with its first request only."""
    from atakora_data.api.http.content import BodyReader
    from atakora_data.api.rest.explaining import ExplainDoor

    body = BodyReader(settings.max_body_bytes)
    return ExplainDoor(service, body, settings.explain_roles, tenancy, settings.group_names)


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
