"""Who writes, in the benchmark."""

from uuid import UUID, uuid4

from atakora_data import Authorization, Entity, Field, allow


class User(Entity):
    """An author or commenter."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str
    email: str = Field(unique=True)

    authorization = Authorization(create=allow.role("admin"), read=allow.authenticated())
