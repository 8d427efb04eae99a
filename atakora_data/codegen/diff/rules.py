"""Who may do more than before, who less: rules are alternatives, and one more or one less is told as such."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from atakora_data.api.rest.openapi.words import whom
from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.registry.entity import BoundRule, BoundWhere, EntityModel, Operation
from atakora_data.schema.rules import AllOf, AnyOf, Complement, CustomRule, NeverRule, PublicRule

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
    gone = [each.words for each in before if each not in after]
    come = [each.words for each in after if each not in before]
    if not gone and not come:
        return
    if _is_open(new) or not gone:
        yield _change(entity, f"{asked} is allowed to more: {_listed(come)}", _WIDER)
    elif _is_open(old) or not come:
        now = f"; allowed to {_listed([each.words for each in after])}" if _is_open(old) else ""
        yield _change(entity, f"{asked} is no longer allowed to {_listed(gone)}{now}", _NARROWER)
    elif gone == come:
        yield _change(entity, f"{asked} is allowed to {_listed(come)}, which means something else than before", _OTHER)
    else:
        words = [_listed([each.words for each in rules]) for rules in (after, before)]
        yield _change(entity, f"{asked} is allowed to {words[0]} instead of {words[1]}", _OTHER)


class _Alternative(NamedTuple):
    """Whom a rule allows. meaning: equal for rules that decide alike, as far as that can be told."""

    words: str
    meaning: Any


def _alternatives(rule: Any) -> list[_Alternative]:
    if rule is None or isinstance(rule, NeverRule):
        return []
    if isinstance(rule, AnyOf):
        return [found for each in rule.rules for found in _alternatives(each)]
    return [_Alternative(whom(rule), _meaning(rule))]


def _meaning(rule: Any) -> Any:
    """What it asks; functions are loaded twice and compared by their text."""
    match rule:
        case CustomRule(function):
            try:
                return inspect.getsource(function)
            except (OSError, TypeError):
                return getattr(function, "__qualname__", "")
        case BoundWhere(filter):
            return filter
        case AnyOf(rules) | AllOf(rules):
            return [_meaning(each) for each in rules]
        case Complement(inner):
            return [_meaning(inner)]
        case _:
            return None


def _is_open(rule: Any) -> bool:
    return isinstance(rule, PublicRule) or (isinstance(rule, AnyOf) and any(_is_open(each) for each in rule.rules))


def _listed(texts: list[str]) -> str:
    return ", or ".join(texts) or "nobody"


def _change(entity: str, what: str, remedy: str) -> Change:
    return Change(Severity.DANGEROUS, Area.RULES, entity, what, remedy)
