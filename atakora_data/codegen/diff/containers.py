"""What changed of the containers in Cosmos DB, and which of it cannot be done in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from atakora_data.codegen.diff.change import Area, Change, Severity

Containers = Mapping[str, Mapping[str, Any]]

ANEW: Final = (
    'A container cannot change it. Name another one, `storage = Storage(container="…")`, deploy, and copy the records '
    "over while nobody writes; remove the old container afterwards."
)
_FIXED: Final = {"partitionKey": "the partition key", "uniqueKeyPolicy": "the unique keys"}
_APPLIED: Final = {
    "indexingPolicy": "the indexes",
    "defaultTtl": "the default lifetime",
    "autoscaleSettings": "the throughput",
    "throughput": "the throughput",
    "conflictResolutionPolicy": "how conflicts are settled",
}


def container_changes(old: Containers, new: Containers) -> Iterator[Change]:
    """All changes; those that need a container of another name are breaking."""
    for name in sorted(old.keys() - new.keys()):
        what = "is not used any more; its documents stay in it"
        yield _change(Severity.DANGEROUS, name, what, "Remove it by hand once nobody needs what is in it.")
    for name in sorted(new.keys() - old.keys()):
        yield _change(Severity.SAFE, name, "is made by the next deployment")
    for name in sorted(old.keys() & new.keys()):
        yield from _one(name, old[name], new[name])


def _one(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for member, called in _FIXED.items():
        if old.get(member) != new.get(member):
            was, now = _shown(old.get(member)), _shown(new.get(member))
            yield _change(Severity.BREAKING, name, f"{called}: {was} becomes {now}", ANEW)
    changed = {called: None for member, called in _APPLIED.items() if old.get(member) != new.get(member)}
    for called in changed:
        yield _change(Severity.SAFE, name, f"{called}: changed in place by the next deployment")


def _shown(value: Any) -> str:
    """The paths of a partition key, or those of all unique keys."""
    found = value or {}
    keys = [found] if "paths" in found else found.get("uniqueKeys", [])
    return ", ".join(path for key in keys for path in key["paths"]) or "none"


def _change(severity: Severity, name: str, what: str, remedy: str = "") -> Change:
    return Change(severity, Area.CONTAINERS, name, what, remedy)
