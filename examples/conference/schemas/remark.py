"""What people say about talks and rooms."""

from typing import Literal

from atakora_data import Authorization, BelongsTo, Entity, Field, Polymorphic, allow, belongs_to, polymorphic


class Remark(Entity):
    """A remark about a talk or about a room: one relation with two targets."""

    id: str = Field(primary_key=True)
    text: str = Field(min_length=1, max_length=500)
    author_id: str = Field(owner=True)
    about_id: str
    about_type: Literal["Talk", "Room"]

    author: BelongsTo["Person"] = belongs_to("author_id")
    about: Polymorphic["Talk | Room"] = polymorphic(["Talk", "Room"], id="about_id", type="about_type")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.authenticated(),
        update=allow.owner(),
        delete=allow.owner() | allow.role("organizer"),
    )
