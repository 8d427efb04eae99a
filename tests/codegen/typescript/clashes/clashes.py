"""Names that mean something in TypeScript, in the client, or on every object."""

from typing import Literal

from atakora_data import ActionContext, BelongsTo, Entity, Field, HasMany, Model, action, belongs_to, has_many


class Options(Model):
    """A nested model with names of its own kind."""

    default: str = ""
    constructor: str | None = None


class Batch(Entity):
    """The client has a `batch`."""

    id: str = Field(primary_key=True)
    new: str
    function: int = 0
    typeof: Literal["var", "let"] = "let"
    to_string: str = ""
    constructor: str = ""
    options: list[Options] = Field(default_factory=list)
    record_id: str | None = None
    items: list[str] = Field(default_factory=list)

    record: BelongsTo["Record"] = belongs_to("record_id")

    @action
    def list_all(record: "Batch", ctx: ActionContext) -> "Batch":
        """An action beside `list`."""
        return record

    @action
    def all(record: "Batch", ctx: ActionContext) -> "Batch":
        """Collections have an `all`."""
        return record

    @action
    def then(record: "Batch", ctx: ActionContext, input: str = "") -> "Batch":
        """What has a `then` is awaited."""
        return record


class Record(Entity):
    """Also a type of TypeScript's."""

    id: str = Field(primary_key=True)
    items: HasMany["Batch"] = has_many("record_id")


class Page(Entity):
    """Also a type of the client's; only to be read."""

    id: str = Field(primary_key=True)
    operations = {"list", "get"}


class ProblemError(Entity):
    """Also an error of the client's."""

    id: str = Field(primary_key=True)


class Promise(Entity):
    """Every call is one."""

    id: str = Field(primary_key=True)


class Then(Entity):
    """A client with a `then` would be awaited."""

    id: str = Field(primary_key=True)


class Constructor(Entity):
    """Every object has one."""

    id: str = Field(primary_key=True)


class Class(Entity):
    """A reserved word, which a member may be called."""

    id: str = Field(primary_key=True)


class Index(Entity):
    """Also a file of the client's."""

    id: str = Field(primary_key=True)


class APIKey(Entity):
    """Its file is called as that of the next."""

    id: str = Field(primary_key=True)


class ApiKey(Entity):
    """Its file is called as that of the one before."""

    id: str = Field(primary_key=True)
    plural = "other-keys"
