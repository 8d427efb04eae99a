"""Where the documents of one entity lie, and what its fields are called in SQL there."""

from __future__ import annotations

from msgspec import Struct

from atakora_data.query.filter import FieldRef, Kind
from atakora_data.registry.entity import EntityModel
from atakora_data.storage.port import ID
from atakora_data.storage.sqlite.compile import expression


class Documents(Struct, frozen=True):
    """The documents of one entity. table: quoted; has_text_id: the column `id` orders as the field `id` does.
    lifetime: for how many seconds after its last change a record is there; None for ever.

    The entity is a literal in every statement, because only then partial indexes apply; names are identifiers.
    An alias is what qualifies the columns, with its dot.
    """

    entity: str
    table: str
    has_text_id: bool
    lifetime: int | None = None

    @classmethod
    def of(cls, model: EntityModel) -> Documents:
        """Those of this entity: one table a container, shared by the entities that share the container."""
        has_text_id = model.primary_key.type.kind is Kind.STRING
        return cls(model.name, quoted(model.container), has_text_id, model.storage.ttl)

    def mine(self, alias: str) -> str:
        """The condition that tells the records of this entity from others in its table, and from expired ones.

        The plus keeps the index over the times out of it: nearly all records have not expired.
        """
        condition = f"{alias}entity='{self.entity}'"
        return condition if self.lifetime is None else f"{condition} AND +{changed_at(alias)}>{self._oldest}"

    @property
    def expired(self) -> str:
        """The condition of records that are no longer there. They are few, so the index over times is sought."""
        return f"entity='{self.entity}' AND likelihood({changed_at('')}<={self._oldest},0.000001)"

    def source(self, name: str = "d") -> str:
        """FROM and WHERE for the records under this name, with the tenant as the next parameter."""
        return f"FROM {self.table} AS {name} WHERE {self.mine(f'{name}.')} AND {name}.tenant=?"

    def field(self, field: FieldRef, alias: str) -> str:
        """The value of a field, without its guard."""
        return self.by_column(expression(field, f"{alias}body"), alias)

    @property
    def _oldest(self) -> str:
        """Times are text; whole seconds, so that a record never lives too short."""
        return f"strftime('%Y-%m-%dT%H:%M:%S','now','-{self.lifetime} seconds')"

    def by_column(self, text: str, alias: str) -> str:
        """The id is a column too, and so every index can end with it."""
        return text.replace(expression(ID, f"{alias}body"), f"{alias}id") if self.has_text_id else text


def changed_at(alias: str) -> str:
    """When a record was changed last."""
    return f"json_extract({alias}metadata,'$.updatedAt')"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
