"""Random rules, people, filters, documents and changes: each subscriber is told what an oracle written apart says."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.authorization.principal import Principal
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.change import RecordChange
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.subscription import Subscription
from tests.realtime.sheets import Asked, Sheets, World, registry_of
from tests.realtime.telling import Press, press, refused

ALL = ("created", "updated", "deleted")
TENANTS = ("", "other")
SECRET = re.compile(rb"s\d+x", re.IGNORECASE)
"""What title, note and memo hold: every value is written once."""

ATOMS: st.SearchStrategy[Asked] = st.sampled_from(
    [("mine",), ("owner",), ("role", "a"), ("lead",), ("open",), ("public",), ("signed",), ("role", "b"), ("even",)]
)
RULES: st.SearchStrategy[Asked] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["and", "or", "or"]), inner, inner)
    ),
    max_leaves=3,
)
TEAM_RULES: st.SearchStrategy[Asked] = st.sampled_from([("leads",), ("role", "a"), ("public",)])
WORLDS = st.builds(World, paper=RULES, note=RULES, memo=RULES, team=TEAM_RULES)
PEOPLE = [Principal(id=id, roles=frozenset(roles)) for id in ("ann", "bob", "cid") for roles in ("", "a", "b", "ab")]
CONDITIONS: st.SearchStrategy[Mapping[str, Any]] = st.sampled_from(
    [
        {"status": {"eq": "open"}},
        {"grade": {"gte": 2}},
        {"tags": {"eq": ["x"]}},
        {"note": {"isNull": False}},
        {"memo": {"isNull": True}},
        {"authorId": {"eq": "ann"}},
        {"team": {"leadId": {"eq": "ann"}}},
        {"team": {"isNull": True}},
    ]
)
FILTERS: st.SearchStrategy[Mapping[str, Any]] = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(lambda each: {"not": each}, inner),
        st.builds(lambda word, each: {word: each}, st.sampled_from(["and", "or"]), st.lists(inner, max_size=2)),
    ),
    max_leaves=3,
)
DOCUMENTS = {
    "subscription { onCreatePaper { id title note memo shout team { id leadId } } }": "created",
    "subscription { onUpdatePaper { id title note memo shout team { id leadId } } }": "updated",
    "subscription { onDeletePaper { id title note memo shout team { id leadId } } }": "deleted",
    "subscription { onDeletePaper { id } }": "deleted",
}
OPERATIONS = st.sampled_from([ALL, ALL, ("created",), ("updated",), ("deleted",), ("created", "deleted")])
ASKED = st.one_of(
    st.fixed_dictionaries({"operations": OPERATIONS, "filter": st.one_of(st.none(), FILTERS)}),
    st.fixed_dictionaries({"query": st.sampled_from(sorted(DOCUMENTS)), "filter": st.one_of(st.none(), FILTERS)}),
)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "title": st.just("secret"),
    "note": st.sampled_from(["secret", "secret", None]),
    "memo": st.sampled_from(["secret", None]),
    "status": st.sampled_from(["open", "shut"]),
    "grade": st.sampled_from([2, 1, 0, 3, None]),
    "tags": st.sampled_from([[], ["x"], ["x", "y"]]),
    "authorId": st.sampled_from(["ann", "bob", None]),
    "teamId": st.sampled_from(["t1", "t2", None]),
}
IDS = st.sampled_from(["1", "2"])
STEPS = st.tuples(
    st.sampled_from(TENANTS),
    st.one_of(
        st.tuples(st.just("create"), IDS, st.fixed_dictionaries({**FIELDS})),
        st.tuples(st.just("update"), IDS, st.fixed_dictionaries({}, optional={**FIELDS})),
        st.tuples(st.just("update"), IDS, st.fixed_dictionaries({}, optional={**FIELDS})),
        st.tuples(st.just("delete"), IDS, st.just({})),
        st.tuples(st.just("lead"), st.sampled_from(["t1", "t2"]), st.sampled_from(["ann", "bob"])),
    ),
)


@dataclass
class Trial:
    """One world under way. stored: the papers by tenant and id; folded: what each subscriber holds, by its id."""

    desk: Press
    oracles: Mapping[str, Sheets]
    subscribed: list[Subscription] = field(default_factory=list)
    stored: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    folded: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: int = 0

    async def do(self, tenant: str, step: tuple[str, str, Mapping[str, Any]]) -> None:
        """Carry out a step; what is refused changes nothing."""
        word, id, value = step
        if word == "lead":
            self.oracles[tenant].leads[id] = str(value)
            await self.desk.update(id, "Team", tenant, leadId=value)
        elif word == "delete":
            await refused(self.desk.delete(id, tenant))
        else:
            fields = {name: self._fresh() if each == "secret" else each for name, each in value.items()}
            work = self.desk.create if word == "create" else self.desk.update
            await refused(work(id=id, tenant=tenant, **fields))

    def _fresh(self) -> str:
        self.written += 1
        return f"s{self.written}x"

    async def judge(self, event: EntityEvent) -> None:
        """Compare what everybody is told of the event, in groups and one by one, with what the oracle says."""
        place = (event.target.tenant, event.id)
        before = self.stored.pop(place, None)
        after = None if event.entry.operation == "deleted" else event.entry.record
        if after is not None:
            self.stored[place] = after
        told = _by_id(await self.desk.fan_out.deliveries(event))
        for each in self.subscribed:
            expected = self._expected(each, event, before, after) if each.tenant == event.target.tenant else None
            found = told.pop(each.id, None)
            assert expected == found
            assert found == await self._alone(each, event)
            self._check_secrets(each, before, after, found)
            self._fold(each, found)
        assert {} == told

    def _expected(
        self, subscription: Subscription, event: EntityEvent, before: Any, after: Any
    ) -> dict[str, Any] | None:
        operation, wanted = event.entry.operation, subscription.operations
        last = before if after is None else after
        if self._sees(subscription, last):
            return self._payload(subscription, event, before, last) if operation in wanted else None
        if operation == "updated" and wanted & {"updated", "deleted"} and self._sees(subscription, before):
            return _left(subscription, event)
        return None

    def _sees(self, subscription: Subscription, record: Any) -> bool:
        oracle, who = self.oracles[subscription.tenant], subscription.principal
        return oracle.reads(who, record) and oracle.matches(subscription.filter, who, record)

    def _payload(self, subscription: Subscription, event: EntityEvent, before: Any, record: Any) -> dict[str, Any]:
        oracle, who = self.oracles[subscription.tenant], subscription.principal
        shown = oracle.shown(who, record)
        if subscription.query is not None:
            name, answer = _root(subscription), {key: shown.get(key) for key in _selected(subscription)}
            return {"data": {name: answer | ({"team": oracle.team(who, record)} if len(answer) > 1 else {})}}
        old: Mapping[str, Any] = {} if before is None else before
        changed = set() if event.entry.operation == "deleted" else {n for n in record if record[n] != old.get(n)}
        return {
            "data": {
                "operation": event.entry.operation,
                "entityType": "Paper",
                "record": shown,
                "changedFields": sorted(changed & shown.keys() - {"_version"}),
                "version": event.entry.version,
                "timestamp": event.entry.at,
            }
        }

    async def _alone(self, subscription: Subscription, event: EntityEvent) -> dict[str, Any] | None:
        """What it is told where nobody shares its group."""
        group = self.desk.fan_out._index._grouping.alone(subscription)
        if group is None or subscription.tenant != event.target.tenant:
            return None
        return _by_id(await self.desk.fan_out.of_group(group, RecordChange.of(event))).get(subscription.id)

    def _check_secrets(self, subscription: Subscription, before: Any, after: Any, found: Any) -> None:
        """Every secret in the bytes is one that the subscriber may read in the record as it is, or as it last was."""
        oracle, who = self.oracles[subscription.tenant], subscription.principal
        record = before if after is None else after
        known = oracle.shown(who, record) if oracle.reads(who, record) else {}
        readable = {str(known.get(name)) for name in ("title", "note", "memo")}
        assert {each.decode().lower() for each in SECRET.findall(orjson.dumps(found))} <= readable

    def _fold(self, subscription: Subscription, found: Any) -> None:
        if found is None or subscription.query is not None:
            return
        data, held = found["data"], self.folded.setdefault(subscription.id, {})
        if data["operation"] == "deleted":
            held.pop(data["record"]["id"], None)
        else:
            held[data["record"]["id"]] = data["record"]

    async def check_views(self) -> None:
        """Whoever is told of everything holds what it could list now; rules and filters across relations apart."""
        for each in self.subscribed:
            is_all = each.query is None and each.tenant == "" and each.operations == {*ALL}
            if is_all and self.oracles[""].world.is_immediate and b"team" not in orjson.dumps(each.filter):
                assert await self._listed(each) == self.folded.get(each.id, {})

    async def _listed(self, subscription: Subscription) -> dict[str, Any]:
        who = self.desk.client.as_(subscription.principal)
        answer = await who.get("papers", **({"filter": subscription.filter} if subscription.filter else {}))
        if answer.status == 403:
            return {}
        assert 200 == answer.status, answer.body
        return {each["id"]: {k: v for k, v in each.items() if k != "_etag"} for each in answer.json["items"]}


def _by_id(deliveries: list[Delivery]) -> dict[str, dict[str, Any]]:
    """The payloads; nobody is told twice, and the fields that changed come in any order."""
    assert len(deliveries) == len({each.argument["id"] for each in deliveries})
    payloads = {each.argument["id"]: orjson.loads(orjson.dumps(each.argument["payload"])) for each in deliveries}
    for payload in payloads.values():
        if "changedFields" in payload["data"]:
            payload["data"]["changedFields"].sort()
    return payloads


def _left(subscription: Subscription, event: EntityEvent) -> dict[str, Any]:
    """What is told of a paper that has left the view."""
    removed = {"entityType": "Paper", "id": event.id}
    if subscription.query is None:
        told = {"operation": "deleted", "entityType": "Paper", "record": {"id": event.id}}
        return {"data": {**told, "timestamp": event.entry.at}}
    bare = {"id": event.id} if ["id"] == _selected(subscription) else None
    return {"data": {_root(subscription): bare}, "extensions": {"removed": removed}}


def _root(subscription: Subscription) -> str:
    return str(subscription.query).split()[2]


def _selected(subscription: Subscription) -> list[str]:
    """The scalar fields of the paper that the document asks for."""
    return str(subscription.query).split("{")[2].replace("}", "").removesuffix("team ").split()


async def begun(trial: Trial, people: list[Principal], wanted: list[Any]) -> None:
    """Let teams be there, and let everybody subscribe to everything: so they share groups, or just about do not."""
    for tenant, oracle in trial.oracles.items():
        for team, lead in oracle.leads.items():
            await trial.desk.create("Team", tenant, id=team, leadId=lead)
    for who, tenant, asked in product(people, TENANTS, wanted):
        operations = asked.get("operations") or (DOCUMENTS[asked["query"]],)
        rest = {name: value for name, value in asked.items() if name != "operations"}
        trial.subscribed.append(await trial.desk.subscribe(who, *operations, tenant=tenant, **rest))


@settings(max_examples=200, deadline=None)
@given(
    world=WORLDS,
    people=st.permutations(PEOPLE).map(lambda found: found[:4]),
    wanted=st.lists(ASKED, min_size=2, max_size=4),
    steps=st.lists(STEPS, min_size=6, max_size=14),
)
async def test_everybody_is_told_what_the_rules_of_the_world_say(
    world: World, people: list[Principal], wanted: list[Any], steps: list[Any]
) -> None:
    """Exactly that, also where nobody shares a group; no secret, no other tenant; and deliveries add up to the list."""
    with tempfile.TemporaryDirectory() as folder:
        async with press(Path(folder), registry_of(world)) as desk:
            trial = Trial(desk, {tenant: Sheets(world, {"t1": "ann", "t2": "bob"}) for tenant in TENANTS})
            await begun(trial, people, wanted)
            for tenant, step in steps:
                await trial.do(tenant, step)
                for event in await desk.events():
                    await trial.judge(event)
            await trial.check_views()
