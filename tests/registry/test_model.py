"""What the registry knows of an entity."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    Index,
    Model,
    Storage,
    action,
    after_create,
    allow,
    before_create,
    before_update,
    belongs_to,
    computed,
    has_many,
    principal,
    this,
    utcnow,
)
from atakora_data.errors import SchemaError
from atakora_data.query.filter import Compare, FieldRef, Kind, Not, Operator, Parameter, any_of
from atakora_data.registry.build import build_registry
from atakora_data.registry.entity import (
    BoundOwner,
    BoundWhere,
    IndexKey,
    IndexModel,
    Operation,
    RelationKind,
    TypeName,
)
from atakora_data.registry.names import collection_of
from atakora_data.schema.rules import AnyOf, AuthenticatedRule, Complement, PublicRule, RolesRule
from tests.registry.every_type import Thing, thing


class Timestamps(Model):
    """When it was written."""

    created_at: datetime = Field(default_factory=utcnow, read_only=True)


class Owned(Entity, abstract=True):
    """Has an owner, and rules that say so."""

    owner_id: str = Field(owner=True)

    authorization = Authorization(read=allow.owner())
    max_limit = 10

    @before_create
    def note(draft: Owned, ctx: Any) -> None:
        """Something that all of them do."""


class Folder(Timestamps, Owned):
    """Holds notes."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    parent_id: UUID | None = None

    notes: HasMany[Note] = has_many("folder_id", on_delete="cascade")
    parent: BelongsTo[Folder] = belongs_to("parent_id")

    @before_create
    async def check(draft: Folder, ctx: Any) -> Folder:
        """Something of its own."""
        return draft


class Note(Entity):
    """A short text."""

    id: str = Field(primary_key=True)
    text: str
    is_public: bool = False
    folder_id: UUID
    writer_id: str = Field(owner=True)
    edited_at: datetime = Field(default_factory=utcnow, on_update=utcnow)

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where((this.is_public == True) | (this.writer_id == principal.id)),  # noqa: E712  # builds a condition
        update=allow.owner() | ~allow.role("guest"),
        fields={"text": allow.role("editor"), "is_public": FieldRules(write=allow.public())},
    )
    indexes = [Index("writer_id", "-edited_at"), Index("is_public", name="public")]
    plural = "jottings"
    storage = Storage(container="notes")
    operations = {"list", "get"}
    version = 3
    realtime = True
    max_limit = 5

    @computed
    def length(self) -> int:
        """How long it is."""
        return len(self.text)

    @computed
    def seen(self) -> datetime | None:
        """When it was last touched, and by a long text only."""
        return self.edited_at if self.length > 3 else None

    @computed(reads=("text",))
    def sneaky(self) -> bool:
        """Reads what it does not declare, and what its code does not tell."""
        return bool(getattr(self, "is_public"))  # noqa: B009  # an attribute would be refused at load

    @before_update
    @before_create
    def trim(draft: Note, ctx: Any) -> Note:
        """Cut off what is too long."""
        draft.text = draft.text[:10]
        return draft

    @after_create
    async def tell(record: Note, ctx: Any) -> None:
        """Tell somebody."""

    @action(allow=allow.role("editor"))
    async def share(record: Note, ctx: Any, until: datetime, with_all: bool = False) -> Note:
        """Show it to others."""
        return record


REGISTRY = build_registry([Note, Folder, Thing])
NOTE = REGISTRY["Note"]
FOLDER = REGISTRY["Folder"]


def test_entities_go_by_name_and_collection() -> None:
    """The registry iterates in the order of names."""
    assert ["Folder", "Note", "Thing"] == [each.name for each in REGISTRY]
    assert {"folders": FOLDER, "jottings": NOTE, "things": REGISTRY["Thing"]} == dict(REGISTRY.collections)


def test_options_are_read() -> None:
    """Each option of the class is known."""
    assert ("notes", frozenset({"list", "get"}), 3, True, 5, 5, "A short text.") == (
        NOTE.container,
        NOTE.operations,
        NOTE.schema_version,
        NOTE.realtime,
        NOTE.max_limit,
        NOTE.default_limit,
        NOTE.description,
    )
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert f"{Path(__file__).name}:{lines.index('class Note(Entity):') + 1}" == Path(NOTE.source).name


