"""Who is told what happens."""

from __future__ import annotations

from typing import Protocol

from atakora_data.telemetry.happenings import Happening


class Observer(Protocol):
    """Is told of each happening, on the way of the request: it neither waits nor raises."""

    def note(self, happening: Happening) -> None:
        """Take notice."""
