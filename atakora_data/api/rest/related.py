"""The doors of one relation: what it leads to, and the single links of a many-to-many."""

from __future__ import annotations

import orjson
from msgspec import Struct

from atakora_data.api.http.conditional import refuse_match, refuse_none_match
from atakora_data.api.http.content import JSON, BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import path_of
from atakora_data.api.rest.parameters import read_list, read_nothing, read_selection, read_selections
from atakora_data.api.rest.rendering import is_uniform, render_page, render_record
from atakora_data.errors import NotFound
from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.service.commands import Link, ListRelated, RelationSelection, Selection, Unlink
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import Record


class RelationDoor(Struct, frozen=True):
    """Answers `GET /posts/{id}/comments`."""

    service: EntityService
    entity: EntityModel
    relation: RelationModel

    async def __call__(self, request: Request) -> Response:
        """The page of a to-many relation, or the record of a to-one."""
        return await (self._list(request) if self.relation.is_to_many else self._get(request))

    async def _list(self, request: Request) -> Response:
        registry, name = self.service.registry, self.relation.wire
        asked = read_list(registry, registry[self.relation.target], request)
        wanted = RelationSelection(
            name,
            name,
            asked.selection,
            asked.filter,
            asked.order_by,
            asked.limit,
            asked.next_token,
            asked.count,
            as_json=True,
        )
        command = ListRelated(self.entity.name, request.path[1], wanted)
        return render_page(await self.service.related(command, request.context))

    async def _get(self, request: Request) -> Response:
        """One record. Of which entity a polymorphic one is shows itself only then, so that each is read as asked."""
        registry, name = self.service.registry, self.relation.wire
        targets = [registry[each] for each in self.relation.all_targets]
        selections = read_selections(registry, targets, request)
        chosen = {target.name: selection for target, selection in zip(targets, selections, strict=True)}
        wanted = RelationSelection(name, name, selections[0], selections=chosen if self.relation.targets else None)
        record = await self.service.related(ListRelated(self.entity.name, request.path[1], wanted), request.context)
        if record is None:
            raise NotFound(f"{self.entity.name} {request.path[1]} has no {name} that you may read.")
        is_alone = not self.relation.targets
        return render_record(record, request, selections[0], is_alone and is_uniform(targets[0]))


class LinkDoor(Struct, frozen=True):
    """Answers `/posts/{id}/categories/{categoryId}`: whether the two are linked, and by which through fields."""

    service: EntityService
    entity: EntityModel
    relation: RelationModel
    body: BodyReader

    async def get(self, request: Request) -> Response:
        """`GET`: the linked record with its through fields."""
        target = self.service.registry[self.relation.target]
        selection = read_selection(self.service.registry, target, request)
        _, id, name, other = request.path
        found = await self._linked(id, other, target, selection, request) if _can_be(target, other) else []
        if not found:
            raise NotFound(f"{self.entity.name} {id} has no {other} among its {name} that you may read.")
        return render_record(found[0], request, selection, uniform=False)

    async def _linked(
        self, id: str, other: str, target: EntityModel, selection: Selection, request: Request
    ) -> list[Record]:
        name, only = self.relation.wire, {target.primary_key.wire: {"eq": other}}
        wanted = RelationSelection(name, name, selection, filter=only, limit=1)
        page = await self.service.related(ListRelated(self.entity.name, id, wanted), request.context)
        return list(page["items"])

    async def link(self, request: Request) -> Response:
        """`POST`, or `PUT`: both are linked then, by the through fields in the body."""
        _refuse_conditions(request)
        _, id, name, other = request.path
        command = Link(self.entity.name, id, name, other, self.body.read_optional(request))
        through, is_new = await self.service.link(command, request.context)
        place = {"Location": path_of(request)} if is_new else {}
        return Response(201 if is_new else 200, {"Content-Type": JSON, **place}, orjson.dumps(through))

    async def unlink(self, request: Request) -> Response:
        """`DELETE`: they are not linked any more; both records stay."""
        _refuse_conditions(request)
        _, id, name, other = request.path
        await self.service.unlink(Unlink(self.entity.name, id, name, other), request.context)
        return Response(204)


def _refuse_conditions(request: Request) -> None:
    """A link has no entity tag, and no parameters."""
    refuse_match(request.headers)
    refuse_none_match(request.headers)
    read_nothing(request)


def _can_be(target: EntityModel, id: str) -> bool:
    """Whether records of the target have ids of this form."""
    try:
        target.codec.canonical(target.primary_key, id)
    except ValueError:
        return False
    return True
