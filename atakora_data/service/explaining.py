"""Tells why a caller may do something or not, from the same rulings that decide; nothing is read or written for it.

What it tells are outcomes, never values of the record: what a condition compares with comes from the schema and from
the caller that is asked about.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.explain import Explanation
from atakora_data.authorization.notation import noted_filter
from atakora_data.authorization.principal import Principal
from atakora_data.authorization.ruling import Ruling
from atakora_data.authorization.wording import describe_filter
from atakora_data.errors import NotFound, RequestError, perhaps_one_of
from atakora_data.query.filter import NOTHING, Filter
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.service.commands import Explain
from atakora_data.service.explaining_fields import fixed_in, ruled_apart
from atakora_data.storage.port import EntityStore, Record, Target
from atakora_data.storage.statements import tells

BUDGET_SECONDS: Final = 5.0
"""How long the functions of all rules together may be waited for."""

_log = logging.getLogger(__name__)

_DONE: Final = {Operation.CREATE: 201, Operation.DELETE: 204}
_LATER: Final = 500
"""From this status on it is no say of a rule."""


def asked_of(entity: EntityModel, name: str) -> Operation | ActionModel:
    """The operation or the action of this name; NotFound offers the likely one."""
    known: dict[str, Operation | ActionModel] = {**{each.value: each for each in Operation}, **entity.actions}
    found = known.get(name)
    if found is None:
        hint = perhaps_one_of(name, known)
        raise NotFound(f"{entity.name} has no operation `{name[:100]}`.", hint=hint)
    return found


def told_of(command: Explain, principal: Principal) -> dict[str, Any]:
    """What was asked, and of whom."""
    caller = "the system" if principal.is_system else principal.id or "anonymous"
    return {
        "entity": command.entity,
        "operation": command.operation,
        "record": command.id,
        "caller": {"id": caller, "roles": sorted(principal.roles), "groups": sorted(principal.groups)},
    }


def without_tenant(principal: Principal) -> dict[str, Any]:
    """What is told of a caller who gets no further than tenancy."""
    refused = Explanation(allowed=False, words="tenancy", reason="the caller has no tenant")
    return {
        "allowed": False,
        "status": 403 if principal.is_authenticated else 401,
        "missingScopes": [],
        "rule": refused.as_dict(),
        "condition": describe_filter(NOTHING),
        "filter": {"or": []},
        "isExact": True,
        "readable": False,
        "pushed": None,
        "fields": {},
    }


class Explainer:
    """Explains what one caller may do, with one record or with records in general.

    seconds: how long the functions of all rules together are waited for.
    """

    def __init__(
        self,
        access: Access,
        record: Record | None,
        custom: CustomContext,
        target: Target,
        *,
        seconds: float = BUDGET_SECONDS,
    ) -> None:
        self._access = access
        self._record = record
        self._custom = custom
        self._target = target
        self._seconds = seconds
        self._until = asyncio.get_running_loop().time() + seconds

    async def tell(self, asked: Operation | ActionModel, store: EntityStore) -> dict[str, Any]:
        """The verdict, the answer at the door, the rule, what the store is asked with, and each field's outcome."""
        access, ruling = self._access, _ruling(self._access, asked)
        told, readable = await self._explained(ruling), await self._explained(access.rulings[Operation.READ])
        return {
            "allowed": told.allowed,
            "status": self._status(asked, ruling, told.allowed, readable.allowed),
            "missingScopes": [*self._missing_scopes(asked)],
            "rule": (await self._rule(asked, told)).as_dict(),
            "condition": describe_filter(ruling.upper),
            "filter": self._noted(ruling.upper),
            "isExact": ruling.is_exact,
            "readable": readable.allowed,
            "pushed": None if asked is Operation.CREATE else self._pushed(store),
            "fields": {
                name: await self._field(name, asked) for name in (*access.entity.fields, *access.entity.computed)
            },
        }

    def _missing_scopes(self, asked: Operation | ActionModel) -> tuple[str, ...]:
        """The scopes one of which would be needed: to do it or to read its record, as the door asks first."""
        asking, reading = (self._access.missing_scopes(each) for each in (_operation(asked), Operation.READ))
        if asked is Operation.CREATE:
            return asking
        return reading or asking if isinstance(asked, ActionModel) else asking or reading

    async def _rule(self, asked: Operation | ActionModel, told: Explanation) -> Explanation:
        """What the rules come to, be the token given for it or not."""
        if not self._access.missing_scopes(_operation(asked)):
            return told
        return await self._explained(_ruling(self._access.by_rules_alone, asked))

    def _status(
        self, asked: Operation | ActionModel, ruling: Ruling, allowed: bool | None, readable: bool | None
    ) -> int | None:
        """What the caller is answered as far as rules decide it; None when that depends on the record or its input."""
        if not self._is_open(asked):
            return 404 if self._access.entity.is_junction else 405
        entered = self._access.rulings[Operation.READ] if isinstance(asked, ActionModel) else ruling
        if entered.is_impossible or ruling.is_impossible:
            return 403 if self._access.principal.is_authenticated else 401
        if asked is Operation.READ and self._record is None:
            return 200
        if asked is not Operation.CREATE and readable is not True:
            return 404 if readable is False else None
        if allowed is not True:
            return 403 if allowed is False else None
        return 200 if isinstance(asked, ActionModel) else _DONE.get(asked, 200)

    def _is_open(self, asked: Operation | ActionModel) -> bool:
        """Whether there is a door at all."""
        if isinstance(asked, ActionModel):
            return True
        reading = "list" if self._record is None else "get"
        return (reading if asked is Operation.READ else asked.value) in self._access.entity.operations

    def _pushed(self, store: EntityStore) -> dict[str, Any] | None:
        """The condition that every list and every write by filter carries; None when nothing is asked at all."""
        filter = self._access.predicate(Operation.READ)
        if filter == NOTHING:
            return None
        text = store.statement(self._target, filter) if tells(store) else None
        return {"condition": describe_filter(filter), "filter": self._noted(filter), "statement": text}

    def _noted(self, filter: Filter) -> dict[str, Any] | None:
        return noted_filter(filter, self._access.entity, self._access.entities)

    async def _field(self, name: str, asked: Operation | ActionModel) -> dict[str, Any]:
        return {"read": (await self._read(name)).as_dict(), "write": (await self._write(name, asked)).as_dict()}

    async def _read(self, name: str) -> Explanation:
        """Whether the field is shown, once the record may be read."""
        computed = self._access.entity.computed.get(name)
        if computed is None:
            ruling = self._access.readable.get(name)
            return ruled_apart() if ruling is None else await self._explained(ruling)
        parts = [
            (each, self._access.readable[each]) for each in sorted(computed.reads) if each in self._access.readable
        ]
        if not parts:
            return ruled_apart()
        outcomes = [await self._explained(ruling) for _, ruling in parts]
        verdicts = {each.allowed for each in outcomes}
        allowed = False if False in verdicts else None if None in verdicts else True
        reason = f"computed from {', '.join(each for each, _ in parts)}"
        return Explanation(allowed, "all of", tuple(outcomes), reason)

    async def _write(self, name: str, asked: Operation | ActionModel) -> Explanation:
        """Whether input may name the field, once the record may be written."""
        fixed = fixed_in(self._access, name, is_new=asked is Operation.CREATE)
        if fixed is not None:
            return fixed
        ruling = self._access.writable.get(name)
        return ruled_apart() if ruling is None else await self._explained(ruling)

    async def _explained(self, ruling: Ruling) -> Explanation:
        """The ruling in words; a function that fails or takes too long leaves it open, and says so."""
        try:
            async with asyncio.timeout_at(self._until):
                return await ruling.explain(self._record, self._custom)
        except TimeoutError:
            fault = f"a function did not answer within {self._seconds:g} s"
        except Exception as error:  # a fault of the app: logged in full, and told by its kind alone
            if isinstance(error, RequestError) and error.status >= _LATER:
                raise
            _log.exception("A rule of %s failed while it was explained", self._access.entity.name)
            fault = f"a function failed: {type(error).__name__}"
        told = await ruling.explain(None)
        return Explanation(None, told.words, told.parts, fault)


def _operation(asked: Operation | ActionModel) -> Operation:
    """The operation whose scopes are needed."""
    return Operation.UPDATE if isinstance(asked, ActionModel) else asked


def _ruling(access: Access, asked: Operation | ActionModel) -> Ruling:
    return access.action_ruling(asked) if isinstance(asked, ActionModel) else access.rulings[asked]
