"""Loads relations that lead to many records, a page for each parent: has_many and many_to_many."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.errors import InvalidCursor
from atakora_data.query.cursor import CursorSigner
from atakora_data.query.filter import EVERYTHING, Compare, FieldRef, Filter, Link, Operator, all_of, some
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.entity import Operation, RelationModel
from atakora_data.service.commands import THROUGH, RelationSelection
from atakora_data.service.context import RequestContext
from atakora_data.service.crossing import guard, guarded_field, guarded_link, readable_link, ways
from atakora_data.service.planning import Plan, plan_list, sign_cursor
from atakora_data.service.reading import Slice, count, cut, read_page
from atakora_data.service.related import position_of
from atakora_data.service.shaping import as_stored, is_as_stored, visible_part
from atakora_data.service.to_one import Present
from atakora_data.storage.port import Children, EntityStore, Junction, Record, Target


class ToMany(Struct, frozen=True):
    """Loads one relation for many parents."""

    access: Access
    relation: RelationModel
    wanted: RelationSelection
    context: RequestContext
    store: EntityStore
    signer: CursorSigner
    custom_context: Callable[[RequestContext], CustomContext]
    present: Present

    async def load(self, parents: Sequence[str]) -> Mapping[Hashable, Any]:
        """A page for each parent that has records, or that is counted; for JSON maybe as text (`bytes`)."""
        if self.wanted.next_token is not None and len(parents) > 1:
            raise InvalidCursor(
                f"The nextToken of `{self.wanted.relation}` belongs to one parent, but several are read.",
                hint="Read that parent by its id and continue its list there.",
            )
        target = self._target
        plan = self._plan(parents[0] if len(parents) == 1 else "")
        if target.is_impossible(Operation.READ) or not parents:
            return {}
        if self._comes_as_stored:
            return await self._as_stored(plan, parents)
        if target.is_exact(Operation.READ):
            pages = _Pages(*await self._together(plan, parents))
        else:
            pages = _Pages(*await self._one_by_one(plan, parents))
        return await self._answers(plan, pages)

    @property
    def _comes_as_stored(self) -> bool:
        """Whether whoever asked takes JSON text, and the children need no shaping."""
        if not self.wanted.as_json or self.wanted.count or self.relation.junction or self.wanted.selection.relations:
            return False
        return is_as_stored(self._target.entity, self._target, self.wanted.selection)

    @property
    def _target(self) -> Access:
        return self.access.of(self.relation.target)

    def _plan(self, parent: str) -> Plan:
        target, (way,) = self._target, ways(self.access, self.relation)
        plan = plan_list(target.entity, target, self.wanted, self.context, self.signer, parent=self._scope(parent))
        there = guard(way.there, target)
        if there == EVERYTHING:
            return plan
        return replace(plan, query=replace(plan.query, filter=all_of(plan.query.filter, there)))

    def _scope(self, parent: str) -> str:
        return f"{self.access.entity.name}.{self.relation.wire}={parent}"

    async def _together(
        self, plan: Plan, parents: Sequence[str]
    ) -> tuple[dict[str, Slice], dict[str, list[Record]], dict[str, int] | None]:
        """The pages of all parents, with one round trip for the records and one for the counts."""
        scope = Target(self.relation.target, self.context.tenant)
        children = self._children(parents, _one_more(plan.query))
        links: dict[str, list[Record]] = {}
        if children.junction is None:
            records = await self.store.select_children(scope, children)
        else:
            linked = await self.store.select_linked(scope, children)
            links = {parent: [each.link for each in found] for parent, found in linked.items()}
            records = {parent: [each.record for each in found] for parent, found in linked.items()}
        slices = {parent: cut(found, plan.query.limit) for parent, found in records.items()}
        counts = await self.store.count_children(scope, children) if self.wanted.count else None
        return slices, links, counts

    async def _as_stored(self, plan: Plan, parents: Sequence[str]) -> dict[Hashable, Any]:
        """The pages of all parents, with one round trip; what the store has as text stays text."""
        scope = Target(self.relation.target, self.context.tenant)
        query = _one_more(plan.query)
        found = await self.store.select_children_stored(scope, self._children(parents, query))
        pages: dict[Hashable, Any] = {}
        for parent, records in found.items():
            if isinstance(records, bytes):
                pages[parent] = b'{"items":' + records + b',"nextToken":null}'
                continue
            page = cut(records, plan.query.limit)
            items = as_stored(self._target.entity, page.records)
            pages[parent] = {"items": items, "nextToken": await self._token(plan, parent, page.resume)}
        return pages

    def _children(self, parents: Sequence[str], query: Query) -> Children:
        key, junction = self._key, self._junction
        return Children(key, tuple(parents), query, junction)

    @property
    def _key(self) -> FieldRef:
        """The field of the children that holds their parent's id, or that their links hold."""
        (way,) = ways(self.access, self.relation)
        if not self.relation.junction:
            return guarded_field(way.links[0].remote, self._target)
        return way.links[1].remote

    @property
    def _junction(self) -> Junction | None:
        (way,) = ways(self.access, self.relation)
        if not self.relation.junction:
            return None
        between = self.access.of(self.relation.junction)
        near = guarded_link(way.links[0], self.access, between).remote
        far = guarded_link(way.links[1], between, self._target).local
        return Junction(self.relation.junction, near, far, readable_link(between))

    async def _one_by_one(
        self, plan: Plan, parents: Sequence[str]
    ) -> tuple[dict[str, Slice], dict[str, list[Record]], dict[str, int] | None]:
        """Parent by parent, reading on as lists do: a rule that is a function has to be asked of each record."""
        scope, target = Target(self.relation.target, self.context.tenant), self._target
        custom = self.custom_context(self.context)
        queries = {each: replace(plan.query, filter=all_of(self._below(each), plan.query.filter)) for each in parents}
        slices = {each: await read_page(self.store, scope, target, query, custom) for each, query in queries.items()}
        links = {each: await self._links(each, slices[each].records) for each in parents}
        counts = None
        if self.wanted.count:
            counts = {
                each: await count(self.store, scope, target, query, target.entity, custom)
                for each, query in queries.items()
            }
        return slices, links, counts

    def _below(self, parent: str) -> Filter:
        """The condition on the children of one parent."""
        key, junction = self._key, self._junction
        if junction is None:
            return Compare(key, Operator.EQ, parent)
        linked = all_of(junction.filter, Compare(junction.near, Operator.EQ, parent))
        return some(Link(junction.entity, key, junction.far), linked)

    async def _links(self, parent: str, records: Sequence[Record]) -> list[Record]:
        """The link of each of these records to the parent."""
        junction = self._junction
        if junction is None or not records:
            return []
        ids = tuple(record["id"] for record in records)
        wanted = all_of(
            junction.filter,
            Compare(junction.near, Operator.EQ, parent),
            Compare(junction.far, Operator.IN, ids),
        )
        order = (OrderKey(self.access.of(junction.entity).entity.primary_key.ref()),)
        scope = Target(junction.entity, self.context.tenant)
        found = await self.store.select(scope, Query(wanted, order, len(ids)))
        by_child = {link[self.relation.far]: link for link in found}
        return [by_child.get(id, {}) for id in ids]

    async def _answers(self, plan: Plan, pages: _Pages) -> dict[Hashable, dict[str, Any]]:
        together = [record for part in pages.slices.values() for record in part.records]
        answers = iter(await self.present(self._target.entity, together, self.wanted.selection))
        found: dict[Hashable, dict[str, Any]] = {}
        for parent, part in pages.slices.items():
            items = [next(answers) for _ in part.records]
            if self.relation.through:
                links = pages.links[parent]
                items = [await self._with_through(item, link) for item, link in zip(items, links, strict=False)]
            page = found[parent] = {"items": items, "nextToken": await self._token(plan, parent, part.resume)}
            if pages.counts is not None:
                page["count"] = pages.counts.get(parent, 0)
        for parent, number in (pages.counts or {}).items():
            found.setdefault(parent, {"items": [], "nextToken": None, "count": number})
        return found

    async def _with_through(self, item: Record, link: Record) -> Record:
        """The answer with what the caller may see of the link's own fields."""
        between = self.access.of(self.relation.junction)
        if not between.entity.is_junction:
            link = await visible_part(between, link, self.custom_context(self.context))
        return {**item, THROUGH: {name: link[name] for name in self.relation.through if name in link}}

    async def _token(self, plan: Plan, parent: str, last: Record | None) -> str | None:
        if last is None or not self.wanted.continues:
            return None
        scope = (*plan.cursor_scope[:-1], self._scope(parent))
        place = await position_of(self.store, self.context.tenant, plan.query.order, last)
        return sign_cursor(self.signer, replace(plan, cursor_scope=scope), place)


def _one_more(query: Query) -> Query:
    """The query with a record beyond its page, which tells whether there is more."""
    return Query(query.filter, query.order, query.limit + 1, query.after)


class _Pages(Struct, frozen=True):
    """What was read for each parent: its records, their links in the same order, and how many there are in all."""

    slices: dict[str, Slice]
    links: dict[str, list[Record]]
    counts: dict[str, int] | None
