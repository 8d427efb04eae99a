"""Hooks, actions and cross-field checks as declared, and what they are told.

@before_create
async def fill_slug(draft: "Post", ctx: HookContext) -> "Post": ...

@action
async def publish(record: "Post", ctx: ActionContext) -> "Post": ...

@validate
def check_dates(self) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from msgspec import Struct

from atakora_data.schema.data import Data
from atakora_data.schema.rules import Rule

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_VALIDATE: Final = "__atakora_validate__"

MOMENTS: Final = (
    "before_create",
    "after_create",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
)


class Caller(Protocol):
    """Who asks, as hooks and actions see it."""

    @property
    def id(self) -> str | None:
        """The caller's own id; None when nobody signed in."""

    @property
    def tenant_id(self) -> str | None:
        """The organization that the token comes from (`tid`), whether tenancy is on or not."""

    @property
    def email(self) -> str | None:
        """The caller's e-mail address, if the token has one."""

    @property
    def name(self) -> str | None:
        """The caller's name, if the token has one."""

    @property
    def roles(self) -> frozenset[str]:
        """The caller's roles."""

    @property
    def groups(self) -> frozenset[str]:
        """The caller's groups."""

    @property
    def scopes(self) -> frozenset[str]:
        """What the caller's app may do in its name."""

    @property
    def claims(self) -> Mapping[str, Any]:
        """All claims of the token."""

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is known to ask."""

    def claim(self, name: str) -> Any:
        """The claim of this name, or None."""


class HookContext(Struct, frozen=True):
    """What a hook or an action is told beside the record.

    data: the typed data API, as this caller; `data.as_system()` works without rules. correlation_id: the request's.
    tenant: whose records they are; "" when tenancy is off.
    """

    principal: Caller
    data: Data
    correlation_id: str = ""
    tenant: str = ""


ActionContext: TypeAlias = HookContext
"""What an action is told; the same as a hook."""


class RuleContext(Protocol):
    """What a custom rule is told beside the record."""

    @property
    def principal(self) -> Caller:
        """Who asks."""

    @property
    def data(self) -> Data:
        """The typed data API, as this caller."""


class _Static(Generic[P, R]):
    """A function in a class body that takes the record as its first argument instead of being bound to it."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: object, owner: type[Any]) -> Callable[P, R]:
        return self.function

    def __call__(self, *args: P.args, **keywords: P.kwargs) -> R:
        return self.function(*args, **keywords)


class Hook(_Static[P, R]):
    """A function of an entity that runs at some moments of a write: `hook(draft, ctx)`."""

    def __init__(self, function: Callable[P, R], moments: tuple[str, ...]) -> None:
        super().__init__(function)
        self.moments = moments


class Action(_Static[P, R]):
    """A function of an entity that is a custom mutation: `action(record, ctx, **parameters)`."""

    def __init__(self, function: Callable[P, R], rule: Rule | None) -> None:
        super().__init__(function)
        self.rule = rule


@overload
def action(function: Callable[P, R], /) -> Action[P, R]: ...
@overload
def action(*, allow: Rule) -> Callable[[Callable[P, R]], Action[P, R]]: ...
def action(
    function: Callable[P, R] | None = None, /, *, allow: Rule | None = None
) -> Action[P, R] | Callable[[Callable[P, R]], Action[P, R]]:
    """A custom mutation of one record; further annotated parameters become its input.

    Without `allow` the update rule decides who may run it.
    """
    if function is not None:
        return Action(function, allow)
    return lambda function: Action(function, allow)


def validate(function: F) -> F:
    """A check across fields, a method of the instance: it raises `ValidationError(field=…)` or ValueError."""
    function.__dict__[_VALIDATE] = True
    return function


def is_validator(value: Any) -> bool:
    """Whether this is a function declared with `@validate`."""
    return callable(value) and getattr(value, _VALIDATE, False) is True


def before_create(function: Callable[P, R]) -> Hook[P, R]:
    """Run before a record is created; may change the draft or refuse with `ValidationError`."""
    return _hook(function, "before_create")


def after_create(function: Callable[P, R]) -> Hook[P, R]:
    """Run after a record was durably created."""
    return _hook(function, "after_create")


def before_update(function: Callable[P, R]) -> Hook[P, R]:
    """Run before a record is updated; may change the draft or refuse with `ValidationError`."""
    return _hook(function, "before_update")


def after_update(function: Callable[P, R]) -> Hook[P, R]:
    """Run after a record was durably updated."""
    return _hook(function, "after_update")


def before_delete(function: Callable[P, R]) -> Hook[P, R]:
    """Run before a record is deleted; may refuse with `ValidationError`."""
    return _hook(function, "before_delete")


def after_delete(function: Callable[P, R]) -> Hook[P, R]:
    """Run after a record was durably deleted."""
    return _hook(function, "after_delete")


def _hook(function: Callable[P, R], moment: str) -> Hook[P, R]:
    if isinstance(function, Hook):
        return Hook(function.function, (*function.moments, moment))
    return Hook(function, (moment,))
