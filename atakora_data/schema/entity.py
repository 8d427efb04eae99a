"""`Entity`: a data model whose records are stored and served."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from pydantic_core import core_schema

from atakora_data.schema.core_schema import with_id_check
from atakora_data.schema.indexes import Index
from atakora_data.schema.migrations import Migration
from atakora_data.schema.model import Model
from atakora_data.schema.rules import Authorization, Rule
from atakora_data.schema.storage import Storage


class Entity(Model, abstract=True):
    """A data model: every subclass in the schema folder gets storage, rules, REST, GraphQL and documents.

    With `class Timestamps(Entity, abstract=True)` the fields and options are for its subclasses only.
    authorization: who may do what; without it nobody may do anything. plural: the collection's name in URLs.
    audit: who may read what is kept of each change, as `<Entity>Audit`; without it nothing is kept.
    operations: which of `list get create update replace delete` are offered. max_limit: the largest page.
    """

    __takes_options__: ClassVar[bool] = True

    authorization: ClassVar[Authorization]
    indexes: ClassVar[Sequence[Index]]
    storage: ClassVar[Storage]
    realtime: ClassVar[bool]
    audit: ClassVar[Rule]
    operations: ClassVar[Collection[str]]
    version: ClassVar[int]
    migrations: ClassVar[Sequence[Migration]]
    plural: ClassVar[str]
    max_limit: ClassVar[int]

    @classmethod
    def __hold__(cls, schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
        """A string id must fit every store and URL."""
        return with_id_check(schema)
