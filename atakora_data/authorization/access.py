"""What one principal may do with one entity: the only form in which the service meets rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache

from atakora_data.authorization.decision import AnyDecision, Constant, Decision, decide
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import Principal
from atakora_data.authorization.ruling import Ruling, constant
from atakora_data.errors import FieldForbidden, Forbidden, SignInRequired, Violation
from atakora_data.query.filter import NOTHING, Filter
from atakora_data.registry.entity import ActionModel, BoundRule, EntityModel, Operation

_DATA_ROLES = {
    Operation.READ: ("DataReader", "DataContributor", "DataOwner"),
    Operation.CREATE: ("DataContributor", "DataOwner"),
    Operation.UPDATE: ("DataContributor", "DataOwner"),
    Operation.DELETE: ("DataOwner",),
}

_REMEMBERED = 4096


class Gatekeeper:
    """Keeps the access of recent principals, by what rules can tell of them."""

    def __init__(self) -> None:
        self._known: LRUCache[tuple[str, str], Access] = LRUCache(_REMEMBERED)

    def access(self, entity: EntityModel, principal: Principal) -> Access:
        """What the principal may do with the entity."""
        key = (entity.name, principal.fingerprint)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Access(entity, principal)
        return found


class Access:
    """The rulings of an entity for one principal: for each operation, and for each field with rules."""

    def __init__(self, entity: EntityModel, principal: Principal) -> None:
        self.entity = entity
        self.principal = principal
        self.rulings = {each: self._ruling(entity.rules.get(each), each) for each in Operation}
        self.readable = {name: self._ruling(rule) for name, rule in entity.field_read_rules.items()}
        self.writable = {name: self._ruling(rule) for name, rule in entity.field_write_rules.items()}
        self._open = {name: ruling for name, ruling in self.readable.items() if ruling.constant is not True}
        self.always_readable = not self._open
        self._masks_exactly = all(ruling.is_exact for ruling in self._open.values())
        self._actions: dict[str, Ruling] = {}

    def predicate(self, operation: Operation) -> Filter:
        """The condition that a store applies for this operation; with custom rules more may match than is allowed."""
        return self.rulings[operation].upper

    def is_exact(self, operation: Operation) -> bool:
        """Whether the predicate is the whole rule, because no function has a say."""
        return self.rulings[operation].is_exact

    def is_impossible(self, operation: Operation) -> bool:
        """Whether no record at all could be allowed."""
        return self.rulings[operation].is_impossible

    def allows_exactly(self, operation: Operation, record: Mapping[str, Any]) -> bool:
        """Whether the record is allowed; only where the rule is exact."""
        return self.rulings[operation].passes(record)

    async def allows(self, operation: Operation, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the record is allowed; `custom` may be None where the rule is exact."""
        return await self.rulings[operation].allows(record, custom)

    async def allows_action(self, action: ActionModel, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the action is allowed on the record, by its own rule."""
        ruling = self._actions.get(action.wire)
        if ruling is None:
            ruling = self._actions[action.wire] = self._ruling(action.rule)
        return await ruling.allows(record, custom)

    def require_possible(self, operation: Operation) -> None:
        """Raise when no record could be allowed: SignInRequired for nobody, Forbidden for somebody known."""
        if not self.rulings[operation].is_impossible:
            return
        if not self.principal.is_authenticated:
            raise SignInRequired(
                f"Nobody may {operation} {self.entity.name} without signing in.",
                hint="Send `Authorization: Bearer <token>`.",
            )
        raise Forbidden(f"The rules do not allow you to {operation} any {self.entity.name}.")

    def guarded(self, name: str) -> Filter | None:
        """Where a field counts as readable in filters and orders: None for everywhere, NOTHING for nowhere.

        What only a function could allow counts as unreadable.
        """
        ruling = self._open.get(name)
        return None if ruling is None else ruling.lower

    async def reveal(self, record: dict[str, Any], custom: CustomContext | None) -> dict[str, Any]:
        """The record without the fields that may not be read; the same object when nothing is hidden."""
        if self._masks_exactly:
            hidden = [name for name, ruling in self._open.items() if not ruling.passes(record)]
        else:
            hidden = [name for name, ruling in self._open.items() if not await ruling.allows(record, custom)]
        return {name: value for name, value in record.items() if name not in hidden} if hidden else record

    @property
    def hidden_fields(self) -> frozenset[str]:
        """The fields that are hidden whatever the record."""
        return frozenset(name for name, ruling in self._open.items() if ruling.upper == NOTHING)

    async def may_write(self, name: str, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the field may be written in this state of the record."""
        ruling = self.writable.get(name)
        return ruling is None or await ruling.allows(record, custom)

    def _ruling(self, rule: BoundRule | None, operation: Operation | None = None) -> Ruling:
        if self.principal.is_system:
            return constant(self.entity, "the system itself", allowed=True)
        decision = decide(rule, self.principal)
        granted = operation and self._granted(operation)
        return Ruling(self.entity, AnyDecision((granted, decision)) if granted else decision)

    def _granted(self, operation: Operation) -> Decision | None:
        """What a data role grants beside the rules."""
        held = next((role for role in _DATA_ROLES[operation] if role in self.principal.roles), None)
        return None if held is None else Constant(allowed=True, words=f"role({held!r})")


async def check_owner(
    access: Access,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    custom: CustomContext | None,
) -> None:
    """Raise FieldForbidden when an owner field is set to somebody else, or changed, without a write rule for it.

    before: None when the record is new.
    """
    owner = access.entity.owner
    if owner is None or access.principal.is_system:
        return
    name = owner.wire
    kept = access.principal.id if before is None else before.get(name)
    if after.get(name) == kept:
        return
    if name in access.writable and await access.may_write(name, after, custom):
        return
    word = "set to another than yourself" if before is None else "changed"
    raise FieldForbidden(
        f"The owner of a {access.entity.name} ({name}) cannot be {word}.",
        hint=f"Leave out {name}.",
        errors=[Violation(f"/{name}", f"cannot be {word}", "owner")],
    )
