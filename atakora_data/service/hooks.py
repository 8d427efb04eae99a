"""Runs the hooks of an entity around a write."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any

from atakora_data.errors import ValidationError, Violation
from atakora_data.registry.entity import EntityModel

_log = logging.getLogger(__name__)


async def run_before(entity: EntityModel, moment: str, draft: Any, context: Any) -> Any:
    """The draft after the hooks of this moment, in order of declaration; None from a hook keeps the draft it got.

    What a hook raises goes on: `ValidationError` is the caller's to see, anything else a fault of the app.
    """
    for hook in entity.hooks.get(moment, ()):
        result = await run(entity, hook, draft, context)
        if result is None:
            continue
        if not isinstance(result, entity.record):
            msg = f"{entity.name}.{hook.__name__} returned {type(result).__name__}; return the {entity.name} or None."
            raise TypeError(msg)
        draft = result
    return draft


async def run(entity: EntityModel, function: Callable[..., Any], *arguments: Any, **parameters: Any) -> Any:
    """What a hook or an action answers, sync or async; a field it refuses is told by its wire name."""
    try:
        result = function(*arguments, **parameters)
        return await result if inspect.isawaitable(result) else result
    except ValidationError as error:
        error.errors = tuple(_in_wire_names(entity, each) for each in error.errors)
        raise


def _in_wire_names(entity: EntityModel, violation: Violation) -> Violation:
    first, *rest = violation.pointer.removeprefix("/").split("/")
    wire = next((field.wire for field in entity.fields.values() if field.name == first), first)
    return Violation("/" + "/".join([wire, *rest]), violation.detail, violation.code) if first else violation


async def run_after(entity: EntityModel, moment: str, record: Any, context: Any) -> None:
    """Tell the hooks of this moment that the write has happened.

    The record is stored by now, so a failing hook cannot undo it: it is logged and the others still run.
    """
    for hook in entity.hooks.get(moment, ()):
        try:
            await run(entity, hook, record, context)
        except Exception:  # noqa: BLE001 - the write is done: logged in full, the caller is told the truth
            _log.exception(
                "%s.%s failed after the write (correlation id %s)",
                entity.name,
                hook.__name__,
                context.correlation_id,
                extra={"tenant": context.tenant},
            )
