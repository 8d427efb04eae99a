"""Turns what the service answers into responses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from msgspec.structs import replace

from atakora_data.api.http.conditional import is_not_modified, require_match, tag_of
from atakora_data.api.http.content import JSON
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import path_of
from atakora_data.registry.entity import EntityModel
from atakora_data.service.commands import ALL, Selection
from atakora_data.storage.port import Record

REVALIDATE = "private, no-cache"
"""The caller may keep what has an ETag, but must ask each time whether it still holds."""


def is_uniform(entity: EntityModel) -> bool:
    """Whether every caller gets the very same stored fields of a record it may read."""
    return not entity.field_read_rules and not entity.computed


def render_page(page: dict[str, Any]) -> Response:
    """A list; it depends on who asks and has no tag."""
    return Response(200, {"Content-Type": JSON}, orjson.dumps(page))


def render_record(record: Record, request: Request, selection: Selection, uniform: bool) -> Response:
    """A record that was read: 304 when the caller has this very representation."""
    body = orjson.dumps(record)
    tag = tag_of(record["_etag"], None if uniform and selection is ALL else body)
    if "if-match" in request.headers:
        require_match(request.headers, record["_etag"])
    headers = {"ETag": tag, "Cache-Control": REVALIDATE, "Vary": "Authorization"}
    if is_not_modified(request.headers, tag):
        return Response(304, headers)
    headers["Content-Type"] = JSON
    return Response(200, headers, body)


def render_written(record: Record, selection: Selection, uniform: bool, status: int = 200) -> Response:
    """A record that was written."""
    body = orjson.dumps(record)
    tag = tag_of(record["_etag"], None if uniform and selection is ALL else body)
    return Response(status, {"Content-Type": JSON, "ETag": tag}, body)


def with_id(selection: Selection) -> Selection:
    """The selection with the id, which `Location` needs."""
    fields = selection.fields
    return selection if fields is None or "id" in fields else replace(selection, fields=fields | {"id"})


def render_created(record: Record, request: Request, selection: Selection, uniform: bool) -> Response:
    """A record that is new in the collection the request was sent to; read `with_id`, answered as selected."""
    id = record.get("id")
    if id is not None and selection.fields is not None and "id" not in selection.fields:
        del record["id"]
    response = render_written(record, selection, uniform, 201)
    if id is not None:
        response.headers["Location"] = f"{path_of(request).rstrip('/')}/{quote(id, safe='')}"
    return response
