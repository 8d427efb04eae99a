"""`POST /explain`: why a caller may do something or not, told to administrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from msgspec.structs import replace

from atakora_data.api.http.content import JSON, BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.rest.parameters import read_nothing
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import Forbidden, InvalidToken, MalformedRequest, SignInRequired, Violation, perhaps_one_of
from atakora_data.identity.claims import principal_from_claims, with_names
from atakora_data.identity.tenancy import Tenancy
from atakora_data.service.commands import Explain
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

_KNOWN: Final = ("entity", "operation", "id", "as", "principal")
_OF_A_PRINCIPAL: Final = ("id", "name", "email", "roles", "groups", "scopes", "claims")
_HINT: Final = (
    'Send {"entity": "Post", "operation": "read", "id": "…", "as": "alice"}, '
    'or "principal": {"id": "alice", "roles": ["editor"]} in place of "as"; without either, nobody is asked about.'
)
_SHOWN: Final = 100


class ExplainDoor:
    """Answers callers who hold one of the roles, about callers of their own tenant.

    names: what rules call groups, by their ids.
    """

    def __init__(
        self,
        service: EntityService,
        body: BodyReader,
        roles: tuple[str, ...],
        tenancy: Tenancy,
        names: Mapping[str, str],
    ) -> None:
        self._service = service
        self._body = body
        self._roles = frozenset(roles)
        self._tenancy = tenancy
        self._names = names

    async def __call__(self, request: Request) -> Response:
        """The explanation; it holds outcomes and no value of a record."""
        self._admit(request.context.principal)
        read_nothing(request)
        data = self._body.read(request)
        wrong = list(_wrong(data))
        if wrong:
            raise MalformedRequest("The question cannot be understood.", hint=_HINT, errors=wrong)
        command = Explain(data["entity"], data["operation"], data.get("id"))
        told = await self._service.explain(command, self._context(data, request.context))
        return Response(200, {"Content-Type": JSON, "Cache-Control": "no-store"}, orjson.dumps(told))

    def _admit(self, principal: Principal) -> None:
        if not principal.is_authenticated:
            raise SignInRequired(
                "Nobody is told of the rules without signing in.", hint="Send `Authorization: Bearer <token>`."
            )
        if self._roles.isdisjoint(principal.roles):
            raise Forbidden("Only administrators are told of the rules.", hint="ATAKORA_EXPLAIN_ROLES names them.")

    def _context(self, data: Mapping[str, Any], asking: RequestContext) -> RequestContext:
        """As whom and for which tenant the rules are asked: never another tenant than that of who wants to know."""
        own = asking.tenant
        told = _principal(data, self._tenancy.claims_of(own))
        principal = replace(told, groups=with_names(told.groups, self._names))
        tenant = self._tenancy.tenant_of(principal)
        if tenant is not None and tenant != own:
            raise Forbidden("The rules are explained for callers of your own tenant only.")
        return RequestContext(principal, tenant, asking.correlation_id)


def _principal(data: Mapping[str, Any], tenancy: Mapping[str, str]) -> Principal:
    """The caller that a token with these claims would name."""
    given = data.get("principal") or {}
    id = data.get("as", given.get("id"))
    if id is None:
        return ANONYMOUS
    told = {
        "oid": id,
        "scp": " ".join(given.get("scopes", ())),
        **{name: given[name] for name in ("name", "email", "roles", "groups") if name in given},
    }
    try:
        return principal_from_claims({**tenancy, **given.get("claims", {}), **told})
    except InvalidToken as error:
        raise MalformedRequest(f"No token has such claims: {error.detail}", hint=_HINT) from None


def _wrong(data: Mapping[str, Any]) -> Iterator[Violation]:
    yield from _unknown(data, _KNOWN, "")
    for name in ("entity", "operation"):
        if name not in data:
            yield Violation(f"/{name}", "is missing", "required")
    for name in ("entity", "operation", "as"):
        if name in data and not _is_name(data[name]):
            yield Violation(f"/{name}", "must be a text", "type")
    if data.get("id") is not None and not _is_name(data["id"]):
        yield Violation("/id", "must be the id of a record", "type")
    if "principal" in data:
        yield from _wrong_principal(data["principal"], is_named="as" in data)


def _wrong_principal(principal: Any, *, is_named: bool) -> Iterator[Violation]:
    if is_named:
        yield Violation("/principal", "says the same as `as`: send one of them", "unexpected")
    if not isinstance(principal, dict):
        yield Violation("/principal", "must be an object", "type")
        return
    yield from _unknown(principal, _OF_A_PRINCIPAL, "/principal")
    for name in ("id", "name", "email"):
        if name in principal and not _is_name(principal[name]):
            yield Violation(f"/principal/{name}", "must be a text", "type")
    for name in ("roles", "groups", "scopes"):
        if name in principal and not _is_list_of_names(principal[name]):
            yield Violation(f"/principal/{name}", "must be a list of texts", "type")
    if not isinstance(principal.get("claims", {}), dict):
        yield Violation("/principal/claims", "must be an object", "type")
    if principal and "id" not in principal:
        yield Violation("/principal/id", "is missing: a caller of whom anything is known has one", "required")


def _unknown(data: Mapping[str, Any], known: tuple[str, ...], place: str) -> Iterator[Violation]:
    for name in data:
        if name not in known:
            yield Violation(
                f"{place}/{name}"[:_SHOWN], f"is not known here. {perhaps_one_of(name, known)}", "unknown_field"
            )


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(_is_name(each) for each in value)
