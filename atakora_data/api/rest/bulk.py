"""Many records of one entity at once: created from an array, changed or deleted by a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from msgspec import Struct

from atakora_data.api.http.conditional import refuse_match, refuse_none_match
from atakora_data.api.http.content import JSON, BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.rest.parameters import read_bulk
from atakora_data.api.rest.selection import check_included
from atakora_data.registry.entity import EntityModel
from atakora_data.service.commands import CreateMany, DeleteMany, Selection, UpdateMany
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import Record


class BulkDoor(Struct, frozen=True):
    """Answers `PATCH` and `DELETE /posts?filter=…`, and what comes as an array to `POST /posts`: all or none."""

    service: EntityService
    entity: EntityModel
    patch: BodyReader

    async def create(self, request: Request, inputs: list[dict[str, Any]], selection: Selection) -> Response:
        """`POST /posts` with an array: as many new records."""
        if selection.relations:
            check_included(self.service.registry, self.entity, selection, len(inputs))
        command = CreateMany(self.entity.name, tuple(inputs), selection)
        items = await self.service.create_many(command, request.context)
        return Response(201, {"Content-Type": JSON}, orjson.dumps({"items": items}))

    async def update(self, request: Request) -> Response:
        """`PATCH /posts?filter=…`: the same change to each."""
        _refuse_conditions(request)
        asked = read_bulk(self.service.registry, self.entity, request)
        patch = self.patch.read(request)
        command = UpdateMany(self.entity.name, asked.filter, patch, asked.max_affected, asked.selection)
        return _changed(await self.service.update_many(command, request.context))

    async def delete(self, request: Request) -> Response:
        """`DELETE /posts?filter=…`: the records as they were."""
        _refuse_conditions(request)
        asked = read_bulk(self.service.registry, self.entity, request)
        command = DeleteMany(self.entity.name, asked.filter, asked.max_affected, asked.selection)
        return _changed(await self.service.delete_many(command, request.context))


def _refuse_conditions(request: Request) -> None:
    """A condition is about one record."""
    refuse_match(request.headers)
    refuse_none_match(request.headers)


def _changed(items: Sequence[Record]) -> Response:
    return Response(200, {"Content-Type": JSON}, orjson.dumps({"items": items, "count": len(items)}))
