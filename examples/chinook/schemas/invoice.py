"""What was sold to whom."""

from datetime import datetime

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, Index, allow, belongs_to, has_many


class Invoice(Entity):
    """A sale; its lines say which tracks."""

    id: str = Field(primary_key=True)
    customer_id: str
    invoice_date: datetime
    billing_address: str | None = Field(default=None, max_length=70)
    billing_city: str | None = Field(default=None, max_length=40)
    billing_state: str | None = Field(default=None, max_length=40)
    billing_country: str | None = Field(default=None, max_length=40)
    billing_postal_code: str | None = Field(default=None, max_length=10)
    total: float = Field(ge=0)

    customer: BelongsTo["Customer"] = belongs_to("customer_id")
    lines: HasMany["InvoiceLine"] = has_many("invoice_id")

    authorization = Authorization(
        create=allow.role("sales"),
        read=allow.role("sales"),
        update=allow.role("sales"),
        delete=allow.role("manager"),
    )

    indexes = [Index("-invoice_date"), Index("billing_country", "-total")]