def test_fields_know_their_options() -> None:
    """Wire names, options and what a create must send."""
    assert ["id", "text", "isPublic", "folderId", "writerId", "editedAt"] == list(NOTE.fields)
    assert ["id", "text", "folderId"] == [each.wire for each in NOTE.fields.values() if each.required]
    assert (True, True, utcnow) == (
        NOTE.fields["id"].primary_key,
        NOTE.fields["writerId"].owner,
        NOTE.fields["editedAt"].on_update,
    )


def test_relations_know_their_keys() -> None:
    """A belongs_to has its key here, a has_many in the target."""
    notes, parent = FOLDER.relations["notes"], FOLDER.relations["parent"]
    assert (RelationKind.HAS_MANY, "Note", "folderId", "cascade") == (
        notes.kind,
        notes.target,
        notes.foreign_key,
        notes.on_delete,
    )
    assert (RelationKind.BELONGS_TO, "Folder", "parentId") == (parent.kind, parent.target, parent.foreign_key)


def test_fields_options_and_hooks_are_inherited() -> None:
    """Models and abstract entities give their fields, options and hooks; parents come first."""
    assert ["ownerId", "createdAt", "id", "parentId"] == list(FOLDER.fields)
    assert ["note", "check"] == [each.__name__ for each in FOLDER.hooks["before_create"]]
    assert (10, {Operation.READ: BoundOwner(FieldRef(("ownerId",), Kind.STRING))}) == (FOLDER.max_limit, FOLDER.rules)


def test_rules_are_bound_to_wire_names() -> None:
    """Conditions become filters; what is known of the caller only when asked becomes a parameter."""
    assert {
        Operation.CREATE: AuthenticatedRule(),
        Operation.READ: BoundWhere(
            any_of(
                Compare(FieldRef(("isPublic",), Kind.BOOLEAN), Operator.EQ, True),
                Compare(FieldRef(("writerId",), Kind.STRING), Operator.EQ, Parameter("id")),
            )
        ),
        Operation.UPDATE: AnyOf(
            (BoundOwner(FieldRef(("writerId",), Kind.STRING)), Complement(RolesRule(("guest",))))  # type: ignore[arg-type]  # bound inside
        ),
    } == NOTE.rules
    assert {"text": RolesRule(("editor",))} == NOTE.field_read_rules
    assert {"text": RolesRule(("editor",)), "isPublic": PublicRule()} == NOTE.field_write_rules


def test_indexes_are_bound_to_wire_names() -> None:
    """An index has a name, and a path and a direction for each key."""
    assert (
        IndexModel(
            "by_writer_id_edited_at",
            (
                IndexKey(FieldRef(("writerId",), Kind.STRING)),
                IndexKey(FieldRef(("editedAt",), Kind.STRING), descending=True),
            ),
        ),
        IndexModel("public", (IndexKey(FieldRef(("isPublic",), Kind.BOOLEAN)),)),
    ) == NOTE.indexes
    by_time = REGISTRY["Thing"].indexes[1]
    assert ("inner", "readTime") == by_time.keys[0].field.path


def test_hooks_are_kept_by_moment() -> None:
    """A function with two decorators runs at two moments."""
    assert {"before_create": ["trim"], "after_create": ["tell"], "before_update": ["trim"]} == {
        moment: [each.__name__ for each in functions] for moment, functions in NOTE.hooks.items()
    }


def test_actions_have_typed_parameters_and_a_rule() -> None:
    """What stands behind record and context is the input."""
    share = NOTE.actions["share"]
    assert (RolesRule(("editor",)), "Show it to others.") == (share.rule, share.description)
    assert [("until", TypeName.DATETIME, True, None), ("withAll", TypeName.BOOLEAN, False, False)] == [
        (each.wire, each.type.name, each.required, each.default) for each in share.parameters.values()
    ]


def test_computed_fields_know_what_they_read() -> None:
    """Reads are declared, or found in the code, also through other computed fields."""
    assert {"length": {"text"}, "seen": {"text", "editedAt"}, "sneaky": {"text"}} == {
        name: each.reads for name, each in NOTE.computed.items()
    }


def test_computed_fields_answer_in_wire_form() -> None:
    """The function of a computed field gives JSON data."""
    data = {"id": "a", "text": "hello", "folderId": str(uuid4()), "writerId": "w", "editedAt": "2024-01-31T09:30:00Z"}
    instance = NOTE.codec.parse(data)
    assert 5 == NOTE.computed["length"].function(instance)
    assert "2024-01-31T09:30:00.000000Z" == NOTE.computed["seen"].function(instance)


