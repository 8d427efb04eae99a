"""Checks that no single reader can make: of whole classes, and of all entities together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import pydantic
from pydantic.errors import PydanticUserError
from pydantic_core import PydanticUndefined
from pydantic_core import SchemaError as CoreSchemaError

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import FieldModel, TypeName
from atakora_data.registry.fields import FieldReader, Fields
from atakora_data.registry.findings import Findings, place
from atakora_data.registry.names import (
    RESERVED_TYPES,
    is_entity_name,
    link_mutations_of,
    mutations_of,
    plain,
    types_of_entity,
    types_of_enum,
    types_of_object,
    types_of_relation,
)
from atakora_data.schema.declarations import OPTIONS
from atakora_data.schema.model import Model
from atakora_data.schema.naming import camel, pascal
from atakora_data.schema.relationships import ManyToMany

_NULL_OPERATOR: Final = "isNull"
_TOLD = {"create", "update", "delete"}
"""Actions of these names are refused where actions are read."""


class Drafted(Protocol):
    """What the checks of all entities together need of each."""

    @property
    def declared(self) -> Declared:
        """The class and its declarations."""

    @property
    def fields(self) -> Fields:
        """Its fields by wire name."""

    @property
    def collection(self) -> str:
        """Its path segment."""


def complete(cls: type[Model], names: Mapping[str, type[Model]]) -> Exception | None:
    """Let pydantic finish the class, now that all names are known; what keeps it from that, if anything."""
    try:
        cls.model_rebuild(raise_errors=False, _types_namespace=dict(names))
    except (PydanticUserError, CoreSchemaError, TypeError, ValueError, NameError) as error:
        return error
    return None


def check_complete(findings: Findings, cls: type[Model], failure: Exception | None) -> None:
    """A class that pydantic cannot finish is refused, unless the reason was told already."""
    if cls.__pydantic_complete__:
        _check_defaults(findings, cls)
    elif not findings.has_any_in(cls):
        reason = "its annotations cannot be read" if failure is None else _in_one_line(failure)
        findings.refuse(cls, None, f"{cls.__name__} cannot be used: {reason}.", "Correct the field that it names.")


def _in_one_line(error: Exception) -> str:
    """What pydantic says, without the lines that quote a pattern."""
    return " ".join(str(error).partition("\n\nFor further information")[0].split()).rstrip(".")


def servable(findings: Findings, found: Sequence[Declared]) -> list[Declared]:
    """The entities whose names and bases allow to go on; the others are reported."""
    by_name: dict[str, Declared] = {}
    for each in found:
        _check_class(findings, each)
        other = by_name.setdefault(each.name, each)
        if other is not each:
            findings.refuse(
                each.cls,
                None,
                f"There are two entities called {each.name}; the other is at {place(other.cls)}.",
                "Rename one.",
            )
    return list(by_name.values())


def check_fields(findings: Findings, declared: Declared, fields: Fields) -> None:
    """The primary key, the owner, and options of fields that do not fit their types."""

    def refuse(attribute: str | None, message: str, remedy: str) -> None:
        findings.refuse(declared.cls, attribute, f"{declared.name}: {message}", remedy)

    _check_primary_key(declared, fields, refuse)
    _check_owner(fields, refuse)
    for field in fields.values():
        if field.unique and not field.type.is_scalar:
            refuse(field.name, f"`{field.name}` is a {field.type.name} and cannot be unique.", "Make a scalar unique.")
        stamp: Any = field.on_update
        if stamp is not None and not callable(stamp):
            refuse(
                field.name, f"on_update of `{field.name}` cannot be called.", "Write `on_update=utcnow`, without ()."
            )
        if field.searchable and field.type.name is not TypeName.STRING:
            refuse(field.name, f"`{field.name}` is searchable, but no text.", "Search covers `str` fields.")


def check_together(findings: Findings, drafts: Sequence[Drafted], reader: FieldReader) -> None:
    """Names that must differ: of collections, of what a record shows, and of generated types."""
    for draft in drafts:
        _check_wire_names(findings, draft)
    _check_collections(findings, drafts)
    _check_types(findings, drafts, reader)
    _check_mutations(findings, drafts)
    _check_edges(findings, drafts)


Refuse = Callable[[str | None, str, str], None]


def _check_class(findings: Findings, declared: Declared) -> None:
    cls, declarations = declared.cls, declared.declarations
    if not is_entity_name(declared.name):
        findings.refuse(
            cls,
            None,
            f"The entity name `{declared.name}` is not PascalCase.",
            f"Call it `{pascal(plain(declared.name).strip('_')) or 'Record'}`.",
        )
    for parent in cls.__mro__[1:]:
        if getattr(parent, "__takes_options__", False) and not parent.__dict__.get("__is_abstract__", True):
            findings.refuse(
                cls,
                None,
                f"{declared.name} inherits from the entity {parent.__name__}, whose records it would not share.",
                f"Move what both have into `class {parent.__name__}Fields(Entity, abstract=True)`.",
            )
    for name in declarations.annotated_options:
        findings.refuse(
            cls,
            name,
            f"{declared.name}: `{name}` is an option of entities.",
            "As an option it has no annotation; call a field otherwise.",
        )
    for name in declarations.unknown:
        hint = perhaps(name, OPTIONS)
        remedy = hint or "A field needs an annotation; for a constant write ClassVar."
        findings.refuse(cls, name, f"{declared.name}: `{name}` is neither a field nor an option.", remedy)


def _check_primary_key(declared: Declared, fields: Fields, refuse: Refuse) -> None:
    keys = [field for field in fields.values() if field.primary_key]
    if len(keys) > 1:
        refuse(keys[1].name, "there is more than one primary key.", "Keep the one called `id`.")
    if not keys:
        has_id = "id" in declared.cls.__pydantic_fields__
        remedy = (
            "Add Field(primary_key=True) to `id`."
            if has_id
            else "Add `id: UUID = Field(primary_key=True, default_factory=uuid4)`."
        )
        if not has_id or "id" in fields:
            refuse("id" if has_id else None, "there is no primary key.", remedy)
        return
    key = keys[0]
    if key.name != "id":
        refuse(
            key.name, f"the primary key is called `{key.name}`; Cosmos DB keeps a record under `id`.", "Call it `id`."
        )
    if key.type.name not in (TypeName.STRING, TypeName.UUID) or key.type.nullable:
        refuse(
            key.name,
            f"the primary key is {_type_words(key)}; in Cosmos DB an id is a string.",
            "Declare it as `str` or `UUID`.",
        )


def _check_owner(fields: Fields, refuse: Refuse) -> None:
    owners = [field for field in fields.values() if field.owner]
    for field in owners[1:]:
        refuse(
            field.name,
            f"both `{owners[0].name}` and `{field.name}` are owner fields.",
            "Keep one; name the other in a rule: allow.owner('…').",
        )
    for field in owners:
        if field.type.name not in (TypeName.STRING, TypeName.UUID):
            refuse(
                field.name,
                f"the owner field `{field.name}` is {_type_words(field)}.",
                "It holds the id of a caller: declare it as `str` or `UUID`.",
            )


def _type_words(field: FieldModel) -> str:
    return f"optional {field.type.name}" if field.type.nullable else field.type.name.value


def _check_defaults(findings: Findings, cls: type[Model]) -> None:
    instance = cls.model_construct()
    for name, info in cls.__pydantic_fields__.items():
        if info.default is PydanticUndefined:
            continue
        try:
            cls.__pydantic_validator__.validate_assignment(instance, name, info.default)
        except pydantic.ValidationError as error:
            said = error.errors(include_url=False)[0]["msg"]
            findings.refuse(
                cls,
                name,
                f"{cls.__name__}: the default of `{name}` does not validate: {said}.",
                "Give it a default that does.",
            )


def _check_wire_names(findings: Findings, draft: Drafted) -> None:
    declarations = draft.declared.declarations
    for name in (*(field.name for field in draft.fields.values()), *declarations.relationships):
        if camel(name) == _NULL_OPERATOR:
            said = f"{draft.declared.name}.{name} is an operator in filters."
            findings.refuse(draft.declared.cls, name, said, "Rename it.")
    taken: dict[str, str] = {field.wire: f"the field `{field.name}`" for field in draft.fields.values()}
    further = (
        ("relationship", declarations.relationships),
        ("computed field", declarations.computed),
        ("action", declarations.actions),
    )
    for word, names in further:
        for name in names:
            wire = camel(name)
            if wire in taken:
                findings.refuse(
                    draft.declared.cls,
                    name,
                    f"{draft.declared.name}: the {word} `{name}` and {taken[wire]} are both `{wire}` on the wire.",
                    "Rename one.",
                )
            taken.setdefault(wire, f"the {word} `{name}`")


def _check_collections(findings: Findings, drafts: Iterable[Drafted]) -> None:
    taken: dict[str, Declared] = {}
    for draft in drafts:
        other = taken.setdefault(draft.collection, draft.declared)
        if other is not draft.declared:
            _refuse_collection(findings, draft, other)


def _refuse_collection(findings: Findings, draft: Drafted, other: Declared) -> None:
    made = next((each for each in (draft.declared, other) if each.origin is not None), None)
    if made is None:
        said = f"{draft.declared.name} and {other.name} are both served at /{draft.collection}."
        findings.refuse(draft.declared.cls, None, said, 'Set `plural = "…"` in one of them.')
        return
    entity = other if made is draft.declared else draft.declared
    said = f"The junction {made.name} would be kept where {entity.name} is, in {draft.collection}."
    findings.refuse(*made.site, said, f"Perhaps you meant `{entity.name}`; else name the junction otherwise.")


def _check_types(findings: Findings, drafts: Sequence[Drafted], reader: FieldReader) -> None:
    taken = dict.fromkeys(RESERVED_TYPES, "GraphQL")
    owners: list[tuple[tuple[type[Any], str | None], str, tuple[str, ...]]] = [
        *((each.declared.site, each.declared.name, types_of_entity(each.declared.name)) for each in drafts),
        *(((cls, None), name, types_of_object(name)) for name, cls in reader.object_classes.items()),
        *((origin, name, types_of_enum(name)) for name, origin in reader.enum_origins.items()),
        *(each for draft in drafts for each in _types_of_relations(draft.declared)),
    ]
    for (cls, attribute), owner, names in owners:
        clash = next((name for name in names if name in taken), None)
        if clash is not None:
            said = f"{owner} would need the GraphQL type {clash}, which {taken[clash]} has."
            findings.refuse(cls, attribute, said, "Rename one.")
        for name in names:
            taken.setdefault(name, owner)


def _types_of_relations(
    declared: Declared,
) -> Iterable[tuple[tuple[type[Any], str | None], str, tuple[str, ...]]]:
    for name, each in declared.relationships.items():
        if each.relationship is not None:
            types = types_of_relation(declared.name, camel(name), each.relationship.kind)
            yield (declared.cls, name), f"{declared.name}.{name}", types


def _check_mutations(findings: Findings, drafts: Sequence[Drafted]) -> None:
    """An action's mutation is called after both: `publish_blog` of Post and `publish` of BlogPost would be one."""
    taken: dict[str, str] = {}
    served = [each for each in drafts if each.declared.origin is None]
    for draft in {each.collection: each for each in reversed(served)}.values():
        for name in mutations_of(draft.declared.name, draft.collection):
            _take(findings, taken, name, draft.declared, None)
    for draft in served:
        for action in draft.declared.declarations.actions:
            if action not in _TOLD:
                _take(findings, taken, f"{camel(action)}{draft.declared.name}", draft.declared, action)
        for relationship, name in _links(draft):
            _take(findings, taken, name, draft.declared, relationship)


