"""The journal: documents that tell what changes did, written in the same batch and logical partition."""

from __future__ import annotations

import hashlib
from typing import Final

import orjson

from atakora_data.errors import ValidationError
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.internal import beside
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.feed import event_text
from atakora_data.storage.port import JournalEntry, Target

DAYS: Final = 7
"""How long entries are kept: their time to live."""

JOURNAL: Final = "~journal"
"""What stands in the place of the entity's name, where that is not the partition key."""

_LONGEST_ID: Final = 512
_DAY: Final = 24 * 60 * 60


def journal_document(
    documents: Documents, key: PartitionKey, target: Target, id: str, entry: JournalEntry, token: str
) -> CosmosDocument:
    """The document of an entry, in the logical partition of its record.

    Its id is `~{id of the record}:{version}:{token of the call}`: a record that comes again has the same versions.
    """
    try:
        text = event_text(target, id, entry)
    except orjson.JSONEncodeError as error:
        raise ValidationError(f"The record cannot be stored as JSON: {error}.") from error
    name = f"{entry_ids(documents.placement.document_id(target, id), entry.version)}{token}"
    return beside(documents, key, name, JOURNAL, _event=text, _write=token, ttl=DAYS * _DAY)


def entry_ids(document_id: str, version: int) -> str:
    """How the ids of the documents begin that tell of this version of a record, and maybe of others."""
    return f"~{_short(document_id)}:{version}:"


def _short(document_id: str) -> str:
    if len(document_id.encode()) <= _LONGEST_ID:
        return document_id
    return hashlib.blake2b(document_id.encode(), digest_size=32).hexdigest()
