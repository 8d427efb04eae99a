"""What the registry knows of each entity, frozen after cold start: everything else reads this, never the classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from msgspec import Struct, field

from atakora_data.query.filter import FieldRef, Filter, Kind
from atakora_data.schema.rules import (
    AllOf,
    AnyOf,
    AuthenticatedRule,
    Complement,
    CustomRule,
    GroupsRule,
    NeverRule,
    PublicRule,
    RolesRule,
)
from atakora_data.schema.storage import Storage


class TypeName(StrEnum):
    """The types a field can have.

    In wire form INTEGER and LONG are JSON integers, FLOAT a JSON number, BOOLEAN a JSON boolean, LIST an array,
    OBJECT an object with known fields, MAP one with free keys, and everything else a JSON string.
    """

    STRING = "string"
    UUID = "uuid"
    INTEGER = "integer"
    LONG = "long"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    ENUM = "enum"
    LIST = "list"
    OBJECT = "object"
    MAP = "map"


class EnumType(Struct, frozen=True):
    """A closed set of strings. name: the GraphQL and OpenAPI type, e.g. `PostStatus`."""

    name: str
    values: tuple[str, ...]
    description: str | None = None


class ObjectType(Struct, frozen=True):
    """A nested model. name: the GraphQL and OpenAPI type, e.g. `PostMetadata`."""

    name: str
    fields: Mapping[str, FieldModel]
    description: str | None = None


class FieldType(Struct, frozen=True):
    """The type of a field or of a list's or map's elements."""

    name: TypeName
    nullable: bool = False
    item: FieldType | None = None
    enum: EnumType | None = None
    object: ObjectType | None = None

    @property
    def kind(self) -> Kind:
        """How its values compare."""
        return _KINDS.get(self.name, Kind.STRING)

    @property
    def is_scalar(self) -> bool:
        """Whether it holds a single value: what can be ordered and grouped by, and be unique."""
        return self.name not in (TypeName.LIST, TypeName.OBJECT, TypeName.MAP)

    @property
    def is_number(self) -> bool:
        """Whether its values can be added up."""
        return self.name in (TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT, TypeName.DECIMAL)


_KINDS = {
    TypeName.INTEGER: Kind.NUMBER,
    TypeName.LONG: Kind.NUMBER,
    TypeName.FLOAT: Kind.NUMBER,
    TypeName.BOOLEAN: Kind.BOOLEAN,
    TypeName.DECIMAL: Kind.DECIMAL,
    TypeName.LIST: Kind.LIST,
    TypeName.OBJECT: Kind.OBJECT,
    TypeName.MAP: Kind.OBJECT,
}


class FieldModel(Struct, frozen=True):
    """One stored field.

    name: in Python (snake_case). wire: everywhere else (camelCase). required: create refuses its absence
    (an owner field that the principal fills is not required). default: its default in wire form, when it is a constant.
    constraints: JSON Schema keywords of the declared bounds, e.g. `{"minLength": 1}`.
    """

    name: str
    wire: str
    type: FieldType
    required: bool = True
    default: Any = None
    description: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    primary_key: bool = False
    unique: bool = False
    owner: bool = False
    read_only: bool = False
    immutable: bool = False
    sensitive: bool = False
    searchable: bool = False
    on_update: Callable[[], Any] | None = None

    def ref(self, *parents: str) -> FieldRef:
        """How a filter or an order names it, below the wire names of the objects around it."""
        item = self.type.item.kind if self.type.name is TypeName.LIST and self.type.item else None
        return FieldRef((*parents, self.wire), self.type.kind, item)


class RelationKind(StrEnum):
    """How many records a relation leads to, and where the foreign key stands."""

    BELONGS_TO = "belongs_to"
    HAS_ONE = "has_one"
    HAS_MANY = "has_many"
    MANY_TO_MANY = "many_to_many"
    POLYMORPHIC = "polymorphic"


class RelationModel(Struct, frozen=True):
    """A relationship as seen from the entity that declares it. All names of fields are wire names.

    target: the entity it leads to; "" for POLYMORPHIC, which leads to one of `targets`.
    foreign_key: this entity's field for BELONGS_TO and POLYMORPHIC, the target's for HAS_ONE and HAS_MANY, "" for
    MANY_TO_MANY.
    type_field: the field beside a foreign key that leads to several entities, which holds the entity's name: this
    entity's for POLYMORPHIC, the target's for HAS_ONE and HAS_MANY over such a key, else "".
    junction, near, far, through: for MANY_TO_MANY the entity between, its fields that hold this record's id and the
    target's id, and its further fields that clients see under `_through`.
    """

    name: str
    wire: str
    kind: RelationKind
    target: str
    foreign_key: str
    on_delete: str = "restrict"
    description: str | None = None
    targets: tuple[str, ...] = ()
    type_field: str = ""
    junction: str = ""
    near: str = ""
    far: str = ""
    through: tuple[str, ...] = ()

    @property
    def is_to_many(self) -> bool:
        """Whether it leads to a list."""
        return self.kind in (RelationKind.HAS_MANY, RelationKind.MANY_TO_MANY)

    @property
    def is_to_one(self) -> bool:
        """Whether it leads to one record of one entity, so that an order can follow it."""
        return self.kind in (RelationKind.BELONGS_TO, RelationKind.HAS_ONE)

    @property
    def holds_key(self) -> bool:
        """Whether the foreign key stands in the entity that declares it, and not in the related records."""
        return self.kind in (RelationKind.BELONGS_TO, RelationKind.POLYMORPHIC)

    @property
    def all_targets(self) -> tuple[str, ...]:
        """The entities it may lead to."""
        return self.targets or (self.target,)


class ComputedModel(Struct, frozen=True):
    """A field computed from others, read-only. reads: wire names of what it reads; hiding one of them hides it."""

    name: str
    wire: str
    type: FieldType
    reads: frozenset[str]
    function: Callable[[Any], Any]
    description: str | None = None


class ActionModel(Struct, frozen=True):
    """A custom mutation of one record. parameters: by wire name; rule None means the update rule."""

    name: str
    wire: str
    function: Callable[..., Any]
    parameters: Mapping[str, FieldModel] = field(default_factory=dict)
    rule: BoundRule | None = None
    description: str | None = None


class IndexKey(Struct, frozen=True):
    """One field of an index."""

    field: FieldRef
    descending: bool = False


class IndexModel(Struct, frozen=True):
    """A declared index; the store puts the tenant before and the primary key behind it."""

    name: str
    keys: tuple[IndexKey, ...]


class BoundOwner(Struct, frozen=True):
    """`OwnerRule` with its field resolved."""

    field: FieldRef


class BoundWhere(Struct, frozen=True):
    """`WhereRule` with wire names and values; the caller's values are `Parameter`s named as in `PrincipalValue`.

    A `RelationshipRule` becomes one as well. words: how the rule is called in explanations, when not by its filter.
    """

    filter: Filter
    words: str | None = None


BoundRule: TypeAlias = (
    PublicRule
    | AuthenticatedRule
    | BoundOwner
    | RolesRule
    | GroupsRule
    | BoundWhere
    | CustomRule
    | NeverRule
    | AnyOf
    | AllOf
    | Complement
)
"""A rule whose leaves are resolved; the rules inside `AnyOf`, `AllOf` and `Complement` are bound as well."""


class Operation(StrEnum):
    """What can be allowed."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"


