"""What a change means for the records that are stored already: nobody writes them anew when a schema changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.codegen.diff.containers import ANEW
from atakora_data.codegen.diff.rules import rule_changes
from atakora_data.codegen.diff.shapes import tightens
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, TypeName
from atakora_data.registry.registry import Registry

_FILL: Final = "Declare it with `| None` first, fill it in all records, and only then require it."
_RENAME: Final = "If it was renamed: add the new field beside it, copy the values, and remove the old one later."
_SAME_TYPE: Final = "Add a field of the new type under another name, copy the values, and remove this one later."
_REPLACE: Final = "Change the records that hold it before."
_WIDENED: Final = {
    (TypeName.INTEGER, TypeName.LONG),
    (TypeName.INTEGER, TypeName.FLOAT),
    (TypeName.LONG, TypeName.FLOAT),
    (TypeName.UUID, TypeName.STRING),
    (TypeName.ENUM, TypeName.STRING),
}


def registry_changes(old: Registry, new: Registry) -> Iterator[Change]:
    """What two registries say beyond their documents: of stored records, and of rules."""
    before, after = {each.name: each for each in old}, {each.name: each for each in new}
    for name in sorted(before.keys() - after.keys()):
        what = f"its records stay in the container `{before[name].container}`, and nothing serves them"
        yield _change(
            Severity.DANGEROUS, name, what, "Delete them first; or keep the entity, and take its operations away."
        )
    for name in sorted(before.keys() & after.keys()):
        yield from _entity(before[name], after[name])
        yield from rule_changes(before[name], after[name])


def _entity(old: EntityModel, new: EntityModel) -> Iterator[Change]:
    if old.container != new.container:
        what = f"lives in the container `{new.container}` instead of `{old.container}`: its records stay where they are"
        yield _change(Severity.BREAKING, old.name, what, "Copy the records over while nobody writes.")
    elif old.storage.partition != new.storage.partition:
        what = f"is partitioned {_spelt(new.storage.partition)} instead of {_spelt(old.storage.partition)}"
        yield _change(Severity.BREAKING, old.name, what, ANEW)
    if new.storage.ttl is not None and (old.storage.ttl is None or new.storage.ttl < old.storage.ttl):
        what = f"records vanish {new.storage.ttl} seconds after their last change"
        yield _change(
            Severity.DANGEROUS, old.name, what, "Only records written from now on; make sure that it is meant."
        )
    for name, relation in old.relations.items():
        now = new.relations.get(name)
        if now is not None and now.foreign_key != relation.foreign_key:
            what = f"`{name}` goes by `{now.foreign_key}` instead of `{relation.foreign_key}`: stored keys stay"
            yield _change(Severity.BREAKING, old.name, what, "Copy the keys before, or keep the field.")
        if now is not None and now.on_delete != relation.on_delete:
            what = f"deleting along `{name}` is `{now.on_delete}` instead of `{relation.on_delete}`"
            yield _change(Severity.DANGEROUS, old.name, what, "Make sure that it is meant.")
    yield from _fields(old.name, "", old.fields, new.fields)


def _fields(entity: str, prefix: str, old: Mapping[str, FieldModel], new: Mapping[str, FieldModel]) -> Iterator[Change]:
    for name in sorted(old.keys() - new.keys()):
        what = f"`{prefix}{name}`: stored values are not told any more, and go when their record is written"
        yield _change(Severity.DANGEROUS, entity, what, _RENAME)
    for name in sorted(new.keys() - old.keys()):
        if not new[name].type.nullable:
            what = f"`{prefix}{name}`: records stored before have none, whatever its default"
            yield _change(Severity.BREAKING, entity, what, _FILL)
    for name in sorted(old.keys() & new.keys()):
        yield from _field(entity, f"{prefix}{name}", old[name], new[name])


def _field(entity: str, name: str, old: FieldModel, new: FieldModel) -> Iterator[Change]:
    yield from _type(entity, name, old.type, new.type)
    if new.unique and not old.unique:
        what = f"`{name}`: stored values may occur more than once"
        yield _change(
            Severity.DANGEROUS,
            entity,
            what,
            "Look for them with an aggregate grouped by it, and write all records anew.",
        )
    bounds = sorted({*old.constraints, *new.constraints})
    tighter = [each for each in bounds if tightens(each, old.constraints.get(each), new.constraints.get(each))]
    if tighter:
        what = (
            f"`{name}`: stored values beyond its bounds ({', '.join(tighter)}) are refused when their record is changed"
        )
        yield _change(Severity.DANGEROUS, entity, what, _REPLACE)


def _type(entity: str, name: str, old: FieldType, new: FieldType) -> Iterator[Change]:
    if old.nullable and not new.nullable:
        what = f"`{name}`: stored values may be null, which it is not any more"
        yield _change(Severity.DANGEROUS, entity, what, "Fill it in all records before.")
    if old.name is not new.name:
        if (old.name, new.name) not in _WIDENED:
            what = f"`{name}`: stored values are of type {old.name.value}, not {new.name.value}"
            yield _change(Severity.BREAKING, entity, what, _SAME_TYPE)
        return
    if old.enum is not None and new.enum is not None:
        gone = [each for each in old.enum.values if each not in new.enum.values]
        if gone:
            what = f"`{name}`: stored values may be {' or '.join(map(repr, gone))}"
            yield _change(Severity.DANGEROUS, entity, what, _REPLACE)
    if old.object is not None and new.object is not None:
        yield from _fields(entity, f"{name}.", old.object.fields, new.object.fields)
    if old.item is not None and new.item is not None:
        yield from _type(entity, f"{name}[]", old.item, new.item)


def _spelt(partition: Any) -> str:
    """As it is declared, nearly: `ByHash(buckets=4)`."""
    return f"`{partition!r}`"


def _change(severity: Severity, entity: str, what: str, remedy: str) -> Change:
    return Change(severity, Area.RECORDS, entity, what, remedy)
