"""Where the documents of one entity lie, and what its fields are called in SQL there."""

from __future__ import annotations

from dataclasses import dataclass

from atakora_data.query.filter import FieldRef, Filter, Kind
from atakora_data.query.page import Order
from atakora_data.registry.entity import EntityModel
from atakora_data.storage.sqlite.compile import Sql, compile_filter, compile_order, expression

ALIAS = "d."
"""What qualifies the columns of the documents in queries."""

_ID = FieldRef(("id",), Kind.STRING)


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of one entity. table: quoted; has_text_id: the column `id` orders as the field `id` does.

    The entity is a literal in every statement, because only then partial indexes apply; names are identifiers.
    """

    entity: str
    table: str
    has_text_id: bool

    @classmethod
    def of(cls, model: EntityModel) -> Documents:
        """Those of this entity: one table a container, shared by the entities that share the container."""
        return cls(model.name, quoted(model.container), model.primary_key.type.kind is Kind.STRING)

    @property
    def mine(self) -> str:
        """The condition that tells this entity from others in its table."""
        return f"{ALIAS}entity='{self.entity}'"

    def field(self, field: FieldRef, alias: str = ALIAS) -> str:
        """The value of a field, without its guard."""
        return self._by_column(expression(field, f"{alias}body"), alias)

    def condition(self, filter: Filter) -> Sql:
        """The condition of a WHERE."""
        text, params = compile_filter(filter, f"{ALIAS}body")
        return Sql(self._by_column(text, ALIAS), params)

    def order(self, order: Order) -> Sql:
        """ORDER BY and what follows; nothing for an empty order."""
        if not order:
            return Sql("", ())
        text, params = compile_order(order, f"{ALIAS}body")
        return Sql(f" ORDER BY {self._by_column(text, ALIAS)}", params)

    def _by_column(self, text: str, alias: str) -> str:
        """The id is a column too, and so every index can end with it."""
        return text.replace(expression(_ID, f"{alias}body"), f"{alias}id") if self.has_text_id else text


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
