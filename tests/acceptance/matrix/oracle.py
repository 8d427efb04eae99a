"""Who may do what in the matrix, written down from the contract and in plain Python: nothing here is the product's.

A rule of some kind stands in one of four places, the aspect: on reading (`read`), on all writing (`write`), on reading
the field `secret` (`field_read`), or on writing it (`field_write`). Everything else is open to everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

ASPECTS = ("read", "write", "field_read", "field_write")
OPERATIONS = ("read", "create", "update", "delete")


@dataclass(frozen=True)
class Who:
    """Somebody who asks. id: None for nobody."""

    name: str
    id: str | None
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


PEOPLE = {
    each.name: each
    for each in (
        Who("anonymous", None),
        Who("owner", "olga"),
        Who("other", "otto"),
        Who("role-holder", "edda", roles=("editor",)),
        Who("group member", "mira", groups=("crew",)),
        Who("related person", "rita"),
        Who("DataReader", "dora", roles=("DataReader",)),
        Who("DataContributor", "cora", roles=("DataContributor",)),
        Who("DataOwner", "dana", roles=("DataOwner",)),
    )
}
HOME = "home"
"""The tenant of everybody here, and of all records."""

STRANGER = "zoe"
"""Whose records they are that belong to nobody who asks."""


@dataclass(frozen=True)
class Note:
    """One record. helpers: the people it is linked to; lead: the person it belongs to; parent: the id of another."""

    id: str
    owner: str | None = STRANGER
    state: str = "shut"
    grade: int = 1
    lead: str | None = None
    helpers: tuple[str, ...] = ()
    parent: str | None = None
    rank: int = 0
    box: str | None = "b1"


SHAPES = (
    Note("bare", rank=40),
    Note("owned", owner="olga", parent="open", rank=30),
    Note("open", state="open", parent="owned", rank=70),
    Note("even", grade=2, parent="both", rank=10),
    Note("helped", helpers=("rita",), parent="bare", rank=60),
    Note("led", lead="rita", parent="open", rank=20),
    Note("both", "olga", "open", 2, "rita", ("rita",), parent="even", rank=50),
)
"""The records of every kind: one that no rule speaks of, one for each thing that a rule may ask, one with all of it."""

BY_ID = {each.id: each for each in SHAPES}


@dataclass(frozen=True)
class Seen:
    """What a rule is asked of. says: what the function answers; parent: the state of the record above, if any."""

    who: Who
    note: Note
    says: bool
    parent: str | None

    @property
    def is_owner(self) -> bool:
        """Whether it belongs to who asks; nothing belongs to nobody."""
        return self.who.id is not None and self.note.owner == self.who.id


KINDS: Mapping[str, Callable[[Seen], bool]] = {
    "Public": lambda _: True,
    "Authenticated": lambda it: it.who.id is not None,
    "Owner": lambda it: it.is_owner,
    "Role": lambda it: "editor" in it.who.roles,
    "Group": lambda it: "crew" in it.who.groups,
    "Where": lambda it: it.note.state == "open",
    "Caller": lambda it: it.who.id is not None and it.note.lead == it.who.id,
    "Across": lambda it: it.parent == "open",
    "Related": lambda it: it.who.id in it.note.helpers,
    "Led": lambda it: it.who.id is not None and it.note.lead == it.who.id,
    "Custom": lambda it: it.says,
    "Never": lambda _: False,
    "Either": lambda it: it.is_owner or "editor" in it.who.roles,
    "Both": lambda it: it.who.id is not None and it.note.state == "open",
    "Denied": lambda it: not it.is_owner,
    "Mixed": lambda it: (it.says and it.note.state == "open") or "crew" in it.who.groups,
    "Unless": lambda it: not (it.says or "editor" in it.who.roles),
    "Unmet": lambda it: not (it.who.id in it.note.helpers or it.parent == "open"),
    "Reached": lambda it: it.who.id in it.note.helpers or (it.parent == "open" and it.who.id is not None),
}
"""The rules, one entry a kind."""

ASKING = ("Custom", "Mixed", "Unless")
"""The kinds in which a function has a say: no store can ask it."""

_GRANTS = {
    "read": ("DataReader", "DataContributor", "DataOwner"),
    "create": ("DataContributor", "DataOwner"),
    "update": ("DataContributor", "DataOwner"),
    "delete": ("DataOwner",),
}


def holds(kind: str, who: Who, note: Note, *, says: bool | None = None) -> bool:
    """Whether the rule allows this record. says: what its function answers, else what it would."""
    says = note.grade % 2 == 0 if says is None else says
    return KINDS[kind](Seen(who, note, says, BY_ID[note.parent].state if note.parent else None))


def surely(kind: str, who: Who, note: Note) -> bool:
    """Whether the rule allows this record whatever its function says: only that counts in filters and orders."""
    return holds(kind, who, note, says=True) and holds(kind, who, note, says=False)


@cache
def could(kind: str, who: Who) -> bool:
    """Whether the rule allows any record that there could be."""
    return any(holds(kind, who, note, says=says) for note in conceivable(who) for says in (True, False))


def conceivable(who: Who) -> Iterator[Note]:
    """Every record that differs in what rules ask."""
    people = tuple({STRANGER, who.id or STRANGER})
    helped = [(), *((each,) for each in people)]
    for owner, state, lead, helpers, parent in product(
        people, ("open", "shut"), (None, *people), helped, (None, "open", "bare")
    ):
        yield Note("?", owner, state, 1, lead, helpers, parent)


@dataclass(frozen=True)
class Rights:
    """What one principal may do with the records of one kind."""

    aspect: str
    kind: str
    who: Who

    def may(self, operation: str, note: Note) -> bool:
        """Whether the operation is allowed on this state of the record."""
        return self._is_granted(operation) or not self._is_ruled(operation) or holds(self.kind, self.who, note)

    def could(self, operation: str) -> bool:
        """Whether it could be allowed on any record."""
        return self._is_granted(operation) or not self._is_ruled(operation) or could(self.kind, self.who)

    def refusal(self, operation: str) -> int | None:
        """The status where no record could be allowed: whatever the record, it is the same."""
        if self.could(operation):
            return None
        return 401 if self.who.id is None else 403

    def counts(self, note: Note) -> bool:
        """Whether the record counts where others are judged by it."""
        return self._is_granted("read") or not self._is_ruled("read") or surely(self.kind, self.who, note)

    def shows(self, note: Note) -> bool:
        """Whether the secret of a record that may be read is seen."""
        return self.aspect != "field_read" or holds(self.kind, self.who, note)

    def surely_shows(self, note: Note) -> bool:
        """Whether the secret counts in filters and orders."""
        return self.aspect != "field_read" or surely(self.kind, self.who, note)

    def told_gone(self, note: Note) -> bool:
        """Whether the deletion of a record is told: whatever links went with it."""
        return all(self.may("read", each) for each in self._as_it_may_have_been(note))

    def shows_gone(self, note: Note) -> bool:
        """Whether its secret is seen then."""
        return all(self.shows(each) for each in self._as_it_may_have_been(note))

    def _as_it_may_have_been(self, note: Note) -> Sequence[Note]:
        return [replace(note, helpers=each) for each in ((), (self.who.id or STRANGER,))]

    def may_set(self, note: Note) -> bool:
        """Whether the secret may be written in this state of the record."""
        return self.aspect != "field_write" or holds(self.kind, self.who, note)

    @property
    def readable(self) -> Sequence[Note]:
        """The records that may be read."""
        return [each for each in SHAPES if self.may("read", each)]

    @property
    def hidden(self) -> Sequence[Note]:
        """The records that may not be read."""
        return [each for each in SHAPES if not self.may("read", each)]

    @property
    def outcomes(self) -> tuple[tuple[object, ...], ...]:
        """Equal for those whom the rules treat alike."""
        allowed = [self.may(operation, each) for operation in OPERATIONS for each in SHAPES]
        fields = [(self.shows(each), self.surely_shows(each), self.may_set(each)) for each in SHAPES]
        counted = [self.counts(each) for each in SHAPES]
        refusals = [self.refusal(each) for each in OPERATIONS]
        return tuple(allowed), tuple(fields), tuple(counted), tuple(refusals)

    @property
    def is_partial(self) -> bool:
        """Whether some of it is allowed and some is not."""
        allowed, fields, counted, _ = self.outcomes
        return len(set(allowed)) > 1 or len(set(fields)) > 1 or len(set(counted)) > 1

    def changing(self, note: Note, after: Note | None = None, *, sets_secret: bool = False) -> int:
        """The status of a change of one record. after: what would become of it."""
        if self.refusal("update"):
            return self.refusal("update") or 0
        after = note if after is None else after
        if not self.may("read", note):
            return 404
        if not (self.may("update", note) and self.may("update", after)) or after.owner != note.owner:
            return 403
        return 200 if not sets_secret or (self.may_set(note) and self.may_set(after)) else 403

    def removing(self, note: Note) -> int:
        """The status of a deletion."""
        if self.refusal("delete"):
            return self.refusal("delete") or 0
        if not self.may("read", note):
            return 404
        return 204 if self.may("delete", note) else 403

    def making(self, draft: Note, *, sets_secret: bool = False) -> int:
        """The status of a creation; a draft that names no owner is the caller's own."""
        if self.refusal("create"):
            return self.refusal("create") or 0
        is_allowed = self.may("create", draft) and (not sets_secret or self.may_set(draft))
        return 201 if is_allowed and draft.owner == self.who.id else 403

    def own(self, shape: Note, id: str) -> Note:
        """A new record like this one, which is the caller's own and which nothing is linked to yet."""
        return replace(shape, id=id, owner=self.who.id, helpers=())

    def _is_granted(self, operation: str) -> bool:
        return any(role in self.who.roles for role in _GRANTS[operation])

    def _is_ruled(self, operation: str) -> bool:
        return self.aspect == "read" if operation == "read" else self.aspect == "write"


def canary(kind: str, id: str, field: str) -> str:
    """What stands in a field of a record and nowhere else."""
    return f"Xq{kind.lower()}{id}{field}qX"


def fields(kind: str, note: Note) -> dict[str, Any]:
    """All that is stored of a record, by wire name."""
    return {
        "id": note.id,
        "ownerId": note.owner,
        "state": note.state,
        "grade": note.grade,
        "leadId": note.lead,
        "parentId": note.parent,
        "boxId": note.box,
        "rank": note.rank,
        "title": canary(kind, note.id, "title"),
        "secret": canary(kind, note.id, "secret"),
    }


def shown(rights: Rights, note: Note) -> dict[str, Any]:
    """What is seen of a record that may be read: the computed field goes with the secret that it reads."""
    found = fields(rights.kind, note)
    if not rights.shows(note):
        del found["secret"]
        return found
    return {**found, "loud": f"loud {found['secret']}"}
