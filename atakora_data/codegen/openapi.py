"""The OpenAPI description as a file."""

from __future__ import annotations

import json

from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.codegen.marks import mark
from atakora_data.registry.registry import Registry

KIND = "openapi"


def openapi_files(registry: Registry) -> dict[str, str]:
    """`openapi.json`, as the REST door serves it; JSON has no comments, so that a member says what made it."""
    document = {"x-generator": mark(KIND), **openapi_document(registry)}
    return {"openapi.json": json.dumps(document, indent=2, ensure_ascii=False) + "\n"}