def _take(findings: Findings, taken: dict[str, str], name: str, declared: Declared, attribute: str | None) -> None:
    owner = taken.get(name)
    taken.setdefault(name, declared.name)
    if owner is not None:
        asker = declared.name if attribute is None else f"{declared.name}.{attribute}"
        said = f"{asker} would need the mutation {name}, which {owner} has."
        findings.refuse(declared.cls, attribute, said, "Rename one.")


def _links(draft: Drafted) -> Iterable[tuple[str, str]]:
    """The relationships whose links have mutations, and what those are called."""
    for name, each in draft.declared.relationships.items():
        if isinstance(each.relationship, ManyToMany):
            yield from ((name, mutation) for mutation in link_mutations_of(draft.declared.name, camel(name)))


def _check_edges(findings: Findings, drafts: Sequence[Drafted]) -> None:
    """An edge shows the record as `node`, and beside it the further fields of its junction."""
    fields = {each.declared.name: each.fields for each in drafts}
    for draft in drafts:
        for name, each in draft.declared.relationships.items():
            if isinstance(each.relationship, ManyToMany) and "node" in fields.get(str(each.relationship.junction), {}):
                said = f"{draft.declared.name}.{name}: {each.relationship.junction} has a field `node`,"
                said += " which is how GraphQL calls the record at the end of a link."
                findings.refuse(draft.declared.cls, name, said, "Rename the field.")
