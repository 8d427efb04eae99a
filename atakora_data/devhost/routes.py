"""Route templates as the Functions host understands them: `posts/{id:int}`, `files/{name?}`, `{*path}`.

Literals match without regard to case. A catch-all matches the rest of the path, the empty rest too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from msgspec import Struct

from atakora_data.errors import HostError

Parameters = dict[str, str]

_PARAMETER = re.compile(r"\{(?P<stars>\**)(?P<name>\w+)(?::(?P<constraint>\w+))?(?P<optional>\?)?\}")
_CONSTRAINTS = {
    None: "[^/]+",
    "int": r"-?\d+",
    "long": r"-?\d+",
    "alpha": "[a-z]+",
    "bool": "true|false",
    "guid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}


class Route(Struct, frozen=True):
    """One compiled template below one prefix."""

    template: str
    match: Callable[[str], re.Match[str] | None]

    def parameters(self, path: str) -> Parameters | None:
        """Match a decoded path, and tell the parameters that have a value; None when the path is another one."""
        found = self.match(path)
        return None if found is None else {name: text for name, text in found.groupdict().items() if text}


def compile_route(prefix: str, template: str) -> Route:
    """Compile one template. HostError: it uses a constraint that this host does not know."""
    whole = "/".join(part for part in (prefix.strip("/"), template.strip("/")) if part)
    pattern = "".join(_segment(template, each) for each in whole.split("/") if each)
    end = "" if whole.endswith("}") and "{*" in whole else "/?"
    return Route(template, re.compile(pattern + end, re.IGNORECASE | re.DOTALL).fullmatch)


def decoded_path(raw: str) -> str:
    """Decode as the host does: everything but `%2F`, which stays what it is so that it never splits a segment."""
    if "%" not in raw:
        return raw
    return unquote(re.sub("%2f", "%252F", raw, flags=re.IGNORECASE))


def _segment(template: str, text: str) -> str:
    found = _PARAMETER.fullmatch(text)
    if found is None:
        return "/" + _literals(template, text)
    if found["stars"]:
        return f"(?:/(?P<{found['name']}>.*))?"
    pattern = f"/{_named(template, found)}"
    return f"(?:{pattern})?" if found["optional"] else pattern


def _literals(template: str, text: str) -> str:
    pieces, end = [], 0
    for found in _PARAMETER.finditer(text):
        pieces += [re.escape(text[end : found.start()]), _named(template, found)]
        end = found.end()
    return "".join([*pieces, re.escape(text[end:])])


def _named(template: str, found: re.Match[str]) -> str:
    constraint = found["constraint"]
    if constraint not in _CONSTRAINTS:
        known = ", ".join(sorted(each for each in _CONSTRAINTS if each))
        raise HostError(f"The route {template!r} has the constraint {constraint!r}; the local host knows {known}.")
    return f"(?P<{found['name']}>{_CONSTRAINTS[constraint]})"
