"""Who works in the shop."""

from datetime import datetime

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, allow, belongs_to, has_many


class Employee(Entity):
    """A member of the staff: colleagues see each other, birth dates are for managers."""

    id: str = Field(primary_key=True)
    last_name: str = Field(max_length=20)
    first_name: str = Field(max_length=20)
    title: str | None = Field(default=None, max_length=30)
    reports_to_id: str | None = None
    birth_date: datetime | None = Field(default=None, sensitive=True)
    hire_date: datetime | None = None
    address: str | None = Field(default=None, max_length=70)
    city: str | None = Field(default=None, max_length=40)
    state: str | None = Field(default=None, max_length=40)
    country: str | None = Field(default=None, max_length=40)
    postal_code: str | None = Field(default=None, max_length=10)
    phone: str | None = Field(default=None, max_length=24)
    fax: str | None = Field(default=None, max_length=24)
    email: str | None = Field(default=None, max_length=60)

    reports_to: BelongsTo["Employee"] = belongs_to("reports_to_id")
    reports: HasMany["Employee"] = has_many("reports_to_id")
    customers: HasMany["Customer"] = has_many("support_rep_id")

    authorization = Authorization(
        create=allow.role("manager"),
        read=allow.role("sales"),
        update=allow.role("manager"),
        delete=allow.role("manager"),
        fields={"birth_date": allow.role("manager")},
    )
