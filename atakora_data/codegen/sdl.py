"""The GraphQL schema as a file."""

from __future__ import annotations

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.codegen.marks import mark
from atakora_data.registry.registry import Registry

KIND = "sdl"


def sdl_files(registry: Registry) -> dict[str, str]:
    """`schema.graphql`, as the GraphQL door serves it."""
    return {"schema.graphql": f"# {mark(KIND)}\n\n{print_sdl(registry).strip()}\n"}
