"""Clubs, their members and topics: every way in which one record can meet another, in partitions of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    ManyToMany,
    Model,
    Storage,
    action,
    allow,
    before_create,
    belongs_to,
    by_entity,
    by_hash,
    by_hierarchy,
    by_id,
    by_tenant,
    computed,
    has_many,
    many_to_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Partition

PARTITIONS: Mapping[str, Partition] = {
    "by_entity": by_entity(),
    "by_tenant": by_tenant(),
    "by_hash": by_hash(2),
    "by_id": by_id(),
    "by_hierarchy of the tenant": by_hierarchy("tenant_id"),
    "by_hierarchy of tenant and field": by_hierarchy("tenant_id", "zone"),
    "by_hierarchy of a field": by_hierarchy("zone"),
}


async def is_crowded(ctx: Any, record: Any) -> bool:
    """A rule that counts the tenant's topics, whoever asks."""
    return bool(record.level == 2 and await ctx.data.as_system().Topic.query().count() > 1)


class Linked(Model):
    """What a link says for itself."""

    since: str | None = None


def registry_of(partition: Partition) -> Registry:
    """The entities, all partitioned so."""

    class Club(Entity):
        id: str = Field(primary_key=True)
        zone: Literal["north", "south"] = Field(default="north", immutable=True)
        name: str = Field(unique=True)
        level: int = 0
        note: str | None = None
        members: HasMany["Member"] = has_many("club_id", on_delete="cascade")
        storage = Storage(partition=partition)
        audit = allow.role("chief") | allow.where(this.by == principal.id)
        authorization = Authorization(
            create=allow.authenticated(),
            read=allow.public(),
            update=allow.authenticated(),
            delete=allow.authenticated(),
        )

    class Member(Entity):
        id: str = Field(primary_key=True)
        zone: Literal["north", "south"] = Field(default="north", immutable=True)
        code: str | None = Field(default=None, unique=True)
        owner_id: str = Field(owner=True)
        state: Literal["open", "shut"] = "open"
        level: int = 0
        price: Decimal | None = None
        tags: list[str] = Field(default_factory=list)
        note: str | None = None
        others: int = 0
        club_id: str | None = None
        mentor_id: str | None = None
        club: BelongsTo["Club"] = belongs_to("club_id")
        mentor: BelongsTo["Member"] = belongs_to("mentor_id")
        mentored: HasMany["Member"] = has_many("mentor_id")
        topics: ManyToMany["Topic"] = many_to_many("MemberTopics", through=Linked)
        realtime = True
        storage = Storage(partition=partition)
        authorization = Authorization(
            create=allow.authenticated(),
            read=allow.where(state="open")
            | allow.owner()
            | allow.where(this.club.level > 1)
            | allow.custom(is_crowded),
            update=allow.owner() | allow.role("chief"),
            delete=allow.authenticated(),
            fields={"note": FieldRules(read=allow.owner() | allow.where(this.club.name == "n1"))},
        )

        @computed
        def about(self) -> str:
            return f"{self.id} {self.note}"

        @before_create
        async def count_others(draft: Any, ctx: Any) -> Any:
            """Write into each new member how many there are in the tenant."""
            draft.others = await ctx.data.as_system().Member.query().count()
            return draft  # type: ignore[return-value]  # `Any` of a nested class is taken for the class

        @action
        async def promote(record: Any, ctx: Any) -> Any:
            """Write into the record how many others the caller sees, and how many clubs there are."""
            record.level = await ctx.data.Member.query().count() + await ctx.data.as_system().Club.query().count()
            return record  # type: ignore[return-value]

    class Topic(Entity):
        id: str = Field(primary_key=True)
        zone: Literal["north", "south"] = Field(default="north", immutable=True)
        title: str | None = Field(default=None, unique=True)
        note: str | None = None
        members: ManyToMany["Member"] = many_to_many("MemberTopics")
        realtime = True
        storage = Storage(partition=partition)
        authorization = Authorization(
            create=allow.authenticated(),
            read=allow.public(),
            update=allow.authenticated(),
            delete=allow.role("chief"),
        )

    return build_registry([Club, Member, Topic])
