"""404, 405, 406, 413 and 415: there is nothing there, or not in this way."""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.errors.root import RequestError


class NotFound(RequestError):
    """No such record or path, or none that the caller may read."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(RequestError):
    """The path is known, the method is not one of its methods."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"

    def __init__(self, method: str, path: str, allowed: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"{method} is not available on {path}.", hint=f"Use one of: {', '.join(self.allowed)}.")

    @property
    def headers(self) -> dict[str, str]:
        """The `Allow` header."""
        return {"Allow": ", ".join(self.allowed)}


class NotAcceptable(RequestError):
    """None of the media types the caller accepts can be produced."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"


class BodyTooLarge(RequestError):
    """The body exceeds the configured size."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(RequestError):
    """The body has a content type this path does not take."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"
