"""Who may do more than before, who less: rules are alternatives, and one more or one less is told as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from atakora_data.api.rest.openapi.words import whom
from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.registry.entity import BoundRule, EntityModel, Operation
from atakora_data.schema.rules import AnyOf, NeverRule, PublicRule

_OPEN: Final = PublicRule()
_WIDER: Final = "Make sure that all of them are meant."
_NARROWER: Final = "Tell those who are refused from now on."
_OTHER: Final = "Ask `python -m atakora_data explain` for some callers, before and after."


def rule_changes(old: EntityModel, new: EntityModel) -> Iterator[Change]:
    """Rules of operations, actions and fields that are there on both sides."""
    for operation in Operation:
        yield from _one(old.name, operation, old.rules.get(operation), new.rules.get(operation))
    for name in sorted(old.actions.keys() & new.actions.keys()):
        before, after = (each.actions[name].rule or each.rules.get(Operation.UPDATE) for each in (old, new))
        yield from _one(old.name, f"the action `{name}`", before, after)
    yield from _of_fields(old, new, "reading", old.field_read_rules, new.field_read_rules)
    yield from _of_fields(old, new, "writing", old.field_write_rules, new.field_write_rules)
    if old.owner and new.owner and old.owner.wire != new.owner.wire:
        what = f"the owner stands in `{new.owner.wire}` instead of `{old.owner.wire}`"
        yield _change(old.name, what, "Fill the new field before, or nobody owns the records that are there.")


def _of_fields(
    old: EntityModel, new: EntityModel, doing: str, before: Mapping[str, BoundRule], after: Mapping[str, BoundRule]
) -> Iterator[Change]:
    """A field without a rule of its own is open to whom the record is."""
    for name in sorted((before.keys() | after.keys()) & old.fields.keys() & new.fields.keys()):
        yield from _one(old.name, f"{doing} `{name}`", before.get(name, _OPEN), after.get(name, _OPEN))


def _one(entity: str, asked: str, old: BoundRule | None, new: BoundRule | None) -> Iterator[Change]:
    before, after = _alternatives(old), _alternatives(new)
    gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
    if not gone and not come:
        return
    if _is_open(new) or not gone:
        yield _change(entity, f"{asked} is allowed to more: {_listed(come)}", _WIDER)
    elif _is_open(old) or not come:
        now = f"; allowed to {_listed(after)}" if _is_open(old) else ""
        yield _change(entity, f"{asked} is no longer allowed to {_listed(gone)}{now}", _NARROWER)
    else:
        yield _change(entity, f"{asked} is allowed to {_listed(after)} instead of {_listed(before)}", _OTHER)


def _alternatives(rule: Any) -> list[str]:
    if rule is None or isinstance(rule, NeverRule):
        return []
    return [text for each in rule.rules for text in _alternatives(each)] if isinstance(rule, AnyOf) else [whom(rule)]


def _is_open(rule: Any) -> bool:
    return isinstance(rule, PublicRule) or (isinstance(rule, AnyOf) and any(_is_open(each) for each in rule.rules))


def _listed(texts: list[str]) -> str:
    return ", or ".join(texts) or "nobody"


def _change(entity: str, what: str, remedy: str) -> Change:
    return Change(Severity.DANGEROUS, Area.RULES, entity, what, remedy)
