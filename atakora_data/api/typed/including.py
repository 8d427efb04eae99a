"""Relations that are loaded with records: asked of the service with the records, put into the typed instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from atakora_data.api.typed.names import relation_of
from atakora_data.errors import InvalidSelection, perhaps_one_of
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.conditions import FieldPath, class_of, names_of
from atakora_data.schema.data import Relation
from atakora_data.schema.relationships import THROUGH
from atakora_data.service import commands
from atakora_data.service.commands import RelationSelection, Selection

_TYPE: Final = "_type"


class Options(Struct, frozen=True):
    """What of a list is wanted: a filter in wire form, an order of wire names, and how many."""

    filter: Mapping[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None


NO_OPTIONS: Final = Options()


class Included(Struct, frozen=True):
    """A tree of relations to load. below: by Python name, what is loaded with the records of that relation."""

    below: Mapping[str, Included] = field(default_factory=dict)
    options: Options = NO_OPTIONS

    def with_path(self, names: Sequence[str], options: Options) -> Included:
        """The tree with one more path; its options are those of the last relation in it."""
        if not names:
            return self if options == NO_OPTIONS else replace(self, options=options)
        first, *rest = names
        inner = self.below.get(first, _NOTHING).with_path(rest, options)
        return replace(self, below={**self.below, first: inner})


_NOTHING: Final = Included()


def path_of(relation: Relation, entity: EntityModel) -> tuple[str, ...]:
    """The names of a relation as it was given to `include` or `link`: `"comments.user"` or `Post.author`."""
    if isinstance(relation, str):
        return tuple(relation.split("."))
    if not isinstance(relation, FieldPath):
        msg = f"A relation is named by its path or on the class: `{entity.name}.author`, not {relation!r}."
        raise TypeError(msg)
    of = class_of(relation)
    if of is not None and all(of.__name__ != each.__name__ for each in entity.record.__mro__):
        raise InvalidSelection(
            f"{of.__name__}.{'.'.join(names_of(relation))} is no relation of {entity.name}.",
            hint=f"Start at {entity.name}.",
        )
    return names_of(relation)


def targets_at(registry: Registry, entity: EntityModel, path: Sequence[str]) -> list[EntityModel]:
    """The entities that the path of relations leads to; InvalidSelection offers the likely name."""
    found = [entity]
    for name in path:
        relations = [each for each in (relation_of(one, name) for one in found) if each is not None]
        if not relations:
            raise _no_relation(found, name)
        found = list({each: registry[each] for relation in relations for each in relation.all_targets}.values())
    return found


def the_relation(registry: Registry, entity: EntityModel, path: Sequence[str]) -> RelationModel:
    """The relation at the end of the path, one of them where several entities have it."""
    relations = (relation_of(each, path[-1]) for each in targets_at(registry, entity, path[:-1]))
    found = next((each for each in relations if each is not None), None)
    if found is None:
        raise _no_relation([entity], path[-1])
    return found


def selection_of(registry: Registry, entity: EntityModel, included: Included) -> Selection:
    """What to ask of the service: all stored fields, since instances compute the others themselves, and relations."""
    relations = ((relation_of(entity, name), inner) for name, inner in included.below.items())
    return Selection(
        frozenset(entity.fields),
        tuple(_selected(registry, relation, inner) for relation, inner in relations if relation is not None),
    )


def _selected(registry: Registry, relation: RelationModel, included: Included) -> RelationSelection:
    selections = {name: selection_of(registry, registry[name], included) for name in relation.all_targets}
    options = included.options
    return RelationSelection(
        relation.wire,
        relation.wire,
        selections[relation.all_targets[0]],
        filter=options.filter,
        order_by=options.order_by,
        limit=options.limit,
        selections=selections if relation.kind is RelationKind.POLYMORPHIC else None,
    )


def load(registry: Registry, entity: EntityModel, record: Mapping[str, Any], included: Included) -> Any:
    """The typed instance of an answer, with the relations that were loaded."""
    instance = entity.codec.load(record)
    for name, inner in included.below.items():
        relation = relation_of(entity, name)
        if relation is not None:
            instance.__dict__[name] = _loaded(registry, relation, record[relation.wire], inner)
    return instance


def _loaded(registry: Registry, relation: RelationModel, answer: Any, included: Included) -> Any:
    if relation.is_to_many:
        return [_item(registry, relation, each, included) for each in answer["items"]]
    return None if answer is None else _item(registry, relation, answer, included)


def _item(registry: Registry, relation: RelationModel, record: Mapping[str, Any], included: Included) -> Any:
    instance = load(registry, registry[record.get(_TYPE) or relation.target], record, included)
    through = record.get(commands.THROUGH)
    if through is not None:
        instance.__dict__[THROUGH] = _by_name(registry[relation.junction], through)
    return instance


def _by_name(junction: EntityModel, through: Mapping[str, Any]) -> dict[str, Any]:
    """The through fields by Python name, with values of their types."""
    values = junction.codec.load(through).__dict__
    return {junction.fields[wire].name: values[junction.fields[wire].name] for wire in through}


def _no_relation(entities: Sequence[EntityModel], name: str) -> InvalidSelection:
    known = [relation.name for each in entities for relation in each.relations.values()]
    owner = " or ".join(each.name for each in entities)
    return InvalidSelection(f"{owner} has no relation `{name}`.", hint=perhaps_one_of(name, known))
