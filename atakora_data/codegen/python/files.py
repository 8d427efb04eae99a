"""All files of the Python client."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from atakora_data.codegen.marks import mark
from atakora_data.codegen.python import names
from atakora_data.codegen.python.client import package, schema
from atakora_data.codegen.python.entity import EntityWriter, entity_names, further_names
from atakora_data.codegen.python.shared import Shared, shared_names, write_shared
from atakora_data.codegen.python.text import HEADER, KIND, Module
from atakora_data.errors import SettingsError
from atakora_data.registry.registry import Registry

__all__ = ["KIND", "python_files"]


def python_files(registry: Registry, name: str = "Data") -> dict[str, str]:
    """The client, a package, as `{path: text}`. name: what its class is called, `BlogClient` for `Blog`.

    SettingsError when no class can be called so, or when a type of an entity has that name.
    """
    served = [each for each in registry if not each.is_junction]
    shared = Shared(registry)
    modules = names.modules(each.name for each in served)
    homes = dict.fromkeys(shared_names(shared), "shared")
    homes |= {type: f"entities.{modules[each.name]}" for each in served for type in entity_names(each)}
    called: dict[str, dict[str, str]] = {each.name: {} for each in served}
    class_name = _class_name(name, homes)
    for entity in served:
        for type in further_names(entity):
            called[entity.name][type] = free = names.free(type, {*homes, class_name})
            homes[free] = f"entities.{modules[entity.name]}"
    found = {"__init__.py": package(served, class_name, homes, called)}
    found["schema.py"] = schema(registry, served, shared.objects)
    module = Module(dict.fromkeys(homes, "shared"), "shared", ".")
    write_shared(module, shared)
    found["shared.py"] = module.print()
    beside = {type: _from_entities(home) for type, home in homes.items()}
    found["entities/__init__.py"] = HEADER
    for entity in served:
        module = Module(beside, f".{modules[entity.name]}", "..")
        EntityWriter(module, registry, entity, called).write()
        found[f"entities/{modules[entity.name]}.py"] = module.print()
    return {**found, "py.typed": f"# {mark(KIND)}\n", **_runtime()}


def _from_entities(home: str) -> str:
    return home.removeprefix("entities") if home.startswith("entities.") else f"..{home}"


def _class_name(name: str, taken: Iterable[str]) -> str:
    found = f"{name}Client"
    if not names.is_client_name(name):
        raise SettingsError(f"A client cannot be called {name!r}. Write it in PascalCase: --name Blog.")
    if found in taken:
        raise SettingsError(f"A type of the schemas is called {found} already. Choose another --name.")
    return found


@cache
def _runtime() -> dict[str, str]:
    """What is the same for every client."""
    folder = files("atakora_data.codegen.python") / "runtime"
    sources = sorted((each for each in folder.iterdir() if each.name.endswith(".py")), key=lambda each: each.name)
    return {f"runtime/{each.name}": f"{HEADER}\n{each.read_text('utf-8')}" for each in sources}
