"""The marks that a transaction leaves on documents before it is decided, and how they are carried out or taken away.

A mark is the property `_pending`: `{transaction, until, etag, after, journal?, unique?, reserve?}`.
    until    when the call that made the mark will have decided, or given up
    etag     what the document's etag was; readers show it as long as the mark is there
    after    the document that is to come, null when it is to go
    journal  documents of the journal that are to be made with it
    unique   what the document held for the unique keys before it lent a value to another document of the transaction
    reserve  the id of a document that holds the new unique values until the change is carried out
A record that is to come is there already, as a document that no query sees. One that lends or borrows a unique value,
or has a reserve, is marked in the same request as its counterpart, and so for carrying out and taking away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.internal import beside
from atakora_data.storage.cosmos.steps import LARGEST_BATCH, MOST_OPERATIONS, Kind, Step
from atakora_data.storage.cosmos.writes import Write, told

_PENDING: Final = "~pending"
_RESERVE: Final = "~reserve"


class Marking(Struct, frozen=True):
    """How one transaction marks. until: when its call gives up; lent: unique texts that move between documents."""

    transaction: str
    until: float
    lent: frozenset[str]

    def steps(self, documents: Documents, write: Write) -> list[Step]:
        """The steps that mark one document, to be made together."""
        after = write.document
        mark: dict[str, Any] = {
            "transaction": self.transaction,
            "until": self.until,
            "etag": write.etag,
            "after": after,
        }
        if write.journal:
            mark["journal"] = write.journal
        entity = write.target.entity
        if write.etag is None:
            kept = {"_unique": after["_unique"]} if after and "_unique" in after else {}
            document = {**beside(documents, write.partition.key, write.id, _PENDING, _pending=mark), **kept}
            document["_write"] = self.transaction
            return [Step(Kind.CREATE, entity, write.id, write.number, document=document, claims=write.claims)]
        held = (write.before or {}).get("_unique", {})
        mark["unique"] = {name: text for name, text in held.items() if text in self.lent}
        changed = {
            name: text
            for name, text in (after or {}).get("_unique", {}).items()
            if text != held.get(name) and text != f"~{write.id}"
        }
        steps = []
        if changed:
            id = f"{_RESERVE}~{self.transaction}~{write.number}"
            mark["reserve"] = id
            reserve = beside(
                documents,
                write.partition.key,
                id,
                _RESERVE,
                _pending={**mark, "after": None, "journal": (), "of": write.id},
            )
            reserve["_unique"] |= changed
            reserve["_write"] = self.transaction
            steps.append(Step(Kind.CREATE, entity, id, write.number, document=reserve, claims=write.claims))
        freed = {f"/_unique/{name}": f"~{write.id}" for name in mark["unique"]}
        marked = Step(Kind.PATCH, entity, write.id, write.number, write.etag, set={"/_pending": mark, **freed})
        return [marked, *steps]


def carried_out(entity: str, found: CosmosDocument) -> list[Step]:
    """The steps that make of a marked document what is to come, together."""
    mark = found["_pending"]
    steps = [Step(Kind.DELETE, entity, mark["reserve"])] if "reserve" in mark else []
    after = mark["after"]
    kind = Kind.DELETE if after is None else Kind.REPLACE
    steps.append(Step(kind, entity, found["id"], etag=found["_etag"], document=after))
    return [*steps, *(told(entity, each) for each in mark.get("journal", ()))]


def taken_away(entity: str, found: CosmosDocument) -> list[Step]:
    """The steps that make of a marked document what it was, together."""
    mark = found["_pending"]
    if mark["etag"] is None:
        return [Step(Kind.DELETE, entity, found["id"], etag=found["_etag"])]
    steps = [Step(Kind.DELETE, entity, mark["reserve"])] if "reserve" in mark else []
    back = {f"/_unique/{name}": text for name, text in mark.get("unique", {}).items()}
    values = {"/_pending": None, "/_was": mark["etag"], **back}
    return [*steps, Step(Kind.PATCH, entity, found["id"], etag=found["_etag"], set=values)]


def portions(groups: Sequence[Sequence[Step]]) -> Iterator[list[Step]]:
    """Groups of steps that must be made together, as few requests."""
    portion: list[Step] = []
    size = 0
    for group in groups:
        more = sum(each.size for each in group)
        if portion and (len(portion) + len(group) > MOST_OPERATIONS or size + more > LARGEST_BATCH):
            yield portion
            portion, size = [], 0
        portion, size = [*portion, *group], size + more
    if portion:
        yield portion
