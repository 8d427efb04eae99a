"""Who buys."""

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, Index, allow, belongs_to, has_many


class Customer(Entity):
    """A customer and the employee who looks after them."""

    id: str = Field(primary_key=True)
    first_name: str = Field(max_length=40)
    last_name: str = Field(max_length=20)
    company: str | None = Field(default=None, max_length=80)
    address: str | None = Field(default=None, max_length=70)
    city: str | None = Field(default=None, max_length=40)
    state: str | None = Field(default=None, max_length=40)
    country: str | None = Field(default=None, max_length=40)
    postal_code: str | None = Field(default=None, max_length=10)
    phone: str | None = Field(default=None, max_length=24)
    fax: str | None = Field(default=None, max_length=24)
    email: str = Field(max_length=60, unique=True)
    support_rep_id: str | None = None

    support_rep: BelongsTo["Employee"] = belongs_to("support_rep_id")
    invoices: HasMany["Invoice"] = has_many("customer_id")

    authorization = Authorization(
        create=allow.role("sales"),
        read=allow.role("sales"),
        update=allow.role("sales"),
        delete=allow.role("manager"),
    )

    indexes = [Index("country", "city")]
