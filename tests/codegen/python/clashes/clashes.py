"""Names that mean something in Python, in pydantic, or in the client."""

import builtins
from typing import Literal

from atakora_data import (
    ActionContext,
    BelongsTo,
    Entity,
    Field,
    HasMany,
    ManyToMany,
    Model,
    Polymorphic,
    action,
    belongs_to,
    has_many,
    many_to_many,
    polymorphic,
)


class Options(Model):
    r'''Ends no text early: """ \ 漢字 and a "word"'''

    str: builtins.str = "x"
    default: Literal["None", "class"] | None = None


class Said(Model):
    """What a link must say."""

    why: builtins.str


class Batch(Entity):
    """ "Quoted", and two lines.

    With a tab:\tand 'quotes'.
    """  # noqa: D210, D301

    id: builtins.str = Field(primary_key=True)
    list: builtins.list[builtins.str] = Field(default_factory=list, description='Says """nothing""" \\')
    int: builtins.int = 0
    rt: builtins.str = ""
    self: builtins.str = ""
    cls: builtins.str = ""
    type: builtins.str = ""
    match: Literal["case", "True"] = "case"
    etag: builtins.str = ""
    items: dict[builtins.str, Options] = Field(default_factory=dict)
    keys: builtins.list[Options] = Field(default_factory=builtins.list)
    get: Options | None = None
    include: builtins.str = ""
    fields: builtins.str = ""
    filter: builtins.str = ""
    record_id: builtins.str | None = None
    holder_id: builtins.str | None = None
    holder_type: Literal["Class", "Record"] | None = None

    record: BelongsTo["Record"] = belongs_to("record_id")
    holder: Polymorphic["Class | Record"] = polymorphic(["Class", "Record"], id="holder_id", type="holder_type")
    none: ManyToMany["Class"] = many_to_many("BatchClasses", through=Said)

    @action
    def all(record: "Batch", ctx: ActionContext) -> "Batch":
        """Collections have an `all`."""
        return record

    @action
    def str(record: "Batch", ctx: ActionContext, int: builtins.int = 0) -> "Batch":
        """A type, and its parameter another."""
        return record

    @action
    def related(record: "Batch", ctx: ActionContext) -> "Batch":
        """Collections have this as well."""
        return record


class Record(Entity):
    """Also a class of the client's."""

    id: str = Field(primary_key=True)
    list: HasMany["Batch"] = has_many("record_id")


class Page(Entity):
    """Also a class of the client's; only to be read."""

    id: str = Field(primary_key=True)
    operations = {"list", "get"}


class ProblemError(Entity):
    """Also an error of the client's."""

    id: str = Field(primary_key=True)


class BatchField(Entity):
    """Also what the client calls the fields of a Batch."""

    id: str = Field(primary_key=True)


class BatchCollection(Entity):
    """Also what the client calls the records of Batch."""

    id: str = Field(primary_key=True)


class BatchNone(Entity):
    """Its collection is called as that of a relation."""

    id: str = Field(primary_key=True)
    shared_id: str | None = None


class Class(Entity):
    """A word of Python, for a member and for a module."""

    id: str = Field(primary_key=True)


class Async(Entity):
    """Another one."""

    id: str = Field(primary_key=True)


class BaseModel(Entity):
    """The parent of every record."""

    id: str = Field(primary_key=True)


class Shared(Entity):
    """Also a module of the client's."""

    id: str = Field(primary_key=True)
    many: HasMany["BatchNone"] = has_many("shared_id")


class SCHEMA(Entity):
    """What the client knows when it runs is called so as well."""

    id: str = Field(primary_key=True)


class Close(Entity):
    """The client has one."""

    id: str = Field(primary_key=True)


class APIKey(Entity):
    """Its module is called as that of the next."""

    id: str = Field(primary_key=True)


class ApiKey(Entity):
    """Its module is called as that of the one before."""

    id: str = Field(primary_key=True)
    plural = "other-keys"


class Many(Entity):
    """So many keys that not every way to set them is a type of its own."""

    id: str = Field(primary_key=True)
    a_id: str
    b_id: str
    c_id: str
    d_id: str
    e_id: str

    a: BelongsTo["Class"] = belongs_to("a_id")
    b: BelongsTo["Class"] = belongs_to("b_id")
    c: BelongsTo["Class"] = belongs_to("c_id")
    d: BelongsTo["Class"] = belongs_to("d_id")
    e: BelongsTo["Class"] = belongs_to("e_id")
