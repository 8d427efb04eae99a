"""What is written and listened to."""

from __future__ import annotations

from atakora_data import Authorization, Entity, Field, allow


class Note(Entity):
    """A text that everybody may read once it is open."""

    id: str = Field(primary_key=True)
    text: str = ""
    is_open: bool = True
    secret: str | None = None
    realtime = True
    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where(is_open=True) | allow.role("admin"),
        update=allow.authenticated(),
        delete=allow.authenticated(),
        fields={"secret": allow.role("admin")},
    )
