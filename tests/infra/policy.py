"""Takes requests the way that policies describe; what API Management does itself is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from tests.infra.compiled import Expressions

GATEWAY_TOKEN = "the-gateway"


class Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


@dataclass
class Way:
    """One request on its way: its headers, what was set, and what API Management was asked to do.

    claims: of the caller's token; None where the token does not verify. counted: the key of the rate limit.
    """

    run: Expressions
    headers: dict[str, str]
    claims: Mapping[str, list[str]] | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    reason: str = "OK"
    counted: str = ""
    asked: list[str] = field(default_factory=list)

    def take(self, section: ET.Element) -> None:
        """Do what the section says. Refused: the request goes no further."""
        for step in section:
            getattr(self, "_" + step.tag.replace("-", "_"))(step)

    def answer(self, section: ET.Element) -> tuple[dict[str, str], str]:
        """What `on-error` or `return-response` make of it: headers and body."""
        headers: dict[str, str] = {}
        body = ""
        for step in section:
            if step.tag == "set-header":
                headers[step.attrib["name"]] = self._text(step.findtext("value", ""))
            elif step.tag == "set-body":
                body = self._text(step.text or "")
            elif step.tag == "choose":
                body_headers, more = self.answer(self._chosen(step))
                headers |= body_headers
                body = more or body
        return headers, body

    def _text(self, text: str) -> str:
        return str(self._value(text.strip()))

    def _value(self, text: str) -> Any:
        if not text.startswith("@"):
            return text
        about = {"headers": self.headers, "variables": self.variables, "status": self.status, "reason": self.reason}
        return self.run.value(text, about)

    def _chosen(self, step: ET.Element) -> ET.Element:
        for when in step.findall("when"):
            if self._value(when.attrib["condition"]) is True:
                return when
        found = step.find("otherwise")
        return ET.Element("nothing") if found is None else found

    def _choose(self, step: ET.Element) -> None:
        self.take(self._chosen(step))

    def _set_header(self, step: ET.Element) -> None:
        name, action = step.attrib["name"], step.attrib["exists-action"]
        known = {each.lower(): each for each in self.headers}
        if action == "delete":
            self.headers.pop(known.get(name.lower(), name), None)
        elif action == "override" or name.lower() not in known:
            self.headers.pop(known.get(name.lower(), name), None)
            self.headers[name] = self._text(step.findtext("value", ""))

    def _set_variable(self, step: ET.Element) -> None:
        self.variables[step.attrib["name"]] = self._value(step.attrib["value"])

    def _validate_jwt(self, step: ET.Element) -> None:
        if self.claims is None:
            self.status, self.reason = int(step.attrib["failed-validation-httpcode"]), "Unauthorized"
            raise Refused(self.status, {}, "")
        self.variables[step.attrib["output-token-variable-name"]] = dict(self.claims)

    def _return_response(self, step: ET.Element) -> None:
        status = step.find("set-status")
        assert status is not None
        raise Refused(int(status.attrib["code"]), *self.answer(step))

    def _rate_limit_by_key(self, step: ET.Element) -> None:
        self.counted = self._value(step.attrib["counter-key"])

    def _authentication_managed_identity(self, step: ET.Element) -> None:
        """It may set the Authorization header as well as the variable: nothing may depend on whether it does."""
        self.headers = {name: text for name, text in self.headers.items() if name.lower() != "authorization"}
        self.headers["Authorization"] = f"Bearer {GATEWAY_TOKEN}"
        self.variables[step.attrib["output-token-variable-name"]] = GATEWAY_TOKEN

    def _noted(self, step: ET.Element) -> None:
        self.asked.append(step.tag)

    _base = _cors = _set_backend_service = _forward_request = _cache_lookup = _cache_store = _noted
