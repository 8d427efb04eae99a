"""Random steps of somebody in a tenant: the same few ids and unique values everywhere, so that all tenants collide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.acceptance.tenants.steps import AUDITS, FOREIGN, POSITION, SESSION, TOKEN, Step
from tests.support.told import Way, graphql, listing

PEOPLE = ("ann", "bob")
IDS = ("1", "2", "3")
NAMES = ("n1", "n2", "n3")
COLLECTIONS = {"Club": "clubs", "Member": "members", "Topic": "topics"}
_UNIQUE = {"Club": "name", "Member": "code", "Topic": "title"}
_ALL = {
    "Club": "id zone name level note _version",
    "Member": "id zone code ownerId state level price tags note others about clubId mentorId _version",
    "Topic": "id zone title note _version",
}
_EDGES = dict.fromkeys([("Member", "topics"), ("Topic", "members")], "edges { since node { id } }")
_MANY = {"Club": ["members"], "Member": ["mentored", "topics"], "Topic": ["members"]}
_ONE = {"Club": [], "Member": ["club", "mentor"], "Topic": []}
_TARGETS = {"members": "Member", "mentored": "Member", "topics": "Topic", "club": "Club", "mentor": "Member"}


@dataclass(frozen=True)
class Asker:
    """Makes steps up. mark: stands in all that the people of this tenant write, and nowhere else."""

    random: Random
    mark: str

    def beginning(self) -> list[Step]:
        """What there is to begin with, if nothing is in its way: two records of each kind, and who is told of them."""
        ways = [
            Way("POST", "realtime/negotiate"),
            Way("POST", "realtime/subscriptions", {"session": SESSION, "entity": "Member"}),
            *(Way("POST", path, self._first(entity, id)) for id in IDS[:2] for entity, path in COLLECTIONS.items()),
            Way("POST", "members/1/topics/2", {"since": self._note()}),
            Way("POST", "clubs", {"id": "3", "name": "once", "note": self._note()}, {"idempotency-key": "k1"}),
            Way("GET", "members/1"),
            *(listing(path, limit=1) for path in COLLECTIONS.values()),
            *(listing("members", orderBy="club.name", limit=1, **each) for each in ({}, {"nextToken": TOKEN})),
        ]
        steps = [Step(PEOPLE[0], (), way) for way in ways]
        return [*steps, *(Step(PEOPLE[1], work=work, name=name) for name, work in self._of_the_system().items())]

    def _of_the_system(self) -> dict[str, Callable[[Any], Any]]:
        """What the app does in the tenant for its people, whom rules would not let."""
        note = self._note()
        return {
            "create as system": lambda data: data.as_system().Topic.create(id="3", note=note),
            "all of the system": lambda data: data.as_system().Topic.query().order_by("id").all(),
        }

    def _first(self, entity: str, id: str) -> dict[str, Any]:
        found: dict[str, Any] = {"id": id, _UNIQUE[entity]: NAMES[int(id) - 1], "note": self._note()}
        if entity == "Member":
            found |= {"clubId": id, "mentorId": None if id == IDS[0] else IDS[0]}
        return found | ({"level": 2} if entity == "Club" and self.random.random() < 0.5 else {})

    def step(self) -> Step:
        """Anything at all, asked with a token, or by whom App Service tells."""
        return replace(self._any(), by_app_service=self.random.random() < 0.2)

    def _any(self) -> Step:
        """Mostly writes, for what is there decides what is told."""
        who = self.random.choice(PEOPLE)
        roles = self.random.choice([(), (), ("chief",)])
        kind = self.random.random()
        if kind < 0.12:
            name, work = self._typed()
            return Step(who, roles, work=work, name=name)
        if kind < 0.22:
            return Step(who, roles, self._realtime())
        if kind < 0.26:
            return Step(who, ("admin",), self._why())
        if kind < 0.31:
            return Step(who, self.random.choice([(), ("chief",)]), self._trail())
        if kind < 0.62:
            return Step(who, roles, self._perhaps_again(self._write()))
        return Step(who, roles, self._read())

    # Reading

    def _read(self) -> Way:
        entity = self._entity()
        path, page = COLLECTIONS[entity], self._page(entity)
        one = f"{path}/{self._id()}"
        relation = self.random.choice([*_MANY[entity], *_ONE[entity]])
        ways = [
            Way(self.random.choice(["GET", "HEAD"]), one),
            Way("GET", one, headers={"if-none-match": f'"{self._mine_or_not("etag")}"'}),
            Way("GET", one, parameters={"include": self._include(entity)}),
            Way("GET", f"{one}/{relation}"),
            listing(path, **page, count="true", include=self._include(entity)),
            listing(path, **page, count="true"),
            *[listing(path, limit=1, nextToken=self._mine_or_not("token"))] * 2,
            listing(path, limit=1),
            listing(f"{path}/aggregate", **self._aggregate(entity)),
            *[self._across()] * 2,
            Way("GET", f"members/{self._id()}/topics/{self._id()}"),
            listing(self.random.choice(["members/1/topics", "topics/2/members"]), count="true"),
            self._query(entity, page),
            self._query(entity, page),
            graphql(f"{{ aggregate{entity}s {{ count min {{ {_UNIQUE[entity]} }} max {{ {_UNIQUE[entity]} }} }} }}"),
        ]
        return self.random.choice(ways)

    def _across(self) -> Way:
        """Members by what they belong to, a page of one that goes on."""
        order = self.random.choice(["club.name", "-club.level", "mentor.code"])
        again = {"nextToken": self._mine_or_not("token")} if self.random.random() < 0.6 else {}
        include = self.random.choice(["club", "mentor", "club,mentor"])
        return listing("members", orderBy=order, limit=1, include=include, **again)

    def _why(self) -> Way:
        """Why somebody may do something with a record."""
        asked = {"entity": self._entity(), "operation": self.random.choice(["read", "update"]), "id": self._id()}
        return Way("POST", "explain", {**asked, "as": self.random.choice(PEOPLE)})

    def _trail(self) -> Way:
        """What was done; ids and times differ from world to world, so pages of it tell of which record alone."""
        first = {"limit": 1, "orderBy": "recordId", "fields": "id,recordId"}
        shown = "count items { recordId recordVersion operation by rule changed }"
        one = {"recordId": {"eq": self._id()}}
        ways = [
            listing(AUDITS, limit=100, count="true"),
            listing(AUDITS, limit=100, filter=one),
            *[listing(AUDITS, **first)] * 2,
            listing(AUDITS, **first, nextToken=self._mine_or_not("token")),
            *[Way("GET", f"{AUDITS}/{self._mine_or_not('audit')}", parameters={"fields": "recordId"})] * 2,
            listing(f"{AUDITS}/aggregate", groupBy="recordId", max="recordVersion"),
            graphql(f"query($f: ClubAuditFilter) {{ listClubAudits(limit: 100, filter: $f) {{ {shown} }} }}", f=one),
            Way(self.random.choice(["PATCH", "DELETE"]), f"{AUDITS}/{self._mine_or_not('audit')}", {"by": "me"}),
        ]
        return self.random.choice(ways)

    def _query(self, entity: str, page: dict[str, Any]) -> Way:
        below = " ".join(
            f"{name} {{ count nextToken {_EDGES.get((entity, name), '')} items {{ {_ALL[_TARGETS[name]]} }} }}"
            for name in _MANY[entity]
        ) + " ".join(f" {name} {{ {_ALL[_TARGETS[name]]} }}" for name in _ONE[entity])
        shown = f"{_ALL[entity]} {below}"
        text = f"""query($id: ID!, $filter: {entity}Filter, $by: [{entity}OrderBy!]) {{
            get{entity}(id: $id) {{ {shown} }}
            list{entity}s(filter: $filter, orderBy: $by, limit: 2) {{ count nextToken items {{ {shown} }} }}
        }}"""
        by = [{page["orderBy"].lstrip("-"): "DESC" if page["orderBy"].startswith("-") else "ASC"}]
        return graphql(text, id=self._id(), filter=page.get("filter"), by=by)

    def _page(self, entity: str) -> dict[str, Any]:
        found: dict[str, Any] = {"limit": self.random.randint(1, 3)}
        found["orderBy"] = self.random.choice(["", "-"]) + self.random.choice(["id", "note", _UNIQUE[entity]])
        if self.random.random() < 0.7:
            found["filter"] = self._filter(entity)
        return found

    def _filter(self, entity: str, depth: int = 1) -> dict[str, Any]:
        if depth and self.random.random() < 0.5:
            name = self.random.choice([*_MANY[entity], *_ONE[entity]])
            inner = self._filter(_TARGETS[name], depth - 1)
            is_many = name in _MANY[entity]
            return {name: {self.random.choice(["some", "every", "none"]): inner} if is_many else inner}
        unique = {_UNIQUE[entity]: {self.random.choice(["eq", "ne", "gte"]): self.random.choice(NAMES)}}
        by_id: dict[str, Any] = {"id": {self.random.choice(["eq", "in"]): self._id()}}
        by_id = {"id": {"in": [self._id(), self._id()]}} if "in" in by_id["id"] else by_id
        noted = {"note": {self.random.choice(["contains", "gt", "beginsWith"]): self.random.choice(["x", "note"])}}
        return self.random.choice([unique, by_id, noted, {"not": unique}, {"zone": {"eq": "north"}}])

    def _aggregate(self, entity: str) -> dict[str, Any]:
        found = {"groupBy": self.random.choice(["zone", _UNIQUE[entity]])} if self.random.random() < 0.5 else {}
        found |= {"max": "note"} if self.random.random() < 0.5 else {}
        return found | ({"sum": "level"} if entity != "Topic" else {})

    # Writing

    def _write(self) -> Way:
        entity = self._entity()
        path, whole, change = COLLECTIONS[entity], self._whole(entity), self._change(entity)
        one = f"{path}/{self._id()}"
        link = f"members/{self._id()}/topics/{self._id()}"
        ways = [
            *[Way("POST", path, whole)] * 5,
            *[Way("PATCH", one, change, self._condition())] * 3,
            Way("PUT", one, {**whole, "id": one.rpartition("/")[2]}, self._condition()),
            *[Way("DELETE", one, headers=self._condition())] * 2,
            Way("POST", f"members/{self._id()}/promote", {}),
            *[Way("POST", link, self.random.choice([None, {"since": self._note()}]))] * 2,
            Way("DELETE", link),
            Way("POST", path, [whole, self._whole(entity)]),
            Way("PATCH", path, {"note": self._note()}, parameters={"filter": self._filter(entity)}),
            Way("DELETE", path, parameters={"filter": {"id": {"eq": self._id()}}, "maxAffected": 1}),
            self._nested(),
            self._batch(),
            self._mutation(entity, whole, change),
            self._mutation(entity, whole, change),
        ]
        return self.random.choice(ways)

    def _mutation(self, entity: str, whole: dict[str, Any], change: dict[str, Any]) -> Way:
        shown, id = _ALL[entity], self._id()
        created = f"mutation($input: Create{entity}Input!) {{ create{entity}(input: $input) {{ {shown} }} }}"
        change_of = f"mutation($id: ID!, $input: Update{entity}Input!)"
        updated = f"{change_of} {{ update{entity}(id: $id, input: $input) {{ {shown} }} }}"
        deleted = f"mutation($id: ID!) {{ delete{entity}(id: $id) {{ {shown} }} }}"
        linked = "mutation($id: ID!, $to: ID!) { linkMemberToTopics(id: $id, topicId: $to) { topics { count } } }"
        ways = [
            graphql(created, input=whole),
            graphql(updated, id=id, input=change),
            graphql(deleted, id=id),
            graphql(linked, id=id, to=self._id()),
        ]
        return self.random.choice(ways)

    def _perhaps_again(self, way: Way) -> Way:
        """A POST may have a key that was used before, by whomever, for the same or for something else."""
        if way.method != "POST" or self.random.random() < 0.7:
            return way
        return replace(way, headers={**way.headers, "idempotency-key": self.random.choice(["k1", "k2", "k3"])})

    def _nested(self) -> Way:
        member, topic = self._whole("Member"), self._whole("Topic")
        member.pop("clubId", None)
        inputs: list[tuple[str, dict[str, Any]]] = [
            ("members", {"club": {"connect": {"id": self._id()}}}),
            ("members", {"club": {"create": self._whole("Club")}}),
            ("members", {"topics": {"create": [topic], "connect": [{"id": self._id()}]}}),
            ("members", {"mentor": {"connect": {"id": self._id()}}}),
            ("clubs", {"members": {"create": [member]}}),
            ("clubs", {"members": {"connect": [{"id": self._id()}]}}),
            ("members", {"topics": {"set": [{"id": self._id()}]}}),
        ]
        path, input = self.random.choice(inputs)
        if self.random.random() < 0.5 and "set" not in str(input):
            whole = self._whole("Member" if path == "members" else "Club")
            whole.pop("clubId", None)
            return Way("POST", path, {**whole, **input})
        return Way("PATCH", f"{path}/{self._id()}", input)

    def _batch(self) -> Way:
        entities = [self._entity() for _ in range(self.random.randint(1, 3))]
        operations = [
            self.random.choice(
                [
                    {"method": "POST", "path": f"/{COLLECTIONS[each]}", "body": self._whole(each)},
                    {"method": "PATCH", "path": f"/{COLLECTIONS[each]}/{self._id()}", "body": self._change(each)},
                    {"method": "DELETE", "path": f"/{COLLECTIONS[each]}/{self._id()}"},
                ]
            )
            for each in entities
        ]
        is_atomic = self.random.random() < 0.5
        if not is_atomic:
            operations.append({"method": "GET", "path": f"/{COLLECTIONS[entities[0]]}?count=true&limit=1"})
        return Way("POST", "batch", {"atomic": is_atomic, "operations": operations})

    def _whole(self, entity: str) -> dict[str, Any]:
        found = {"id": self._id(), _UNIQUE[entity]: self.random.choice(NAMES), **self._change(entity)}
        return {**found, "zone": self.random.choice(["north", "south"])} if self.random.random() < 0.5 else found

    def _change(self, entity: str) -> dict[str, Any]:
        choose = self.random.choice
        possible: dict[str, Any] = {"note": self._note(), _UNIQUE[entity]: choose(NAMES)}
        if entity == "Club":
            possible |= {"level": self.random.randint(0, 3)}
        if entity == "Member":
            possible |= {
                "level": self.random.randint(0, 3),
                "state": choose(["open", "shut"]),
                "price": choose([None, "1.5", "2"]),
                "clubId": choose([None, *IDS]),
                "mentorId": choose([None, None, *IDS]),
                "code": choose([None, *NAMES]),
            }
        return {name: value for name, value in possible.items() if self.random.random() < 0.4}

    def _condition(self) -> dict[str, str]:
        etag = f'"{self._mine_or_not("etag")}"'
        return self.random.choice([{}, {}, {}, *[{"if-match": etag}] * 2, {"if-match": "*"}, {"if-none-match": "*"}])

    # Real time

    def _realtime(self) -> Way:
        session, id = self._mine_or_not("session"), self._mine_or_not("subscription")
        entity = self.random.choice(["Member", "Topic"])
        asked: dict[str, Any] = {"session": session, "entity": entity}
        if self.random.random() < 0.3:
            asked["filter"] = self._filter(entity)
        if self.random.random() < 0.3:
            asked["since"] = POSITION
        text = "subscription { onUpdateMember { id note level club { name } topics { items { title } } } }"
        return self.random.choice(
            [
                Way("POST", "realtime/negotiate"),
                Way("POST", "realtime/negotiate", parameters={"session": session}),
                *[Way("POST", "realtime/subscriptions", asked)] * 4,
                Way("POST", "realtime/subscriptions", {"session": session, "query": text}),
                Way("PUT", f"realtime/subscriptions/{id}"),
                Way("DELETE", f"realtime/subscriptions/{id}"),
            ]
        )

    # The typed API

    def _typed(self) -> tuple[str, Callable[[Any], Any]]:
        id, name, note = self._id(), self.random.choice(NAMES), self._note()
        works: dict[str, Callable[[Any], Any]] = {
            **self._of_the_system(),
            f"get {id}": lambda data: data.Member.get(id),
            "all": lambda data: data.Member.query().order_by("id").all(),
            "all members of the system": lambda data: data.as_system().Member.query().order_by("-id").all(),
            "count": lambda data: data.Club.query().count(),
            "count of the system": lambda data: data.as_system().Topic.query().where("title", ">=", name).count(),
            f"create {id} {name}": lambda data: data.Topic.create(id=id, title=name, note=note),
            f"create {id} {name} as system": lambda data: data.as_system().Club.create(id=id, name=name, note=note),
            f"upsert {id} {name}": lambda data: data.Topic.upsert(id, title=name),
            f"update {id}": lambda data: data.Club.update(id, note=note),
            f"delete {id}": lambda data: data.as_system().Topic.delete(id),
            f"link {id}": lambda data: data.as_system().Member.link(id, "topics", id),
            "update many": lambda data: data.Club.query().where("name", "==", name).update_many({"note": note}),
        }
        return self.random.choice(sorted(works.items()))

    def _mine_or_not(self, name: str) -> str:
        return f"{FOREIGN}{name}}}" if self.random.random() < 0.25 else f"{{{name}}}"

    def _entity(self) -> str:
        return self.random.choice(["Club", "Member", "Member", "Topic"])

    def _id(self) -> str:
        return self.random.choice(IDS)

    def _note(self) -> str:
        return f"note {self.mark}{self.random.randint(0, 3)}x"

    def _include(self, entity: str) -> str:
        return self.random.choice(
            [*_MANY[entity], *_ONE[entity], f"{_MANY[entity][0]}.{_MANY[_TARGETS[_MANY[entity][0]]][0]}"]
        )
