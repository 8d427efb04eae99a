"""What is said."""

from datetime import datetime
from typing import Literal

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    Index,
    ManyToMany,
    action,
    allow,
    belongs_to,
    has_many,
    many_to_many,
)


class Talk(Entity):
    """A talk: until it is accepted, for its speakers and the organizers only."""

    id: str = Field(primary_key=True)
    title: str = Field(min_length=1, max_length=200)
    status: Literal["proposed", "accepted"] = "proposed"
    starts_at: datetime | None = None
    lead_id: str = Field(owner=True)
    room_id: str | None = None

    lead: BelongsTo["Person"] = belongs_to("lead_id")
    room: BelongsTo["Room"] = belongs_to("room_id")
    speakers: ManyToMany["Person"] = many_to_many("TalkSpeaker")
    ratings: HasMany["Rating"] = has_many("talk_id", on_delete="cascade")
    remarks: HasMany["Remark"] = has_many("about_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where(status="accepted") | allow.owner() | allow.relationship("speakers") | allow.role("organizer"),
        update=allow.owner() | allow.relationship("speakers") | allow.role("organizer"),
        delete=allow.owner() | allow.role("organizer"),
        fields={"status": FieldRules(write=allow.role("organizer"))},
    )
    indexes = [Index("status", "starts_at")]

    @action(allow=allow.role("organizer"))
    def accept(record: "Talk", ctx: ActionContext) -> "Talk":
        """Put the talk on the programme."""
        record.status = "accepted"
        return record