class Codec(Protocol):
    """Between wire form and typed instances of one entity."""

    def parse(self, data: Mapping[str, Any]) -> Any:
        """A typed instance from a whole record in wire form, strictly: `ValidationError` names every field."""

    def judge(self, part: Mapping[str, Any]) -> None:
        """Raise the `ValidationError` of what is wrong with part of a record, whatever the rest of it may be."""

    def load(self, record: Mapping[str, Any]) -> Any:
        """A typed instance from a stored record, without judging it again; names with `_` are left out."""

    def dump(self, instance: Any) -> dict[str, Any]:
        """The record in canonical wire form: all declared fields, in order of declaration."""

    def parse_parameters(self, action: ActionModel, input: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of an action by Python name, from input in wire form, judged as `parse` judges."""

    def canonical(self, field: FieldModel, value: Any) -> Any:
        """A wire value as it is stored, e.g. a datetime in UTC with microseconds; ValueError says what is wrong."""


class EntityModel(Struct, frozen=True, dict=True):
    """One entity: its names, fields, relations, rules and storage.

    All mappings are keyed by wire name, except `rules` and `hooks`; a wire name stands for one thing only.
    operations: which of `list get create update replace delete` the doors offer.
    hooks: e.g. `"before_create"` to its functions in order of declaration.
    collection: the REST path segment. record: the entity class. codec: wire form to typed instances and back.
    is_junction: made by the framework for a many-to-many; it has no doors of its own (`operations` is empty).
    is_trail: keeps the changes of another entity; nobody changes its records. trail: the entity that keeps its changes.
    storage: as declared; `container` is the one it comes to.
    """

    name: str
    record: type[Any]
    collection: str
    container: str
    fields: Mapping[str, FieldModel]
    codec: Codec
    description: str | None = None
    relations: Mapping[str, RelationModel] = field(default_factory=dict)
    computed: Mapping[str, ComputedModel] = field(default_factory=dict)
    actions: Mapping[str, ActionModel] = field(default_factory=dict)
    hooks: Mapping[str, tuple[Callable[..., Any], ...]] = field(default_factory=dict)
    rules: Mapping[Operation, BoundRule] = field(default_factory=dict)
    field_read_rules: Mapping[str, BoundRule] = field(default_factory=dict)
    field_write_rules: Mapping[str, BoundRule] = field(default_factory=dict)
    indexes: tuple[IndexModel, ...] = ()
    operations: frozenset[str] = frozenset({"list", "get", "create", "update", "replace", "delete"})
    schema_version: int = 1
    default_limit: int = 20
    max_limit: int = 100
    realtime: bool = False
    is_junction: bool = False
    is_trail: bool = False
    trail: str = ""
    storage: Storage = field(default_factory=Storage)
    source: str = ""

    @cached_property
    def stored_names(self) -> frozenset[str]:
        """What a stored record holds: its fields, `_etag` and `_version`."""
        return frozenset({*self.fields, "_etag", "_version"})

    @cached_property
    def fixed_names(self) -> frozenset[str]:
        """What clients cannot set, or not always: bookkeeping, computed fields, relations, fixed fields."""
        fixed = (name for name, each in self.fields.items() if each.read_only or each.immutable or each.primary_key)
        return frozenset({*fixed, *self.computed, *self.relations, "_etag", "_version"})

    @property
    def primary_key(self) -> FieldModel:
        """The field that identifies a record; always called `id`."""
        return self.fields["id"]

    @cached_property
    def owner(self) -> FieldModel | None:
        """The field declared `owner=True`, if any."""
        return next((each for each in self.fields.values() if each.owner), None)

    @property
    def unique_fields(self) -> tuple[FieldModel, ...]:
        """Fields whose values differ among all records of a tenant (null excepted)."""
        return tuple(each for each in self.fields.values() if each.unique)
