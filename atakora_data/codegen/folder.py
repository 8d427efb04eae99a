"""What generating means for a folder: which files are written, which go, and which stand in the way."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from atakora_data.codegen.marks import is_marked


class Plan(Struct, frozen=True):
    """Paths in order: to be made, to be made anew, to be removed, and those that somebody else made."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    left_over: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """All that is not as it should be."""
        return tuple(sorted({*self.missing, *self.changed, *self.left_over, *self.foreign}))


def plan(kind: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> Plan:
    """Compare what should be with what is there.

    found: the texts of the files in the generator's folders, whoever made them; of unwanted ones the beginning will do.
    Only what bears the mark of this generator is ever changed or removed.
    """
    own = {path for path, text in found.items() if is_marked(text, kind)}
    different = [path for path, text in wanted.items() if path in found and found[path] != text]
    return Plan(
        missing=tuple(path for path in sorted(wanted) if path not in found),
        changed=tuple(path for path in sorted(different) if path in own),
        left_over=tuple(sorted(own - wanted.keys())),
        foreign=tuple(path for path in sorted(different) if path not in own),
    )
