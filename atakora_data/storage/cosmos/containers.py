"""Which containers the registry needs, and how each is made: keys, indexes, lifetime, throughput."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from atakora_data.errors import Problem, SchemaError
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Autoscale, Throughput
from atakora_data.storage.cosmos.ordering import composite_paths, composites
from atakora_data.storage.cosmos.placement import place
from atakora_data.storage.cosmos.uniques import unique_names

INTERNAL: Final = "atakora-internal"
"""The container for what belongs to no entity's; its partition key is `/partitionKey`."""

LEASES: Final = "atakora-leases"
"""The container in which the triggers of the change feed note how far they have come."""

DEAD_LETTERS: Final = "atakora-dead-letters"
"""The container for what could not be read; its partition key is `/partitionKey`."""

NO_DEFAULT_TTL: Final = -1
"""Documents may have a lifetime, and none has one by default."""

CONFLICT_RESOLUTION: Final = {"mode": "LastWriterWins", "conflictResolutionPath": "/_ts"}
"""How writes of several regions are settled, as the service takes it."""

_EXCLUDED: Final = (
    "/_metadata/*",
    "/_exact/*",
    "/_absent/*",
    "/_write/?",
    "/_guards/*",
    "/_pending/*",
    "/_was/?",
    "/_event/?",
    "/_state/?",
    '/"_etag"/?',
)
"""What no query asks for: indexing it would only make writes dearer."""

