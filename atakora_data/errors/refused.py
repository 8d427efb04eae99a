"""401 and 403: who asks is not known, or may not."""

from __future__ import annotations

from atakora_data.errors.root import RequestError


class InvalidToken(RequestError):
    """The bearer token does not verify: signature, issuer, audience, expiry or shape."""

    status = 401
    code = "invalid_token"
    title = "The bearer token is not valid"

    @property
    def headers(self) -> dict[str, str]:
        """The `WWW-Authenticate` header."""
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class SignInRequired(RequestError):
    """No record at all could be allowed to an anonymous caller."""

    status = 401
    code = "sign_in_required"
    title = "Sign in first"

    @property
    def headers(self) -> dict[str, str]:
        """The `WWW-Authenticate` header."""
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(RequestError):
    """The rules do not allow this operation to the caller."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class GatewayRequired(Forbidden):
    """The app answers what its gateway sends on, and this came another way."""

    code = "gateway_required"
    title = "Only the gateway may call"

    def __init__(self) -> None:
        super().__init__(
            "This app answers only what its gateway sends on.", hint="Send the request to the address of the gateway."
        )


class NoTenant(Forbidden):
    """Tenancy is on, and the caller's token names no tenant."""

    code = "no_tenant"
    title = "Your token names no tenant"

    def __init__(self) -> None:
        super().__init__(
            "Records belong to tenants here, and your token names none.",
            hint="It needs the claim that ATAKORA_TENANCY names, as text of 1 to 128 printable characters.",
        )


class FieldForbidden(Forbidden):
    """The input names a field the caller may not write."""

    code = "field_forbidden"
    title = "A field may not be written"


class InsufficientScope(Forbidden):
    """The token was not given for this: an app that asks in somebody's name needs a scope."""

    code = "insufficient_scope"
    title = "The token lacks a scope"

    def __init__(self, word: str, entity: str, scopes: tuple[str, ...]) -> None:
        self.scopes = scopes
        super().__init__(
            f"Your token was not given to {word} {entity}.",
            hint=f"Ask for a token with the scope {' or '.join(scopes)}.",
        )

    @property
    def headers(self) -> dict[str, str]:
        """The `WWW-Authenticate` header (RFC 6750)."""
        return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scopes[0]}"'}
