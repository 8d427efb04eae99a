"""The doors of one relation: what it leads to, and the links of a many-to-many."""

from __future__ import annotations

from dataclasses import dataclass

from atakora_data.api.http.message import Request, Response
from atakora_data.api.rest.parameters import read_list, read_selections
from atakora_data.api.rest.rendering import is_uniform, render_page, render_record
from atakora_data.errors import NotFound
from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.service.commands import ListRelated, RelationSelection
from atakora_data.service.entity_service import EntityService


@dataclass(frozen=True, slots=True)
class RelationDoor:
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
