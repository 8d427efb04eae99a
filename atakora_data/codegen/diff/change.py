"""One change, and how much it matters."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict


class Severity(StrEnum):
    """BREAKING: something that worked does not any more. DANGEROUS: it may not, for some. SAFE: nobody is hurt."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


class Area(StrEnum):
    """What changed: an interface, what Cosmos DB keeps records in, the records themselves, or who may do what."""

    REST = "REST"
    GRAPHQL = "GraphQL"
    CONTAINERS = "containers"
    RECORDS = "records"
    RULES = "rules"


class Change(Struct, frozen=True):
    """place: such as `Post`, `GET /posts` or the name of a container; "" where `what` says it.

    remedy: what to do about it; "" for what is safe. where: all the parts of the place in which it changed.
    """

    severity: Severity
    area: Area
    place: str
    what: str
    remedy: str = ""
    where: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON data, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value or name == "place"}


_SEVERITIES = [*Severity]
_AREAS = [*Area]


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The worst first, then by area and place."""
    return sorted(
        changes, key=lambda each: (_SEVERITIES.index(each.severity), _AREAS.index(each.area), each.place, each.what)
    )
