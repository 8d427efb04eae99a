"""What explanations say is what the doors do: any rules, callers and records, asked about and then tried."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.principal import Principal
from atakora_data.query.evaluate import matches
from atakora_data.registry.registry import Registry
from atakora_data.schema.naming import camel
from atakora_data.service.filtering import parse_filter
from atakora_data.storage.port import Insert, Target
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.testing import Client, app
from tests.acceptance.leaks.asking import COLLECTIONS
from tests.acceptance.leaks.library import (
    CALLERS,
    MARKER,
    TEAMS,
    any_file,
    any_folder,
    any_rulebook,
    make_registry,
    wire,
)

FILES, FOLDERS, CASES = 4, 2, 60
KEPT = {"File": "beta", "Folder": "label"}
"""A field that no rule goes by."""

Told = dict[str, Any]


class World:
    """One app under some rules: its administrator asks about a caller, and the caller tries."""

    def __init__(self, random: Random, registry: Registry, admin: Client) -> None:
        self.registry = registry
        self.records = {
            "File": [any_file(random, number, FOLDERS) for number in range(FILES)],
            "Folder": [any_folder(random, number) for number in range(FOLDERS)],
        }
        self.admin = admin.as_("root", "auditor")
        self.principal = _any_principal(random)
        known = {name: value for name, value in self.principal.items() if name in ("id", "roles", "claims")}
        claims = known.get("claims", {})
        self.caller = admin.as_(known["id"], *known["roles"], **claims) if known else admin

    async def explain(self, entity: str, operation: str, id: str | None = None) -> Told:
        """What the administrator is told, which holds no value of a record but the id that was asked for."""
        body = {"entity": entity, "operation": operation, "id": id, "principal": self.principal}
        answer = await self.admin.post("explain", body)
        assert 200 == answer.status, answer.body
        assert set(MARKER.findall(answer.body)) <= {(id or "").encode()}
        told: Told = answer.json
        return told

    def noted(self, entity: str, filter: dict[str, Any], record: dict[str, Any]) -> bool:
        """Whether a filter in the notation of clients matches, for one whom nothing is hidden from."""
        everything = Access(
            self.registry[entity], Principal(is_system=True), Gatekeeper({each.name: each for each in self.registry})
        )
        return matches(parse_filter(everything, filter), wire(record))


def _any_principal(random: Random) -> dict[str, Any]:
    if random.random() < 0.15:
        return {}
    claims = {
        "team": random.choice([*TEAMS, "ann", 1, True, ["red"], ""]),
        "level": random.choice([0, 1, 2, "1", True, [1], None]),
        "teams": random.choice([["red"], ["red", "blue"], [None], "red", [], {"red": 1}]),
    }
    held = {name: value for name, value in claims.items() if random.random() < 0.7}
    roles = random.choice([[], [], ["chief"], ["DataReader"], ["DataContributor"], ["DataOwner"]])
    return {"id": random.choice(CALLERS), "roles": roles, "claims": held}


@settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
async def test_what_is_explained_is_what_happens(seed: int) -> None:
    """Lists, reads, fields, updates, creations and deletions end as was told; the filter finds the same."""
    random = Random(seed)  # noqa: S311  # the same cases every time
    registry = make_registry(any_rulebook(random, "File"), any_rulebook(random, "Folder"))
    store = SqliteEntityStore(registry, MEMORY)
    async with app(registry=registry, store=store, explain_roles=("auditor",)) as client:
        world = World(random, registry, client)
        changes = [
            Insert(Target(entity), each["id"], wire(each), {"createdAt": "2026-01-01T00:00:00Z", "createdBy": None})
            for entity, records in world.records.items()
            for each in records
        ]
        await store.apply(changes)
        for entity in world.records:
            await _try_reading(world, entity)
            await _try_writing(world, entity)
        for entity in world.records:
            await _try_deleting(world, entity)


async def _try_reading(world: World, entity: str) -> None:
    path, found = COLLECTIONS[entity], set[str]()
    for record in world.records[entity]:
        told = await world.explain(entity, "read", record["id"])
        answer = await world.caller.get(f"{path}/{record['id']}")
        assert told["status"] == answer.status
        assert told["allowed"] == (answer.status == 200) or told["status"] in (401, 403)
        if answer.status == 200:
            found.add(record["id"])
            shown = {name for name, each in told["fields"].items() if each["read"]["allowed"]}
            assert shown == answer.json.keys() - {"_etag", "_version"}
        if told["isExact"] and told["pushed"] is not None:
            assert told["allowed"] == world.noted(entity, told["pushed"]["filter"], record)
    told, listed = await world.explain(entity, "read"), await world.caller.get(path)
    assert told["status"] == listed.status
    assert found == {each["id"] for each in listed.json.get("items", ())}


async def _try_writing(world: World, entity: str) -> None:
    path, field = COLLECTIONS[entity], KEPT[entity]
    for record in world.records[entity]:
        told = await world.explain(entity, "update", record["id"])
        refused = told["fields"][field]["write"]["allowed"] is False
        answer = await world.caller.patch(f"{path}/{record['id']}", {field: record[field]})
        assert (403 if told["status"] == 200 and refused else told["status"]) == answer.status
        await _try_creating(world, entity, record)


async def _try_creating(world: World, entity: str, record: dict[str, Any]) -> None:
    """A record like one that there is already: rules do not go by the id."""
    told = await world.explain(entity, "create", record["id"])
    sent = {camel(name): value for name, value in record.items() if name != "id"} | {"id": f"new-{record['id']}"}
    sent.pop("folderId", None)
    fields = {name: told["fields"][name]["write"]["allowed"] for name in sent}
    is_own = fields["ownerId"] is not None or record["owner_id"] == world.principal.get("id")
    is_refused = False in fields.values() or not is_own
    answer = await world.caller.post(COLLECTIONS[entity], sent)
    assert (403 if told["status"] == 201 and is_refused else told["status"]) == answer.status
    if answer.status == 201:
        await world.admin.data.as_system()[world.registry[entity].record].delete(sent["id"])


async def _try_deleting(world: World, entity: str) -> None:
    for record in world.records[entity]:
        told = await world.explain(entity, "delete", record["id"])
        answer = await world.caller.delete(f"{COLLECTIONS[entity]}/{record['id']}")
        is_held = answer.status == 409 and answer.json["code"] == "still_referenced"
        assert told["status"] == (204 if is_held else answer.status)
