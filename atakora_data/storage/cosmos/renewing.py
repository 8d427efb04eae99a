"""What a creation claims when it is sent once more, because the answer to it was lost.

It may have been carried out, its record removed and its claim taken back by others since: then whoever wants the value
has it, and a second creation would share it. So each sending has a claim of its own, made beside the earlier ones:
others who let go of what a record holds never take back the claim of a sending that is still to come. Where an earlier
claim is gone, its sending was carried out, and none is needed any more. Claims of sendings that came to nothing lapse.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from atakora_data.storage.cosmos.guards import Claim, Guards
from atakora_data.storage.cosmos.steps import Step
from atakora_data.storage.cosmos.writes import Write

_TOKEN_BYTES: Final = 12


class Renewal:
    """The claims of the creations among some writes, sending by sending.

    claims: all that were made, whichever of them is held in the end.
    """

    def __init__(self, guards: Guards, writes: Sequence[Write]) -> None:
        self._guards = guards
        self._writes = writes
        self.claims: list[Claim] = [claim for each in writes for claim in each.wanted]

    async def steps(self) -> list[Step] | None:
        """What is to be sent now; None: an earlier sending was carried out, and others have let go of a claim since."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        writes = [_renewed(each, token) if each.etag is None else each for each in self._writes]
        fresh = [claim for each in writes if each.etag is None for claim in each.wanted]
        if not await self._guards.renew(fresh, self.claims):
            return None
        self.claims += fresh
        return [step for each in writes for step in each.steps]


def _renewed(write: Write, token: str) -> Write:
    """The creation with claims of this token."""
    wanted = tuple(replace(each, token=token) for each in write.wanted)
    if not wanted or write.document is None:
        return write
    held = {each.name: [each.key, token] for each in wanted}
    return replace(write, wanted=wanted, document={**write.document, "_guards": held})
