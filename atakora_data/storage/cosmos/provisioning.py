"""Sees to it that a container is as the registry needs it: made at a desk, only looked at in Azure."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import Any

from atakora_data.errors import StoreUnavailable
from atakora_data.schema.storage import Autoscale
from atakora_data.storage.cosmos.containers import (
    CONFLICT_RESOLUTION,
    NO_DEFAULT_TTL,
    ContainerSpec,
    differences,
    shortcomings,
)
from atakora_data.storage.cosmos.failures import status_of
from atakora_data.storage.cosmos.retrying import patiently

_NOT_FOUND, _CONFLICT = 404, 409


class Provisioning:
    """The containers of one database."""

    def __init__(self, database: str, specs: Iterable[ContainerSpec], *, creates: bool) -> None:
        self._database = database
        self._specs = {spec.name: spec for spec in specs}
        self._creates = creates

    async def ready(self, client: Any, name: str) -> Any:
        """The container, once it is as it should be; StoreUnavailable says what is missing or different."""
        spec = self._specs[name]
        database = client.get_database_client(self._database)
        properties = await self._found(database, name)
        if properties is None:
            if not self._creates:
                raise _unfit(name, "it does not exist", _DEPLOY)
            properties = await self._create(client, spec)
        wrong = differences(spec, properties)
        if wrong:
            raise _unfit(name, "; ".join(wrong), _NEW)
        short = shortcomings(spec, properties)
        if short and not self._creates:
            raise _unfit(name, "; ".join(short), _DEPLOY)
        if short:
            await self._correct(database, spec)
        return database.get_container_client(name)

    async def _found(self, database: Any, name: str) -> dict[str, Any] | None:
        """What the service says of the container, None if there is none."""

        async def read() -> dict[str, Any] | None:
            try:
                properties: dict[str, Any] = await database.get_container_client(name).read()
            except Exception as error:
                if status_of(error) == _NOT_FOUND:
                    return None
                raise
            return properties

        return await patiently(read)

    async def _create(self, client: Any, spec: ContainerSpec) -> dict[str, Any]:
        async def create() -> dict[str, Any]:
            database = client.get_database_client(self._database)
            await _unless_there(client.create_database(self._database))
            await _unless_there(database.create_container(**_options(spec)))
            properties: dict[str, Any] = await database.get_container_client(spec.name).read()
            return properties

        return await patiently(create)

    async def _correct(self, database: Any, spec: ContainerSpec) -> None:
        async def replace() -> None:
            key = _key(spec)
            await database.replace_container(
                spec.name, key, indexing_policy=spec.indexing_policy, default_ttl=NO_DEFAULT_TTL
            )

        await patiently(replace)


async def _unless_there(made: Awaitable[Any]) -> None:
    """Others may be making the same at this moment."""
    try:
        await made
    except Exception as error:
        if status_of(error) != _CONFLICT:
            raise


_DEPLOY = "Deploy the containers: `python -m atakora_data infra --containers` prints them."
_NEW = "This cannot be changed: name another container in the entity's storage, and move the records there."


def _unfit(name: str, what: str, hint: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The container {name} in Azure Cosmos DB is not as the schema needs it: {what}.", hint=hint
    )


def _options(spec: ContainerSpec) -> dict[str, Any]:
    from azure.cosmos import ThroughputProperties

    options: dict[str, Any] = {
        "id": spec.name,
        "partition_key": _key(spec),
        "indexing_policy": spec.indexing_policy,
        "unique_key_policy": spec.unique_key_policy,
        "conflict_resolution_policy": CONFLICT_RESOLUTION,
        "default_ttl": NO_DEFAULT_TTL,
    }
    if isinstance(spec.throughput, Autoscale):
        options["offer_throughput"] = ThroughputProperties(auto_scale_max_throughput=spec.throughput.most)
    elif spec.throughput is not None:
        options["offer_throughput"] = spec.throughput.units
    return options


def _key(spec: ContainerSpec) -> Any:
    from azure.cosmos import PartitionKey

    if len(spec.paths) == 1:
        return PartitionKey(path=spec.paths[0])
    return PartitionKey(path=list(spec.paths), kind="MultiHash")
