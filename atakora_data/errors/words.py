"""Hints that offer the likely word."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST_WORD = 100


def perhaps(word: str, known: Iterable[str]) -> str | None:
    """A hint that offers the likeliest of the known words, or None when none comes near."""
    import difflib

    near = difflib.get_close_matches(word[:_LONGEST_WORD], list(known), n=1, cutoff=0.6)
    return f"Perhaps you meant `{near[0]}`." if near else None


def perhaps_one_of(word: str, known: Iterable[str]) -> str | None:
    """A hint that offers the likeliest of the known words, or all of them when none comes near; None without any."""
    names = list(known)
    return perhaps(word, names) or (f"Known here: {', '.join(names)}." if names else None)
