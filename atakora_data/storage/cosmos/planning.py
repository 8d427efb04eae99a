"""Brings changes into writes: where the documents lie, what they hold, and what they claim and let go of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.asking import side_by_side
from atakora_data.storage.cosmos.batches import Settle
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.guards import Claim, guard_key
from atakora_data.storage.cosmos.journal import journal_document
from atakora_data.storage.cosmos.lookup import Lookup
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.retrying import Again, Effort
from atakora_data.storage.cosmos.steps import Partition, fits
from atakora_data.storage.cosmos.uniques import keeps_uniques
from atakora_data.storage.cosmos.writes import (
    NO_ETAG,
    Write,
    Writing,
    changed,
    collision,
    encoded,
    etag_of,
    gone,
    has_etag,
    taken,
    too_large,
)
from atakora_data.storage.port import Change, Insert, Remove, Replace, Target

_ID = "id"


class Planner:
    """Makes writes of changes. It asks the server only where the id does not tell the partition, or for guards."""

    def __init__(self, registry: Registry, documents: Mapping[str, Documents], lookup: Lookup, settle: Settle) -> None:
        self._models = {model.name: model for model in registry}
        self._guarded = {model.name for model in registry if not keeps_uniques(model)}
        self._documents = documents
        self._lookup = lookup
        self._settle = settle

    async def writes(self, effort: Effort, changes: Sequence[Change], token: str) -> list[Write]:
        """The writes of the changes, in their order; a record that moves to another partition has two."""
        made = [(number, each) for number, each in enumerate(changes) if isinstance(each, Insert | Replace | Remove)]
        found = await side_by_side(self._writes_of(effort, number, each, token) for number, each in made)
        return [write for writes in found for write in writes]

    async def known(self, effort: Effort, writes: Sequence[Write]) -> list[Write]:
        """The same with what is there now, where a container keeps something unique of it."""
        return await side_by_side(self._known(effort, each) for each in writes)

    async def _writes_of(self, effort: Effort, number: int, change: Writing, token: str) -> list[Write]:
        if isinstance(change, Insert):
            return [self._insertion(number, change, token)]
        return await self._alteration(effort, number, change, token)

    async def _known(self, effort: Effort, write: Write) -> Write:
        return await self._with_before(effort, write) if self._keeps_something_unique(write) else write

    def _insertion(self, number: int, change: Insert, token: str) -> Write:
        documents = self._documents[change.target.entity]
        document = encoded(documents, change, token)
        key = documents.placement.partition(change.target, change.id, change.record)
        write = self._told(self._write(number, change, key, document, None), token)
        return self._claiming(write, change, {}, token)

    async def _alteration(self, effort: Effort, number: int, change: Replace | Remove, token: str) -> list[Write]:
        documents = self._documents[change.target.entity]
        if not documents.can_hold(change.target, change.id):
            raise gone(change.target.entity)
        key = documents.placement.partition(change.target, change.id)
        document = None if isinstance(change, Remove) else encoded(documents, change, token)
        if documents.placement.is_whole(key) and change.target.entity not in self._guarded:
            return [self._told(self._write(number, change, key, document, etag_of(change)), token)]
        before = await self._before(effort, change.target, change.id, etag_of(change))
        here = self._lookup.key(change.target, before)
        write = replace(self._write(number, change, here, document, before["_etag"]), before=before)
        held = before.get("_guards", {})
        if isinstance(change, Remove):
            return [self._told(replace(write, left=dict(held.values())), token)]
        there = documents.placement.partition(change.target, change.id, change.record)
        if there == here:
            return [self._claiming(self._told(write, token), change, held, token)]
        moved = self._told(self._write(number, change, there, document, None), token)
        moved = self._claiming(moved, change, {}, token)
        return [replace(write, document=None, claims={}, left=dict(held.values())), moved]

    async def _before(self, effort: Effort, target: Target, id: str, etag: str) -> CosmosDocument:
        """The document of a record as it is there now, which must have the etag."""

        async def attempt() -> CosmosDocument | None:
            found = await self._lookup.located(target, id)
            if found is not None and "_pending" in found:
                place = self._partition(target.entity, self._lookup.key(target, found))
                await self._settle(effort, place, found)
                raise Again
            return found

        found = await effort.make(attempt)
        if found is None:
            raise gone(target.entity)
        if not has_etag(found, etag):
            raise changed(target.entity)
        return found

    async def _with_before(self, effort: Effort, write: Write) -> Write:
        before = await self._before(effort, write.target, write.change.id, write.etag or NO_ETAG)
        return replace(write, before=before, etag=before["_etag"])

    def _keeps_something_unique(self, write: Write) -> bool:
        entity = write.target.entity
        is_known = write.etag is None or write.before is not None
        return not is_known and entity not in self._guarded and bool(self._documents[entity].uniques)

    def _write(
        self, number: int, change: Writing, key: PartitionKey, document: CosmosDocument | None, etag: str | None
    ) -> Write:
        documents = self._documents[change.target.entity]
        id = documents.placement.document_id(change.target, change.id)
        claims = {} if isinstance(change, Remove) else dict(self._claims(documents, change))
        return Write(number, change, self._partition(change.target.entity, key), id, document, etag, claims)

    def _told(self, write: Write, token: str) -> Write:
        """The write with its entry in the journal."""
        change, documents = write.change, self._documents[write.target.entity]
        if change.journal is None:
            return write
        document = journal_document(documents, write.partition.key, change.target, change.id, change.journal, token)
        told = replace(write, journal=(document,))
        if not fits(told.steps):
            raise too_large()
        return told

    def _claims(self, documents: Documents, change: Insert | Replace) -> Iterator[tuple[str, str]]:
        for unique in documents.uniques:
            if text := unique.claim(change.target.tenant, change.record):
                yield unique.name, text

    def _claiming(self, write: Write, change: Insert | Replace, held: Mapping[str, Any], token: str) -> Write:
        """The write with the claims it needs beyond those that the record holds, and those it lets go of."""
        entity, document = change.target.entity, write.document
        if entity not in self._guarded or document is None:
            return write
        own = taken(entity) if write.etag is None else changed(entity)
        refusals = {each.name: collision(each) for each in self._documents[entity].uniques}
        texts = {**write.claims, **self._identity(change)}
        guards, wanted = {}, []
        for name, text in texts.items():
            key = guard_key(entity, name, text)
            if name in held and held[name][0] == key:
                guards[name] = held[name]
                continue
            guards[name] = [key, token]
            wanted.append(Claim(name, key, write.partition, write.id, token, refusals.get(name) or taken(entity), own))
        left = {key: token for name, (key, token) in held.items() if guards.get(name) != [key, token]}
        if guards:
            document["_guards"] = guards
        return replace(write, wanted=tuple(wanted), left=left)

    def _identity(self, change: Insert | Replace) -> dict[str, str]:
        """The id, where a partition alone does not keep it unique."""
        placement = self._documents[change.target.entity].placement
        is_kept = placement.is_whole(placement.partition(change.target, change.id))
        return {} if is_kept else {_ID: f"{change.target.tenant}\n{change.id}"}

    def _partition(self, entity: str, key: PartitionKey) -> Partition:
        return Partition(entity, self._models[entity].container, key)
