"""What a request is known again by: kept with the first write that it commits."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from atakora_data.errors import RequestInProgress
from atakora_data.storage.port import Keep

KIND: Final = "idempotency"
"""The kind of values that receipts are kept as."""


class Receipt(Struct):
    """Says that a request was carried out. partition, key: of whom, and as which. value: what is known of it.

    is_kept: whether a write of the request is committed, and the receipt with it.
    """

    partition: str
    key: str
    value: dict[str, Any]
    seconds: float
    is_kept: bool = False

    def keep(self) -> Keep:
        """What is kept with the write; RequestInProgress when another request with this key was faster."""
        return Keep(KIND, self.partition, self.key, self.value, self.seconds, RequestInProgress())
