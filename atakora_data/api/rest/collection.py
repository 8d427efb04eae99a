"""The doors of one entity: each translates a request into a command, and the answer into a response."""

from __future__ import annotations

from itertools import chain

from msgspec import Struct

from atakora_data.api.http.conditional import if_match, only_create, refuse_match, refuse_none_match
from atakora_data.api.http.content import BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import path_of
from atakora_data.api.rest.bulk import BulkDoor
from atakora_data.api.rest.parameters import read_list, read_nothing, read_selection
from atakora_data.api.rest.rendering import (
    is_uniform,
    render_created,
    render_page,
    render_record,
    render_written,
    with_id,
)
from atakora_data.registry.entity import ActionModel, EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import (
    Act,
    Create,
    Delete,
    Get,
    ListRecords,
    Put,
    Update,
)
from atakora_data.service.entity_service import EntityService

_REMEMBERED = 128
_LONGEST_REMEMBERED = 1000


class CollectionDoor:
    """Answers `/posts` and `/posts/{id}`."""

    def __init__(self, service: EntityService, entity: EntityModel, body: BodyReader, patch: BodyReader) -> None:
        self._service = service
        self._registry: Registry = service.registry
        self._entity = entity
        self._uniform = is_uniform(entity)
        self._body = body
        self._patch = patch
        self._lists: dict[tuple[tuple[str, str], ...], ListRecords] = {}
        self.bulk = BulkDoor(service, entity, patch)

    async def list(self, request: Request) -> Response:
        """`GET /posts`: a page of records."""
        return render_page(await self._service.list_json(self._list_command(request), request.context))

    def _list_command(self, request: Request) -> ListRecords:
        """What the query string asks, read once for questions that come again: it says nothing of who asks."""
        pairs = tuple(request.query)
        known = self._lists.get(pairs)
        if known is not None:
            return known
        asked = read_list(self._registry, self._entity, request)
        command = ListRecords(
            self._entity.name,
            asked.selection,
            asked.filter,
            asked.order_by,
            asked.limit,
            asked.next_token,
            asked.count,
        )
        if asked.next_token is None and sum(map(len, chain.from_iterable(pairs))) <= _LONGEST_REMEMBERED:
            if len(self._lists) >= _REMEMBERED:
                self._lists.clear()
            self._lists[pairs] = command
        return command

    async def get(self, request: Request) -> Response:
        """`GET /posts/{id}`: one record."""
        selection = read_selection(self._registry, self._entity, request)
        command = Get(self._entity.name, request.path[1], selection)
        record = await self._service.get(command, request.context)
        return render_record(record, request, selection, self._uniform)

    async def create(self, request: Request) -> Response:
        """`POST /posts`: a new record; what exists is never replaced, as `If-None-Match: *` demands."""
        refuse_match(request.headers)
        only_create(request.headers)
        selection = read_selection(self._registry, self._entity, request)
        input = self._body.read_one_or_many(request)
        if isinstance(input, list):
            return await self.bulk.create(request, input, selection)
        command = Create(self._entity.name, input, with_id(selection))
        record = await self._service.create(command, request.context)
        return render_created(record, request, selection, self._uniform)

    async def update(self, request: Request) -> Response:
        """`PATCH /posts/{id}`: some fields of a record."""
        refuse_none_match(request.headers)
        selection = read_selection(self._registry, self._entity, request)
        command = Update(
            self._entity.name,
            request.path[1],
            self._patch.read(request),
            if_match(request.headers),
            selection,
        )
        record = await self._service.update(command, request.context)
        return render_written(record, selection, self._uniform)

    async def put(self, request: Request) -> Response:
        """`PUT /posts/{id}`: the whole record, also when there is none yet."""
        selection = read_selection(self._registry, self._entity, request)
        command = Put(
            self._entity.name,
            request.path[1],
            self._body.read(request),
            if_match(request.headers),
            only_create(request.headers),
            selection,
        )
        record, is_new = await self._service.put(command, request.context)
        response = render_written(record, selection, self._uniform, 201 if is_new else 200)
        if is_new:
            response.headers["Location"] = path_of(request)
        return response

    async def delete(self, request: Request) -> Response:
        """`DELETE /posts/{id}`."""
        refuse_none_match(request.headers)
        read_nothing(request)
        command = Delete(self._entity.name, request.path[1], if_match(request.headers))
        await self._service.delete(command, request.context)
        return Response(204)


class ActionDoor(Struct, frozen=True):
    """Answers `POST /posts/{id}/publish`; the body holds the parameters of the action, if it has any."""

    service: EntityService
    entity: EntityModel
    action: ActionModel
    body: BodyReader

    async def __call__(self, request: Request) -> Response:
        """The record as the action left it."""
        refuse_none_match(request.headers)
        selection = read_selection(self.service.registry, self.entity, request)
        command = Act(
            self.entity.name,
            request.path[1],
            self.action.wire,
            self.body.read_optional(request),
            if_match(request.headers),
            selection,
        )
        record = await self.service.act(command, request.context)
        return render_written(record, selection, is_uniform(self.entity))
