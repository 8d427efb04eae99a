"""All files of the TypeScript client."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain

from atakora_data.codegen.typescript import names
from atakora_data.codegen.typescript.client import index, schema
from atakora_data.codegen.typescript.entity import entity_names, write_entity
from atakora_data.codegen.typescript.shared import Shared
from atakora_data.codegen.typescript.text import HEADER, KIND, Module, alias, union
from atakora_data.errors import RequestError, SettingsError
from atakora_data.registry.registry import Registry

__all__ = ["KIND", "typescript_files"]


def typescript_files(registry: Registry, name: str = "Data") -> dict[str, str]:
    """The client as `{path: text}`. name: what its class is called, `BlogClient` for `Blog`.

    SettingsError when no class can be called so, or when a type of an entity has that name.
    """
    served = [each for each in registry if not each.is_junction]
    shared = Shared(registry)
    paths = names.files(each.name for each in served)
    homes = dict.fromkeys(shared.names(), "types")
    homes |= {type: f"entities/{paths[each.name]}" for each in served for type in entity_names(each)}
    class_name = _class_name(name, homes)
    found = {"index.ts": index(served, class_name, {type: f"./{home}.js" for type, home in homes.items()})}
    found["schema.ts"] = schema(registry, served)
    types = Module({type: f"./{home}.js" for type, home in homes.items()}, "./types.js", "./runtime/index.js")
    shared.write(types)
    found["types.ts"] = types.print()
    beside = {type: _from_entities(home) for type, home in homes.items()}
    for entity in served:
        module = Module(beside, f"./{paths[entity.name]}.js", "../runtime/index.js")
        write_entity(module, registry, entity)
        found[f"entities/{paths[entity.name]}.ts"] = module.print()
    return {**found, **_runtime()}


def _from_entities(home: str) -> str:
    return f"./{home.removeprefix('entities/')}.js" if home.startswith("entities/") else f"../{home}.js"


def _class_name(name: str, taken: Iterable[str]) -> str:
    found = f"{name}Client"
    if not names.is_client_name(name):
        raise SettingsError(f"A client cannot be called {name!r}. Write it in PascalCase: --name Blog.")
    if found in taken:
        raise SettingsError(f"A type of the schemas is called {found} already. Choose another --name.")
    return found


@cache
def _runtime() -> dict[str, str]:
    """What is the same for every client, and the codes of errors."""
    folder = files("atakora_data.codegen.typescript") / "runtime"
    found = {f"runtime/{each.name}": f"{HEADER}\n{each.read_text('utf-8')}" for each in _sources(folder)}
    codes = union(f'"{code}"' for code in (*sorted(_codes()), "internal_error"))
    said = "What is wrong, in a word that stays the same; others may be added."
    found["runtime/codes.ts"] = f"{HEADER}\n{alias('ProblemCode', f'{codes} | (string & {{}})', said)}"
    return dict(sorted(found.items()))


def _sources(folder: Traversable) -> list[Traversable]:
    return [each for each in folder.iterdir() if each.name.endswith(".ts")]


def _codes() -> set[str]:
    """The codes of all errors a caller can meet."""
    kinds = _kinds(RequestError)
    return {kind.code for kind in kinds if "code" in vars(kind)}


def _kinds(root: type[RequestError]) -> list[type[RequestError]]:
    return [root, *chain.from_iterable(_kinds(each) for each in root.__subclasses__())]
