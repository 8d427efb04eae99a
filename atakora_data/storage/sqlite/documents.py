"""Where the documents of one entity lie, and what its fields are called in SQL there."""

from __future__ import annotations

from dataclasses import dataclass

from atakora_data.query.filter import FieldRef, Kind
from atakora_data.registry.entity import EntityModel
from atakora_data.storage.port import ID
from atakora_data.storage.sqlite.compile import expression


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of one entity. table: quoted; has_text_id: the column `id` orders as the field `id` does.

    The entity is a literal in every statement, because only then partial indexes apply; names are identifiers.
    An alias is what qualifies the columns, with its dot.
    """

    entity: str
    table: str
    has_text_id: bool

    @classmethod
    def of(cls, model: EntityModel) -> Documents:
        """Those of this entity: one table a container, shared by the entities that share the container."""
        return cls(model.name, quoted(model.container), model.primary_key.type.kind is Kind.STRING)

    def mine(self, alias: str) -> str:
        """The condition that tells this entity from others in its table."""
        return f"{alias}entity='{self.entity}'"

    def source(self, name: str = "d") -> str:
        """FROM and WHERE for the records under this name, with the tenant as the next parameter."""
        return f"FROM {self.table} AS {name} WHERE {self.mine(f'{name}.')} AND {name}.tenant=?"

    def field(self, field: FieldRef, alias: str) -> str:
        """The value of a field, without its guard."""
        return self.by_column(expression(field, f"{alias}body"), alias)

    def by_column(self, text: str, alias: str) -> str:
        """The id is a column too, and so every index can end with it."""
        return text.replace(expression(ID, f"{alias}body"), f"{alias}id") if self.has_text_id else text


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
