"""An entity event: the fact that a record changed, as it leaves the journal."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from atakora_data.storage.port import Journaled, JournalEntry, Target

_LONGEST_NAME = 128
"""What Service Bus takes as the id of a message or of a session, in characters."""


class EntityEvent(Struct, frozen=True):
    """One change of one record. position: where it stands in the journal, for subscribers that read on from it.

    is_whole: False when it was too large for a message: then the entry's record holds the id alone, and the journal the
    rest.
    """

    target: Target
    id: str
    entry: JournalEntry
    position: str
    is_whole: bool = True

    @classmethod
    def of(cls, found: Journaled) -> EntityEvent:
        """The event that an entry of the journal tells."""
        return cls(found.target, found.id, found.entry, found.position)

    @property
    def subject(self) -> str:
        """What happened, such as `Post.created`."""
        return f"{self.target.entity}.{self.entry.operation}"

    @property
    def message_id(self) -> str:
        """The same for the same change, and for no other: `Post:42:3:9f2c81aa`, entity, id, version and fingerprint.

        The fingerprint is of tenant and moment: ids recur in other tenants, versions when a record comes again.
        """
        mark = _digest(f"{self.target.tenant}\n{self.entry.at}", 4)
        return _short(f"{self.target.entity}:{self.id}:{self.entry.version}", f":{mark}")

    @property
    def session_id(self) -> str:
        """The same for all changes of a record: they are delivered in order."""
        return _short(f"{self.target.entity}:{self.id}", f":{_digest(self.target.tenant, 4)}")


def _short(name: str, end: str) -> str:
    """The name with its end, or a digest of the name where both are too long."""
    if len(name) + len(end) <= _LONGEST_NAME:
        return name + end
    return f"{name[:40]}~{_digest(name, 16)}{end}"


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