def test_a_computed_field_sees_only_what_it_declares() -> None:
    """Reading anything else is an error that says what to declare."""
    instance = NOTE.codec.load({"id": "a", "text": "hello"})
    with pytest.raises(AttributeError, match=r'Note\.sneaky reads `is_public`, .*\(reads=\("text", "is_public"\)'):
        NOTE.computed["sneaky"].function(instance)


def test_conditions_desugar_as_filters_do() -> None:
    """Every way to write a condition means what the filter of that name means."""

    class Task(Entity):
        id: str = Field(primary_key=True)
        size: int | None = None
        tags: list[str] = Field(default_factory=list)
        due: datetime | None = None
        authorization = Authorization(
            create=allow.where(this.size.between(1, 2) & this.tags.contains("a")),
            read=allow.where(size=None),
            update=allow.where(this.size.not_in([1]) | ~this.due.is_null()),
            delete=allow.where(this.id == principal.claim("task")),
        )

    rules = build_registry([Task])["Task"].rules
    size, due = FieldRef(("size",), Kind.NUMBER), FieldRef(("due",), Kind.STRING)
    assert BoundWhere(Compare(size, Operator.IS_NULL, True)) == rules[Operation.READ]
    assert (
        BoundWhere(any_of(Not(Compare(size, Operator.IN, (1,))), Not(Compare(due, Operator.IS_NULL, True))))
        == rules[Operation.UPDATE]
    )
    assert (
        BoundWhere(Compare(FieldRef(("id",), Kind.STRING), Operator.EQ, Parameter("claim:task")))
        == rules[Operation.DELETE]
    )


TYPES = {
    "id": TypeName.UUID,
    "text": TypeName.STRING,
    "number": TypeName.INTEGER,
    "longNumber": TypeName.LONG,
    "ratio": TypeName.FLOAT,
    "isGood": TypeName.BOOLEAN,
    "price": TypeName.DECIMAL,
    "otherId": TypeName.UUID,
    "at": TypeName.DATETIME,
    "day": TypeName.DATE,
    "clock": TypeName.TIME,
    "color": TypeName.ENUM,
    "level": TypeName.ENUM,
    "status": TypeName.ENUM,
    "tags": TypeName.LIST,
    "moments": TypeName.LIST,
    "scores": TypeName.MAP,
    "inner": TypeName.OBJECT,
    "inners": TypeName.LIST,
    "byName": TypeName.MAP,
    "counts": TypeName.LIST,
}


def test_every_type_has_its_name() -> None:
    """The annotation says the type."""
    fields = thing().fields
    assert TYPES == {name: field.type.name for name, field in fields.items()}
    assert {"otherId", "at", "day", "clock", "level", "inner"} == {
        name for name, field in fields.items() if field.type.nullable
    }


def test_enums_have_names_of_their_own() -> None:
    """An Enum class keeps its name; a Literal is called after its field."""
    fields = thing().fields
    names = [enum.name for name in ("color", "level", "status") if (enum := fields[name].type.enum) is not None]
    assert ["Color", "Level", "ThingStatus"] == names


def test_constraints_are_json_schema_keywords() -> None:
    """Bounds are told as OpenAPI writes them."""
    fields = thing().fields
    assert (
        {"minLength": 1, "maxLength": 5},
        {"minimum": -5},
        {"maximum": 2**53 - 1},
        {"maxItems": 3},
        {},
    ) == tuple(fields[name].constraints for name in ("text", "number", "longNumber", "tags", "price"))
    assert ("Some words.", 1, "1.10", "red", None) == (
        fields["text"].description,
        fields["number"].default,
        fields["price"].default,
        fields["color"].default,
        fields["at"].default,
    )


@pytest.mark.parametrize(
    ("entity", "collection"),
    [("Post", "posts"), ("BlogPost", "blog-posts"), ("Category", "categories"), ("Person", "people"), ("Bus", "buses")],
)
def test_collections_are_plurals_in_kebab_case(entity: str, collection: str) -> None:
    """`BlogPost` is served at `/blog-posts`."""
    assert collection == collection_of(entity)


def test_build_registry_tells_all_problems() -> None:
    """Classes made in a test are checked like those of a folder."""

    class Bad(Entity):
        id: int = Field(primary_key=True)
        data: bytes

    with pytest.raises(SchemaError) as caught:
        build_registry([Bad])
    assert 2 == len(caught.value.problems)
