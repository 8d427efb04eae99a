"""What one principal may do with one entity: the only form in which the service meets rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Final

from atakora_data.authorization.decision import Constant, Decision, any_decision, decide
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.explain import Explanation
from atakora_data.authorization.masks import Mask
from atakora_data.authorization.principal import Principal
from atakora_data.authorization.ruling import Ruling
from atakora_data.authorization.scopes import lacks_scope, needed
from atakora_data.authorization.values import NO_ENTITIES, Entities, own_id
from atakora_data.errors import FieldForbidden, Forbidden, InsufficientScope, SignInRequired, Violation
from atakora_data.query.filter import Filter
from atakora_data.registry.entity import ActionModel, BoundRule, EntityModel, FieldModel, Operation

_DATA_ROLES: Final = {
    Operation.READ: ("DataReader", "DataContributor", "DataOwner"),
    Operation.CREATE: ("DataContributor", "DataOwner"),
    Operation.UPDATE: ("DataContributor", "DataOwner"),
    Operation.DELETE: ("DataOwner",),
}

_REMEMBERED: Final = 2048


class Gatekeeper:
    """Keeps the access of recent principals, by what rules can tell of them.

    entities: all that rules and queries may cross over to. scoped: whether tokens need scopes. remembered: once so
    many are recent they count as old, and what was old is forgotten unless asked for again.
    """

    def __init__(
        self, entities: Entities = NO_ENTITIES, *, scoped: bool = False, remembered: int = _REMEMBERED
    ) -> None:
        self.entities = entities
        self.scoped = scoped
        self._remembered = remembered
        self._recent: dict[tuple[str, str], Access] = {}
        self._old: dict[tuple[str, str], Access] = {}

    def access(self, entity: EntityModel, principal: Principal) -> Access:
        """What the principal may do with the entity."""
        found = self._recent.get((entity.name, principal.fingerprint))
        return self._recall(entity, principal) if found is None else found

    def _recall(self, entity: EntityModel, principal: Principal) -> Access:
        key = (entity.name, principal.fingerprint)
        found = self._old.pop(key, None)
        if len(self._recent) >= self._remembered:
            self._old, self._recent = self._recent, {}
        access = self._recent[key] = Access(entity, principal, self) if found is None else found
        return access

    def __len__(self) -> int:
        return len(self._recent) + len(self._old)


class Access:
    """The rulings of an entity for one principal: for each operation, each action, and each field with rules.

    readable, writable: the rulings of fields, by wire name. plans: what the service worked out for this access, by
    question; it keeps the number small. ways: how the entity's relations lead on, by wire name, once asked for.
    """

    def __init__(self, entity: EntityModel, principal: Principal, gatekeeper: Gatekeeper | None = None) -> None:
        self.entity = entity
        self.principal = principal
        self._gatekeeper = Gatekeeper() if gatekeeper is None else gatekeeper
        self.rulings: Mapping[Operation, Ruling] = _Rulings(self)
        self.readable = {name: self.ruling_of(rule) for name, rule in entity.field_read_rules.items()}
        self.writable = {name: self.ruling_of(rule) for name, rule in entity.field_write_rules.items()}
        self._mask = Mask(self.readable)
        self.always_readable = self._mask.is_open
        self.plans: dict[Any, Any] = {}
        self.ways: dict[str, Any] = {}
        self._actions: dict[str, Ruling] = {}

    def of(self, entity: str) -> Access:
        """The same principal's access to another entity, to which a query crosses over."""
        return self._gatekeeper.access(self._gatekeeper.entities[entity], self.principal)

    @property
    def entities(self) -> Entities:
        """All entities, by name."""
        return self._gatekeeper.entities

    @property
    def surely_readable(self) -> Filter:
        """Which records count where others are judged by them: what only a function could allow does not."""
        return self.rulings[Operation.READ].lower

    def decision(self, operation: Operation) -> Decision:
        """What the rule of the operation, with the data roles beside it, comes to."""
        return self.rulings[operation].decision

    def predicate(self, operation: Operation) -> Filter:
        """The condition that a store applies for this operation; with custom rules more may match than is allowed."""
        return self.rulings[operation].upper

    def is_exact(self, operation: Operation) -> bool:
        """Whether the predicate is the whole rule, because no function has a say."""
        return self.rulings[operation].is_exact

    def is_impossible(self, operation: Operation) -> bool:
        """Whether no record at all could be allowed."""
        return self.rulings[operation].is_impossible

    def is_immediate(self, operation: Operation) -> bool:
        """Whether the rule is exact and can be told from the record alone."""
        return self.rulings[operation].is_immediate

    def allows_exactly(self, operation: Operation, record: Mapping[str, Any]) -> bool:
        """Whether the record is allowed; only where the rule is immediate."""
        return self.rulings[operation].passes(record)

    async def allows(self, operation: Operation, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the record is allowed; `custom` may be None where the rule is immediate."""
        return await self.rulings[operation].allows(record, custom)

    async def allows_action(self, action: ActionModel, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the action is allowed on the record, by its own rule or else by the update rule."""
        return await self.action_ruling(action).allows(record, custom)

    def action_ruling(self, action: ActionModel) -> Ruling:
        """The ruling of an action: of its own rule, or else of the update rule."""
        if action.rule is None:
            return self.rulings[Operation.UPDATE]
        ruling = self._actions.get(action.wire)
        if ruling is None:
            ruling = self._actions[action.wire] = self._lacking(Operation.UPDATE) or self.ruling_of(action.rule)
        return ruling

    def require_possible(self, asked: Operation | ActionModel) -> None:
        """Raise when no record could be allowed: SignInRequired for nobody, Forbidden for somebody known."""
        if isinstance(asked, ActionModel):
            word, ruling = asked.name, self.action_ruling(asked)
        else:
            word, ruling = asked.value, self.rulings[asked]
        if not ruling.is_impossible:
            return
        if not self.principal.is_authenticated:
            raise SignInRequired(
                f"Nobody may {word} {self.entity.name} without signing in.",
                hint="Send `Authorization: Bearer <token>`.",
            )
        scoped = Operation.UPDATE if isinstance(asked, ActionModel) else asked
        if missing := self.missing_scopes(scoped):
            raise InsufficientScope(word, self.entity.name, missing)
        raise Forbidden(f"The rules do not allow you to {word} any {self.entity.name}.")

    def missing_scopes(self, operation: Operation) -> tuple[str, ...]:
        """The scopes one of which the caller's token would need for this; none where none is missing."""
        if not self._gatekeeper.scoped or not lacks_scope(self.principal, self.entity, operation):
            return ()
        return needed(self.entity, operation)

    @property
    def by_rules_alone(self) -> Access:
        """What the same principal could do if its token were given for everything."""
        return Access(self.entity, self.principal, Gatekeeper(self.entities))

    async def explain(
        self, operation: Operation, record: Mapping[str, Any] | None = None, custom: CustomContext | None = None
    ) -> Explanation:
        """Why the operation is allowed or not, on this record or on records in general."""
        return await self.rulings[operation].explain(record, custom)

    def guarded(self, name: str) -> Filter | None:
        """Where a field counts as readable in filters and orders: None for everywhere, NOTHING for nowhere.

        What only a function could allow counts as unreadable.
        """
        return self._mask.guard(name)

    @property
    def masks_exactly(self) -> bool:
        """Whether `mask` may be used, because what is readable can be told from the record alone."""
        return self._mask.is_immediate

    def mask(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record without the fields that may not be read, the same object when nothing is hidden.

        Only where `masks_exactly`; else `reveal`.
        """
        return self._mask.apply(record)

    async def reveal(
        self,
        record: dict[str, Any],
        custom: CustomContext | None,
        readable: Mapping[str, Collection[str]] | None = None,
    ) -> dict[str, Any]:
        """As `mask`, asking the functions of field rules; `custom` may be None where it masks exactly.

        readable: of the `crossing_fields`, the ids of the records in which they may be read, if a store has told.
        """
        if readable:
            return await self._mask.reveal_given(record, custom, readable)
        return await self._mask.reveal(record, custom)

    @cached_property
    def policy(self) -> tuple[object, ...] | None:
        """Plain data, equal for principals who see the same of the same records; None where a function has a say."""
        readable = [(name, ruling) for name, ruling in self.readable.items() if ruling.constant is not True]
        rulings = [self.rulings[Operation.READ], *(ruling for _, ruling in readable)]
        if not all(ruling.is_exact for ruling in rulings):
            return None
        return (self.entity.name, tuple(name for name, _ in readable), tuple(ruling.upper for ruling in rulings))

    @cached_property
    def crosses(self) -> bool:
        """Whether related records have a say in what is read of a record."""
        return any(ruling.crosses for ruling in (self.rulings[Operation.READ], *self.readable.values()))

    @property
    def crossing_fields(self) -> Mapping[str, Filter]:
        """The fields whose rules cross relations, and where each may be read, as a store can tell of many records."""
        return self._mask.crossing

    @property
    def hidden_fields(self) -> frozenset[str]:
        """The fields that are hidden whatever the record."""
        return self._mask.hidden

    async def may_write(self, name: str, record: Mapping[str, Any], custom: CustomContext | None) -> bool:
        """Whether the field may be written in this state of the record."""
        ruling = self.writable.get(name)
        return ruling is None or await ruling.allows(record, custom)

    def ruling_of(self, rule: BoundRule | None, operation: Operation | None = None) -> Ruling:
        """What a rule means for this principal: the system may do anything, and data roles grant operations."""
        if self.entity.is_trail and operation is not Operation.READ:
            return Ruling(self.entity, Constant(allowed=False, words="audit", reason="what was done stays as it is"))
        if self.principal.is_system:
            return Ruling(self.entity, Constant(allowed=True, words="system", reason="no rule binds the app itself"))
        lacking = None if operation is None else self._lacking(operation)
        if lacking is not None:
            return lacking
        decision = decide(rule, self.principal, self.entity.fields, self.entities)
        granted = None if operation is None else self._granted(operation)
        return Ruling(self.entity, decision if granted is None else any_decision(granted, decision))

    def _lacking(self, operation: Operation) -> Ruling | None:
        """What holds where the token was not given for this, whatever the rules say; None where it was."""
        if not (missing := self.missing_scopes(operation)):
            return None
        words = " or ".join(missing)
        return Ruling(self.entity, Constant(allowed=False, words=f"scope({words})", reason="the token lacks it"))

    def _granted(self, operation: Operation) -> Decision | None:
        """What a data role grants beside the rules."""
        held = next((role for role in _DATA_ROLES[operation] if role in self.principal.roles), None)
        if held is None:
            return None
        return Constant(allowed=True, words=f"role({held!r})", reason=f"the data role allows to {operation} anything")


class _Rulings(dict[Operation, Ruling]):
    """Makes the ruling of an operation when it is first asked for: most callers only read."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access

    def __missing__(self, operation: Operation) -> Ruling:
        rule = self._access.entity.rules.get(operation)
        ruling = self[operation] = self._access.ruling_of(rule, operation)
        return ruling


async def check_owner(
    access: Access,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    custom: CustomContext | None,
) -> None:
    """Raise FieldForbidden when an owner field is set to somebody else, or changed, without a write rule for it.

    before: None when the record is new. The write rule is judged on the record as it is and as it will be.
    """
    owner = access.entity.owner
    if owner is None or access.principal.is_system or after.get(owner.wire) == _kept(access, owner, before):
        return
    states = [after] if before is None else [before, after]
    name = owner.wire
    if name in access.writable and all([await access.may_write(name, state, custom) for state in states]):
        return
    raise owner_refusal(access.entity, "set to another than yourself" if before is None else "changed")


def owner_refusal(entity: EntityModel, word: str) -> FieldForbidden:
    """What is told to a caller who decides whom a record belongs to. word: what cannot be done to the owner."""
    name = "" if entity.owner is None else entity.owner.wire
    return FieldForbidden(
        f"The owner of a {entity.name} ({name}) cannot be {word}.",
        hint=f"Leave out {name}.",
        errors=[Violation(f"/{name}", f"cannot be {word}", "owner")],
    )


def _kept(access: Access, owner: FieldModel, before: Mapping[str, Any] | None) -> Any:
    """Whom the record belongs to unless somebody decides otherwise: its owner, or else its creator."""
    if before is not None:
        return before.get(owner.wire)
    return own_id(access.principal, owner.ref(), access.entity.fields)
