"""Sends transactional batches, and takes notice of what the SDK leaves out about them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from atakora_data.storage.cosmos.lookup import sdk_key
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.steps import Operation


class Batch:
    """One batch for a logical partition of the container.

    after_loss: whether the SDK sent it again after an answer that does not say whether it was done.
    """

    def __init__(self, container: Any, key: PartitionKey) -> None:
        self.after_loss = False
        self.container = container
        self._key = key

    async def send(self, operations: Sequence[Operation]) -> list[dict[str, Any]]:
        """What each operation answers."""
        key = sdk_key(self._key)
        return list(
            await self.container.execute_item_batch(operations, partition_key=key, raw_response_hook=self._note)
        )

    def _note(self, response: Any) -> None:
        """Take notice of one answer. The SDK forgets the session of those to batches: it would read what was before."""
        answer, status = response.http_response, response.http_response.status_code
        self.after_loss |= status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        connection = self.container.client_connection
        connection._UpdateSessionIfRequired(response.http_request.headers, {}, answer.headers)  # noqa: SLF001
