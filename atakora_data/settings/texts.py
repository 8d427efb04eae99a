"""How the text of a setting is read: each says in a ValueError what the text must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_NO_LIMIT = frozenset({"off", "none"})
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SHORTEST_KEY = 32
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def as_text(given: str) -> str:
    """The text as it is."""
    return given


def one_of(*known: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text

    return parse


def log_level(text: str) -> str:
    """One of Python's names for levels, in capitals."""
    return one_of(*_LOG_LEVELS)(text.upper())


def switch(text: str) -> bool:
    """True for `true yes on 1`, False for `false no off 0`."""
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("must be true or false")


def positive(text: str) -> int:
    """A whole number above 0."""
    if not _is_whole(text) or int(text) < 1:
        raise ValueError("must be a whole number above 0")
    return int(text)


def positive_or_off(text: str) -> int | None:
    """A whole number above 0; None for `off`."""
    if text.lower() in _NO_LIMIT:
        return None
    if not _is_whole(text) or int(text) < 1:
        raise ValueError("must be a whole number above 0, or off")
    return int(text)


def count(text: str) -> int:
    """A whole number from 0 on."""
    if not _is_whole(text):
        raise ValueError("must be a whole number")
    return int(text)


def amounts(text: str) -> tuple[tuple[str, int], ...]:
    """Whole numbers by name: `admin=200000, analyst=100000`."""
    pairs = [each.partition("=") for each in listed(text)]
    found = {name.strip(): number.strip() for name, _, number in pairs}
    if len(found) != len(pairs) or not all(name and _is_whole(number) for name, number in found.items()):
        raise ValueError("must list each name once with a whole number, such as admin=200000,analyst=100000")
    return tuple((name, int(number)) for name, number in found.items())


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def origins(text: str) -> tuple[str, ...]:
    """Web origins, comma-separated."""
    found = tuple(each.strip().rstrip("/") for each in text.split(",") if each.strip())
    for origin in found:
        if origin != "*" and not origin.startswith(("http://", "https://")):
            raise ValueError(f"must list origins such as https://app.example.com, separated by commas, not {origin!r}")
    return found


def listed(text: str) -> tuple[str, ...]:
    """Words, comma-separated."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


def authority(text: str) -> str:
    """A URL of a token issuer: https, unless it is this machine."""
    host = urlsplit(text)
    if host.scheme != "https" and host.hostname not in _LOOPBACK:
        raise ValueError("must be an https URL, such as https://login.microsoftonline.com")
    return text.rstrip("/")


def identity(text: str) -> tuple[str, str]:
    """A tenant of Entra ID and an identity in it, by their ids."""
    tenant, _, id = text.lower().partition("/")
    if not (_GUID.fullmatch(tenant) and _GUID.fullmatch(id)):
        raise ValueError("must be <tenant id>/<object id>, both as Entra ID writes ids")
    return tenant, id


def key(text: str) -> bytes:
    """A secret that is long enough to sign with."""
    if len(text.encode()) < _SHORTEST_KEY:
        raise ValueError(f"must have at least {_SHORTEST_KEY} characters; make one with: openssl rand -base64 32")
    return text.encode()


def named_ids(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs such as `editors=<id>`, comma-separated; no name and no id twice."""
    pairs = [tuple(part.strip() for part in each.partition("=")[::2]) for each in listed(text)]
    if not all(name and id for name, id in pairs):
        raise ValueError("must list pairs such as editors=<id>, separated by commas")
    if len({name for name, _ in pairs}) < len(pairs) or len({id for _, id in pairs}) < len(pairs):
        raise ValueError("names a group twice")
    return tuple((name, id) for name, id in pairs)
