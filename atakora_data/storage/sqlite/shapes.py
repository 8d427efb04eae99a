"""Which names a stored record holds, told without reading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

_DIGEST_BYTES = 9


def shape_of(names: Iterable[str]) -> str:
    """A digest of these names, whatever their order: what a record holds, or what an entity declares."""
    return _digest(tuple(names))


@lru_cache(maxsize=4096)
def _digest(names: tuple[str, ...]) -> str:
    content = "\n".join(sorted(names))
    return hashlib.blake2b(content.encode(), digest_size=_DIGEST_BYTES).hexdigest()
