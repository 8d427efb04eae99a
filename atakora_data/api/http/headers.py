"""The headers that every answer has: what browsers must not do with it, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STANDARD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
"""Nobody keeps an answer, shows it in a frame, lets it load or run anything, guesses its type, or tells where a link
in it was followed. Handlers may say otherwise: the pages have policies of their own, records may be revalidated."""

DEPLOYED: Final[Mapping[str, str]] = MappingProxyType({**STANDARD, "Strict-Transport-Security": "max-age=31536000"})
"""In Azure also: for a year browsers come over TLS only. Subdomains and preloading are for the owner to decide."""
