"""The bindings of a function, as the host reads them: names in percent signs stand for settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from atakora_data.errors import HostError

_SETTING = re.compile(r"%([^%]+)%")
_ANSWERS = frozenset({"http"})
_SERVED_OUTPUTS = frozenset({"signalr"})


class Bindings(NamedTuple):
    """What starts a function, and what it puts out besides an HTTP answer: names of parameters, or `$return`."""

    trigger: dict[str, Any]
    outputs: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The type of the trigger, in lower case."""
        return str(self.trigger["type"]).lower()


def read_bindings(name: str, raw: Iterable[str], environ: Mapping[str, str]) -> Bindings:
    """Read the bindings of one function. HostError: one cannot be served here, or names a setting that is not set."""
    bindings = [json.loads(each) for each in raw]
    trigger = next(each for each in bindings if each["type"].lower().endswith("trigger"))
    others = [each for each in bindings if each is not trigger and each["type"].lower() not in _ANSWERS]
    for each in others:
        if each["type"].lower() not in _SERVED_OUTPUTS or each["direction"].upper() != "OUT":
            raise HostError(
                f"The function {name} has the binding {each['type']}; the local host serves signalR outputs only."
            )
    resolved = {key: _resolved(name, value, environ) for key, value in trigger.items()}
    return Bindings(resolved, tuple(each["name"] for each in others))


def _resolved(name: str, value: Any, environ: Mapping[str, str]) -> Any:
    """Put settings in place of their names; a route may hold percent signs of its own."""

    def setting(found: re.Match[str]) -> str:
        if found[1] not in environ:
            raise HostError(
                f"The function {name} names the setting {found[1]}, which is not set. Set it in local.settings.json."
            )
        return environ[found[1]]

    return _SETTING.sub(setting, value) if isinstance(value, str) else value
