"""Random graphs, records, rules and callers: every door answers what a naive reading of all records says."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.errors import Forbidden, SignInRequired
from atakora_data.schema.naming import camel
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Insert, Target
from tests.acceptance.graphs import typed
from tests.acceptance.graphs.asking import Asker, for_rest, parameters, query
from tests.acceptance.graphs.oracle import Oracle, Record, Wanted
from tests.acceptance.graphs.shapes import Relation, Shape, any_shape, module
from tests.support.app import Answer, Client, running

SEEDS, QUESTIONS, RECORDS = 30, 12, 6
METADATA = {"createdAt": "2026-01-01T00:00:00Z", "createdBy": None}


def any_oracle(random: Random, shape: Shape) -> Oracle:
    """Random records in this shape, and somebody who asks: a record's id is the caller's, so that rules can hold."""
    ids = {name: [f"{name[0].lower()}{number}" for number in range(RECORDS)] for name in shape.entities}
    everybody = [id for each in ids.values() for id in each]
    world = {
        name: {id: _record(random, shape, name, id, ids, everybody) for id in ids[name]} for name in shape.entities
    }
    for entity in shape.entities:
        for relation in shape.relations[entity]:
            if relation.kind == "has_one":
                _keep_one(world[relation.target], relation.key)
    links = {
        each.junction: _links(random, each, ids)
        for entity in shape.entities
        for each in shape.relations[entity]
        if each.name.startswith("j")
    }
    caller = random.choice([*everybody, None])
    return Oracle(shape, world, links, caller, random.choice([(), ("chief",)]) if caller else ())


def _record(
    random: Random, shape: Shape, entity: str, id: str, ids: dict[str, list[str]], everybody: list[str]
) -> Record:
    record: Record = {
        "id": id,
        "owner_id": random.choice(everybody),
        "label": random.choice([None, "x", f"l{random.randint(0, 9)}"]),
        "level": random.choice([None, 0, 1, 2, 3]),
        "state": random.choice(["open", "shut"]),
    }
    for relation in shape.relations[entity]:
        if relation.kind == "belongs_to":
            record[relation.key] = random.choice([None, *ids[relation.target]])
        if relation.kind == "polymorphic":
            target = random.choice(relation.targets)
            known = random.random() < 0.8
            record[relation.key] = random.choice(ids[target]) if known else None
            record[relation.type_key] = target if known else None
    return {name: record[name] for name in shape.fields(entity)}


def _keep_one(records: dict[str, Record], key: str) -> None:
    seen: set[str] = set()
    for record in records.values():
        if record[key] in seen:
            record[key] = None
        seen.add(record[key])


def _links(random: Random, relation: Relation, ids: dict[str, list[str]]) -> list[Record]:
    pairs = [(one, other) for one in ids[relation.source] for other in ids[relation.target]]
    return [
        {relation.near: one, relation.far: other, "rank": random.randint(0, 9)}
        for one, other in random.sample(pairs, random.randint(0, len(pairs) // 2))
    ]


async def fill(client: Client, oracle: Oracle) -> None:
    """Store everything there is, past all rules."""
    store = client.application.service._store  # beneath every rule
    changes = [
        Insert(Target(name), record["id"], {**_wire(record), "_version": 1}, METADATA)
        for name, records in oracle.world.items()
        for record in records.values()
    ]
    for name, links in oracle.links.items():
        fields = client.application.registry[name].fields
        for number, link in enumerate(links):
            id = f"00000000-0000-4000-8000-{number:012}"
            wire = {key: value for key, value in _wire(link).items() if key in fields}
            changes.append(Insert(Target(name), id, {"id": id, **wire, "_version": 1}, METADATA))
    await store.apply(changes)


def _wire(record: Record) -> Record:
    return {camel(name): value for name, value in record.items()}


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_every_door_answers_as_the_oracle_does(seed: int, tmp_path: Path) -> None:
    """Lists with any filter, order and page, and whatever is nested in them, over REST and over GraphQL."""
    random = Random(seed)  # noqa: S311  # the same cases every time
    shape = any_shape(random)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "made.py").write_text(module(shape))
    async with running(tmp_path, store=None) as anybody:
        oracle = any_oracle(random, shape)
        await fill(anybody, oracle)
        client = anybody if oracle.caller is None else anybody.as_(oracle.caller, *oracle.roles)
        asker = Asker(random, shape, sorted(_texts(oracle)))
        for _ in range(QUESTIONS):
            entity = random.choice(shape.entities)
            wanted = asker.page(entity)
            await _check_rest(client, oracle, entity, for_rest(wanted))
            await _check_graphql(client, oracle, entity, wanted)
            await _check_typed(client, oracle, entity, for_rest(wanted))


def _texts(oracle: Oracle) -> set[str]:
    records = [record for each in oracle.world.values() for record in each.values()]
    return {value for record in records for value in record.values() if isinstance(value, str)}


async def _check_rest(client: Client, oracle: Oracle, entity: str, wanted: Wanted) -> None:
    """All pages together are what the oracle says, and none but the last is short."""
    asked = parameters(wanted)
    answer = await client.ask("GET", f"{entity.lower()}s", query=asked)
    if _is_refused(answer, oracle, entity):
        return
    everything = oracle.page(entity, list(oracle.world[entity].values()), _with_limit(wanted, 1000))
    found: list[Any] = []
    while True:
        assert 200 == answer.status, (asked, answer.body)
        assert everything["count"] == answer.json["count"], asked
        found += answer.json["items"]
        token = answer.json["nextToken"]
        if token is None:
            break
        assert wanted.limit == len(answer.json["items"]), asked
        answer = await client.ask("GET", f"{entity.lower()}s", query={**asked, "nextToken": token})
    assert _without_nulls(everything["items"]) == _without_nulls(_plain(found)), asked


async def _check_graphql(client: Client, oracle: Oracle, entity: str, wanted: Wanted) -> None:
    """The first page, with everything nested in it, is what the oracle says."""
    text = query(oracle.shape, entity, wanted)
    answer = await client.graphql(text)
    assert 200 == answer.status, (text, answer.body)
    if "errors" in answer.json:
        codes = {each["extensions"]["code"] for each in answer.json["errors"]}
        assert codes <= {"forbidden", "sign_in_required"}, [each["message"] for each in answer.json["errors"]]
        assert [] == oracle.readable(entity)
        return
    expected = oracle.page(entity, list(oracle.world[entity].values()), wanted)
    assert expected == (_plain(answer.json["data"]["page"])), text


async def _check_typed(client: Client, oracle: Oracle, entity: str, wanted: Wanted) -> None:
    """As many records as are wanted, with what is included, are what the oracle says."""
    if wanted.filter is not None and not typed.can_say(oracle.shape, entity, wanted.filter):
        return
    principal = Principal(id=oracle.caller, roles=frozenset(oracle.roles))
    data = ServiceData(client.application.service, RequestContext(principal=principal))
    expected = oracle.page(entity, list(oracle.world[entity].values()), wanted)
    try:
        found = await typed.run(data, entity, oracle.shape, wanted)
    except (Forbidden, SignInRequired):
        assert [] == oracle.readable(entity)
        return
    assert typed.listed(expected) == [typed.plain(oracle.shape, entity, each, wanted) for each in found], wanted


def _with_limit(wanted: Wanted, limit: int) -> Wanted:
    return Wanted(wanted.filter, wanted.order, limit, wanted.relations)


def _is_refused(answer: Answer, oracle: Oracle, entity: str) -> bool:
    """Whether the caller may read no record of the entity at all, whatever it holds."""
    if answer.status not in (401, 403):
        return False
    assert [] == oracle.readable(entity)
    return True


def _plain(value: Any) -> Any:
    """An answer without bookkeeping; of a token only whether there is one."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {_name(name): _plain(each) for name, each in value.items() if name not in ("_etag", "_version")}
    if "nextToken" in found:
        found["more"] = found.pop("nextToken") is not None
    for edge, item in zip(found.pop("edges", None) or [], found.get("items", []), strict=False):
        assert edge["node"]["id"] == item["id"]
        item["_through"] = {"rank": edge["rank"]}
    return found


def _name(name: str) -> str:
    return "state" if name.startswith("state") else name


def _without_nulls(value: Any) -> Any:
    """What is hidden is absent in REST, and what is null is shown: here both are left out, as are counts of pages."""
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    if not isinstance(value, dict):
        return value
    is_page = "items" in value
    dropped = {"count"} if is_page else set()
    return {name: _without_nulls(each) for name, each in value.items() if each is not None and name not in dropped}
