"""What can be generated, by the word on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from atakora_data.codegen.openapi import openapi_files
from atakora_data.codegen.python.files import python_files
from atakora_data.codegen.sdl import sdl_files
from atakora_data.codegen.typescript.files import typescript_files
from atakora_data.registry.registry import Registry


class Generator(Struct, frozen=True):
    """files: from a registry and the name of the client. folders: where its files are, and may be left over.

    place: its folder when everything is generated; alone, it writes into the folder that it is given.
    """

    files: Callable[[Registry, str], dict[str, str]]
    folders: tuple[str, ...] = (".",)
    place: str = "."


GENERATORS: Final[Mapping[str, Generator]] = {
    "sdl": Generator(lambda registry, _: sdl_files(registry)),
    "openapi": Generator(lambda registry, _: openapi_files(registry)),
    "typescript": Generator(typescript_files, (".", "entities", "runtime"), "typescript"),
    "python": Generator(python_files, (".", "entities", "runtime"), "python"),
}
