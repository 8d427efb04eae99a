"""What is worked out of many records: counts, sums and the like."""

from __future__ import annotations

from msgspec import Struct

from atakora_data.api.http.message import Request, Response
from atakora_data.api.rest.parameters import read_aggregate
from atakora_data.api.rest.rendering import render_page
from atakora_data.registry.entity import EntityModel
from atakora_data.service.entity_service import EntityService


class AggregateDoor(Struct, frozen=True):
    """Answers `GET /posts/aggregate`."""

    service: EntityService
    entity: EntityModel

    async def __call__(self, request: Request) -> Response:
        """One item for each group, or a single one without groups."""
        command = read_aggregate(self.service.registry, self.entity, request)
        return render_page({"items": await self.service.aggregate(command, request.context)})
