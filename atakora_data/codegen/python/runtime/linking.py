"""What can be done with links: one class for each thing that a many-to-many may offer."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from .call import Call, Operation
from .records import NOTHING, Id, Records, at

Input = TypeVar("Input")


class Linking(Records):
    """Records that can be linked."""

    _says: ClassVar[str] = ""

    def link(self, other: Id) -> Call[None]:
        """Links the record to another."""
        return self._linked(other, None)

    def _linked(self, other: Id, says: Any) -> Call[None]:
        body = {} if says is None else self._context.writer.input(self._says, says)
        return self._done(Operation("PUT", f"{self._path}{at(other)}", body=body))


class LinkingWith(Linking, Generic[Input]):
    """Records whose links may say something."""

    def link(self, other: Id, says: Input = NOTHING) -> Call[None]:
        """Links the record to another, or changes what their link says."""
        return self._linked(other, says)


class LinkingOnlyWith(Records, Generic[Input]):
    """Records whose links must say something."""

    _says: ClassVar[str] = ""

    def link(self, other: Id, says: Input) -> Call[None]:
        """Links the record to another, or changes what their link says."""
        body = self._context.writer.input(self._says, says)
        return self._done(Operation("PUT", f"{self._path}{at(other)}", body=body))


class Unlinking(Records):
    """Records whose links can end."""

    def unlink(self, other: Id) -> Call[None]:
        """Ends a link; both records stay."""
        return self._done(Operation("DELETE", f"{self._path}{at(other)}"))
