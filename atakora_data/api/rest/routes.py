"""All REST paths: registry in, routes out."""

from __future__ import annotations

from collections.abc import Mapping

from atakora_data.api.http.content import DEFAULT_MAX_BODY, JSON, MERGE_PATCH, BodyReader
from atakora_data.api.http.message import Handler
from atakora_data.api.http.router import CollectionRoutes, Methods, lazily
from atakora_data.api.rest.collection import ActionDoor, CollectionDoor
from atakora_data.api.rest.offered import Linking, linking
from atakora_data.api.rest.related import LinkDoor, RelationDoor
from atakora_data.registry.entity import EntityModel, RelationKind
from atakora_data.service.entity_service import EntityService


def rest_routes(service: EntityService, *, max_body: int = DEFAULT_MAX_BODY) -> dict[str, CollectionRoutes]:
    """The routes of every entity, by its collection."""
    return {
        entity.collection: _routes(service, entity, max_body) for entity in service.registry if not entity.is_junction
    }


def _routes(service: EntityService, entity: EntityModel, max_body: int) -> CollectionRoutes:
    body = BodyReader(max_body)
    door = CollectionDoor(service, entity, body, BodyReader(max_body, (MERGE_PATCH, JSON)))
    return CollectionRoutes(
        collection=_offered(
            entity,
            {
                "GET": ("list", door.list),
                "POST": ("create", door.create),
                "PATCH": ("update", door.bulk.update),
                "DELETE": ("delete", door.bulk.delete),
            },
        ),
        record=_offered(
            entity,
            {
                "GET": ("get", door.get),
                "PATCH": ("update", door.update),
                "PUT": ("replace", door.put),
                "DELETE": ("delete", door.delete),
            },
        ),
        below={**_relations(service, entity), **_actions(service, entity, body)},
        words=_words(service, entity),
        links=_links(service, entity, body),
    )


def _offered(entity: EntityModel, doors: Mapping[str, tuple[str, Handler]]) -> Methods:
    """The doors that the entity's `operations` leave open."""
    return {method: handler for method, (name, handler) in doors.items() if name in entity.operations}


def _words(service: EntityService, entity: EntityModel) -> dict[str, Methods]:
    return {"aggregate": {"GET": lazily(lambda: _aggregates(service, entity))}} if "list" in entity.operations else {}


def _aggregates(service: EntityService, entity: EntityModel) -> Handler:
    from atakora_data.api.rest.aggregates import AggregateDoor

    return AggregateDoor(service, entity)


def _relations(service: EntityService, entity: EntityModel) -> dict[str, Methods]:
    return {name: {"GET": RelationDoor(service, entity, each)} for name, each in entity.relations.items()}


def _links(service: EntityService, entity: EntityModel, body: BodyReader) -> dict[str, Methods]:
    many = {name: each for name, each in entity.relations.items() if each.kind is RelationKind.MANY_TO_MANY}
    return {
        name: _link_methods(LinkDoor(service, entity, each, body), linking(service.registry, entity, each))
        for name, each in many.items()
    }


def _link_methods(door: LinkDoor, offered: Linking) -> Methods:
    linked = {"POST": door.link, "PUT": door.link} if offered.link else {}
    return {"GET": door.get, **linked, **({"DELETE": door.unlink} if offered.unlink else {})}


def _actions(service: EntityService, entity: EntityModel, body: BodyReader) -> dict[str, Methods]:
    return {name: {"POST": ActionDoor(service, entity, each, body)} for name, each in entity.actions.items()}
