"""One write under way: who asks, what is staged so far, and what is still to be checked or told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import Principal
from atakora_data.errors import RequestError, Violation
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.hooks import run_after, run_before
from atakora_data.service.journal import now
from atakora_data.service.keys import Keys
from atakora_data.service.overlay import Staged
from atakora_data.service.units import Unit
from atakora_data.storage.port import EntityStore, Metadata

_APP = Principal(is_system=True)


class Tools(Struct, frozen=True):
    """What all writes use."""

    registry: Registry
    store: EntityStore
    gatekeeper: Gatekeeper
    custom_context: Callable[[RequestContext], CustomContext]
    hook_context: Callable[[RequestContext], Any]
    keys: Keys


class Claim(Struct, frozen=True):
    """That a foreign key names a record. is_judged: the caller must be able to read it, too. pointer: of the key."""

    target: str
    id: str
    is_judged: bool
    pointer: str


class Work:
    """One write, from its start until its after-hooks have run.

    judged: what was asked of the rules, by entity and id. changed: the records whose changes are kept.
    pointer: where in the input the part stands that is staged now. depth: how many relations led there.
    size: how many records the input names below relations.
    """

    def __init__(self, tools: Tools, context: RequestContext, unit: Unit) -> None:
        self.tools = tools
        self.context = context
        self.unit = unit
        unit.journaled, unit.who = tools.registry.realtime, context.principal.id
        unit.receipt = context.receipt
        self.pointer = ""
        self.depth = 0
        self.size = 0
        self.claims: list[Claim] = []
        self._spelled: dict[str, str] = {}
        self._custom: CustomContext | None = None
        self.judged: dict[tuple[str, str], Operation | ActionModel] = {}
        self.changed: list[tuple[EntityModel, str, Staged]] = []
        self._after: list[tuple[EntityModel, str, Staged]] = []

    def access(self, entity: EntityModel) -> Access:
        """What the caller may do with the entity."""
        return self.tools.gatekeeper.access(entity, self.context.principal)

    def access_of_app(self, entity: EntityModel) -> Access:
        """What the app itself may do: everything."""
        return self.tools.gatekeeper.access(entity, _APP)

    def custom(self) -> CustomContext:
        """What rules are told that ask functions or related records: they see what is staged, too."""
        if self._custom is None:
            self._custom = replace(self.tools.custom_context(self.context), related=self.unit)
        return self._custom

    def hooks(self) -> Any:
        """What hooks and actions are told."""
        return self.tools.hook_context(self.context)

    async def before(self, entity: EntityModel, moment: str, draft: Any) -> Any:
        """The draft after the hooks of this moment."""
        return await run_before(entity, moment, draft, self.hooks())

    def after(self, entity: EntityModel, moment: str, staged: Staged) -> None:
        """Let the hooks of this moment be told once the record is stored, and keep the change where that is asked."""
        if entity.trail:
            self.changed.append((entity, moment, staged))
        if moment in entity.hooks:
            self._after.append((entity, moment, staged))

    async def tell(self) -> None:
        """Run the hooks that wait for the commit."""
        for entity, moment, staged in self._after:
            await run_after(entity, moment, entity.codec.load(staged.stored), self.hooks())

    def metadata(self, entity: EntityModel, before: Metadata | None = None) -> Metadata:
        """The metadata of a new state of a record; before: of the state it follows."""
        at = now()
        who = self.context.principal.id
        return {
            "entityType": entity.name,
            "version": 1,
            "schemaVersion": entity.schema_version,
            "createdAt": at if before is None else before["createdAt"],
            "updatedAt": at,
            "createdBy": who if before is None else before["createdBy"],
            "updatedBy": who,
        }

    def spell(self, pointer: str, as_sent: str) -> None:
        """Tell of a key by where the caller wrote what it holds."""
        self._spelled[self.pointer + pointer] = self.pointer + as_sent

    def spelling(self, pointer: str) -> str:
        """Where the caller wrote what a key here holds, from the root of the input."""
        found = self.pointer + pointer
        return self._spelled.get(found, found)

    @contextmanager
    def at(self, pointer: str) -> Iterator[None]:
        """Tell what is refused within by where in the input it stands: `pointer` goes on from where the work is."""
        outside = self.pointer
        self.pointer = outside + pointer
        try:
            yield
        except RequestError as error:
            place(error, pointer)
            raise
        finally:
            self.pointer = outside


def place(error: RequestError, pointer: str) -> None:
    """Put the pointers of the error below this one."""
    inner = error.errors
    if inner and inner[0].pointer and error.detail.startswith(inner[0].pointer):
        error.detail = pointer + error.detail
    error.errors = tuple(Violation(pointer + each.pointer, each.detail, each.code) for each in inner) or (
        Violation(pointer, error.detail, error.code),
    )