_MOST_UNIQUE: Final = 10
_MOST_COMPOSITES: Final = 100
_LONGEST_COMPOSITE: Final = 8
"""What a container can have at most, as the service documents it."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

CompositeIndex = tuple[tuple[str, bool], ...]
"""Paths, and whether each descends."""


class ContainerSpec(Struct, frozen=True):
    """One container. paths: of the partition key. unique: paths that no two documents of a partition share."""

    name: str
    paths: tuple[str, ...]
    unique: tuple[str, ...] = ()
    composites: tuple[CompositeIndex, ...] = ()
    throughput: Throughput | None = None

    @property
    def partition_key(self) -> dict[str, Any]:
        """As the service takes it: several paths make a hierarchy."""
        return {"paths": list(self.paths), "kind": "MultiHash" if len(self.paths) > 1 else "Hash", "version": 2}

    @property
    def unique_key_policy(self) -> dict[str, Any]:
        """As the service takes it; it can never be changed."""
        return {"uniqueKeys": [{"paths": [path]} for path in self.unique]}

    @property
    def indexing_policy(self) -> dict[str, Any]:
        """As the service takes it."""
        return {
            "indexingMode": "consistent",
            "automatic": True,
            "includedPaths": [{"path": "/*"}],
            "excludedPaths": [{"path": path} for path in _EXCLUDED],
            "compositeIndexes": [
                [{"path": path, "order": "descending" if descends else "ascending"} for path, descends in composite]
                for composite in self.composites
            ],
        }

    def to_json(self) -> dict[str, Any]:
        """What a deployment template takes, in a stable order."""
        found: dict[str, Any] = {
            "name": self.name,
            "partitionKey": self.partition_key,
            "uniqueKeyPolicy": self.unique_key_policy,
            "indexingPolicy": self.indexing_policy,
            "defaultTtl": NO_DEFAULT_TTL,
            "conflictResolutionPolicy": CONFLICT_RESOLUTION,
        }
        if isinstance(self.throughput, Autoscale):
            found["autoscaleSettings"] = {"maxThroughput": self.throughput.most}
        elif self.throughput is not None:
            found["throughput"] = self.throughput.units
        return found


def container_specs(registry: Registry) -> tuple[ContainerSpec, ...]:
    """All containers by name, those of the store itself among them. Every one has its TTL on, without a default.

    SchemaError: the service cannot have such a container.
    """
    entities: dict[str, list[EntityModel]] = {}
    for model in registry:
        entities.setdefault(model.container, []).append(model)
    found = [*_own(registry), *(_spec(registry, name, models) for name, models in entities.items())]
    problems = [problem for spec in found for problem in _impossible(spec)]
    if problems:
        raise SchemaError(problems)
    return tuple(sorted(found, key=lambda each: each.name))


def _own(registry: Registry) -> Iterable[ContainerSpec]:
    """The containers of the store itself."""
    yield ContainerSpec(INTERNAL, ("/partitionKey",))
    if registry.realtime:
        yield ContainerSpec(LEASES, ("/id",))
        yield ContainerSpec(DEAD_LETTERS, ("/partitionKey",))


def _impossible(spec: ContainerSpec) -> Iterable[Problem]:
    """What goes beyond the limits of the service."""
    where = f"container {spec.name} in Azure Cosmos DB"
    if len(spec.unique) > _MOST_UNIQUE:
        message = f"its entities have {len(spec.unique)} unique fields, and {_MOST_UNIQUE} are possible."
        remedy = "Give some entity a container of its own, or a partition other than by_entity() and by_tenant()."
        yield Problem(where, message, remedy)
    if len(spec.composites) > _MOST_COMPOSITES:
        message = f"it needs {len(spec.composites)} composite indexes, two for each index declared, "
        message += f"and {_MOST_COMPOSITES} are possible."
        yield Problem(where, message, "Declare fewer indexes, or give some entity a container of its own.")
    for composite in spec.composites:
        if len(composite) > _LONGEST_COMPOSITE:
            message = f"an index has {len(composite)} fields, the id included, and {_LONGEST_COMPOSITE} are possible: "
            message += f"{_words(composite)}."
            yield Problem(where, message, "Declare a shorter index.")


def _spec(registry: Registry, name: str, models: Sequence[EntityModel]) -> ContainerSpec:
    """The container of these entities; that they agree in partition key and throughput was checked at load."""
    return ContainerSpec(
        name,
        place(models[0]).paths,
        tuple(f"/_unique/{_quoted(each)}" for each in unique_names(registry, name)),
        tuple(dict.fromkeys(each for model in models for each in _composites(model))),
        next((model.storage.throughput for model in models if model.storage.throughput is not None), None),
    )


def _composites(model: EntityModel) -> Iterable[CompositeIndex]:
    for order in composites(model):
        if len(order) > 1:
            yield tuple((_path(names), descends) for names, descends in composite_paths(order))


def _path(names: Iterable[str]) -> str:
    return "".join(f"/{_quoted(name)}" for name in names)


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def differences(spec: ContainerSpec, properties: Mapping[str, Any]) -> tuple[str, ...]:
    """What cannot be put right in a container that exists, in words: it takes a new container."""
    found: list[str] = []
    paths = tuple(properties.get("partitionKey", {}).get("paths", ()))
    if paths != spec.paths:
        found.append(f"its partition key is {', '.join(paths)} and not {', '.join(spec.paths)}")
    unique = {path for key in properties.get("uniqueKeyPolicy", {}).get("uniqueKeys", ()) for path in key["paths"]}
    found += [f"it has no unique key {path}" for path in spec.unique if path not in unique]
    found += [f"it has a unique key {path} that no field has" for path in sorted(unique - set(spec.unique))]
    return tuple(found)


def shortcomings(spec: ContainerSpec, properties: Mapping[str, Any]) -> tuple[str, ...]:
    """What is missing in a container that exists and can be put right by an update, in words."""
    found: list[str] = []
    if properties.get("defaultTtl") is None:
        found.append("its time to live is off")
    there = {_known(each) for each in properties.get("indexingPolicy", {}).get("compositeIndexes", ())}
    missing = [each for each in spec.composites if each not in there]
    found += [f"it has no composite index ({_words(each)})" for each in missing]
    return tuple(found)


def _known(composite: Iterable[Mapping[str, str]]) -> CompositeIndex:
    return tuple((each["path"], each.get("order", "ascending") == "descending") for each in composite)


def _words(composite: CompositeIndex) -> str:
    return ", ".join(f"{path} {'descending' if descends else 'ascending'}" for path, descends in composite)
