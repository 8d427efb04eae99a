"""GraphQL, wired: one engine for the door and for subscriptions. Imported with the first of them only."""

from __future__ import annotations

from atakora_data.api.graphql.door import GraphQLDoor
from atakora_data.api.graphql.execution import Engine
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.subscriptions import Subscriptions
from atakora_data.api.http.message import Handler
from atakora_data.realtime.port import GraphQLSubscriptions
from atakora_data.registry.registry import Registry
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings


def graphql_parts(
    settings: Settings, registry: Registry, service: EntityService
) -> tuple[Handler, GraphQLSubscriptions]:
    """The door, and what understands subscriptions."""
    limits = Limits(
        max_depth=settings.graphql_max_depth,
        max_complexity=settings.graphql_max_complexity,
        max_complexity_by_role=dict(settings.graphql_max_complexity_by_role),
        max_aliases=settings.graphql_max_aliases,
        max_tokens=settings.graphql_max_tokens,
    )
    engine = Engine(registry, service, limits, introspection=settings.introspection)
    door = GraphQLDoor(engine, playground=settings.playground, max_body=settings.max_body_bytes)
    return door, Subscriptions(registry, service, engine)
