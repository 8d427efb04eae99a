"""One position of an invoice."""

from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to


class InvoiceLine(Entity):
    """A track at a price."""

    id: str = Field(primary_key=True)
    invoice_id: str
    track_id: str
    unit_price: float = Field(ge=0)
    quantity: int = Field(ge=1)

    invoice: BelongsTo["Invoice"] = belongs_to("invoice_id")
    track: BelongsTo["Track"] = belongs_to("track_id")

    authorization = Authorization(
        create=allow.role("sales"),
        read=allow.role("sales"),
        update=allow.role("sales"),
        delete=allow.role("manager"),
    )
