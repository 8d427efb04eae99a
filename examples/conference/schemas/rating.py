"""What listeners think."""

from atakora_data import Authorization, BelongsTo, Entity, Field, Index, allow, belongs_to, principal, this


class Rating(Entity):
    """Stars for a talk: seen by who gave them and by who leads the talk, a rule across a relation."""

    id: str = Field(primary_key=True)
    talk_id: str = Field(immutable=True)
    author_id: str = Field(owner=True)
    stars: int = Field(ge=1, le=5)

    talk: BelongsTo["Talk"] = belongs_to("talk_id")
    author: BelongsTo["Person"] = belongs_to("author_id")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.owner() | allow.where(this.talk.lead_id == principal.id) | allow.role("organizer"),
        update=allow.owner(),
        delete=allow.owner(),
    )
    indexes = [Index("talk_id", "stars")]
