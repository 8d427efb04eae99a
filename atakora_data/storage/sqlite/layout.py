"""Brings a database file into the form that this version and this registry need; what is stored stays."""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson

from atakora_data.errors import Problem, SchemaError, SettingsError
from atakora_data.registry.entity import EntityModel, FieldModel
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.documents import Documents, quoted
from atakora_data.storage.sqlite.indexes import PREFIX, IndexDefinition, index_definitions
from atakora_data.storage.sqlite.journal import JOURNAL, TABLE
from atakora_data.storage.sqlite.state import STATE, TABLES
from atakora_data.storage.sqlite.statistics import look

VERSION = 3
"""The layout of tables and columns that this version reads and writes."""

APPLICATION = 0x41544B44
"""Marks the file as ours ("ATKD"), so that the database of another program is never touched."""

_COLUMNS = (
    "entity TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL, etag TEXT NOT NULL, "
    "body TEXT NOT NULL, metadata TEXT NOT NULL, shape TEXT, UNIQUE (entity, tenant, id)"
)
_SINCE_VERSION_1 = "shape TEXT"
"""What older tables lack. Since version 2 there is the journal."""


def prepare(connection: sqlite3.Connection, registry: Registry) -> None:
    """Create what is missing and drop the indexes nobody declares any more, all or nothing.

    SettingsError: the file belongs to a newer version or another program. SchemaError: a unique field is not.
    """
    definitions = {each.name: each for model in registry for each in index_definitions(registry, model)}
    tables = {model.container for model in registry}
    if not _is_current(connection, tables, set(definitions)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            _bring_up(connection, tables, definitions)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _is_current(connection: sqlite3.Connection, tables: set[str], indexes: set[str]) -> bool:
    """Whether nothing is to be done, read at one moment: another process may be making the file right now."""
    connection.execute("BEGIN")
    try:
        return _judge(connection, tables, indexes)
    finally:
        connection.execute("ROLLBACK")


def _judge(connection: sqlite3.Connection, tables: set[str], indexes: set[str]) -> bool:
    application, version = _number(connection, "application_id"), _number(connection, "user_version")
    existing = _names(connection, "table")
    if application != APPLICATION and (application or existing):
        raise SettingsError(
            "The file is the database of another program. Name another one in ATAKORA_DATA; it is made when absent."
        )
    if version > VERSION:
        raise SettingsError(
            f"The database was written by a newer version (layout {version}, this one knows {VERSION}). "
            "Upgrade atakora-data, or name another file in ATAKORA_DATA."
        )
    return version == VERSION and {*tables, JOURNAL, STATE} <= existing and indexes == _own_indexes(connection)


def _bring_up(connection: sqlite3.Connection, tables: set[str], definitions: dict[str, IndexDefinition]) -> None:
    if _number(connection, "user_version") == 1:
        for table in sorted(each for each in _names(connection, "table") if not each.startswith("sqlite_")):
            connection.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {_SINCE_VERSION_1}")
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    for table in sorted(tables):
        connection.execute(f"CREATE TABLE IF NOT EXISTS {quoted(table)} ({_COLUMNS})")
    connection.execute(TABLE)
    for statement in TABLES:
        connection.execute(statement)
    for model in {each.model.name: each.model for each in definitions.values()}.values():
        if model.storage.ttl is not None:  # what has expired may have values that are to be unique from now on
            documents = Documents.of(model)
            connection.execute(f"DELETE FROM {documents.table} WHERE {documents.expired}")
    for stale in _own_indexes(connection) - set(definitions):
        connection.execute(f"DROP INDEX {quoted(stale)}")
    problems = [problem for each in definitions.values() for problem in _create(connection, each)]
    if problems:
        raise SchemaError(problems)
    look(connection)


def _create(connection: sqlite3.Connection, definition: IndexDefinition) -> Iterable[Problem]:
    try:
        connection.execute(definition.create)
    except sqlite3.IntegrityError:
        if not definition.unique:
            raise
        yield _not_unique(connection, definition.model, definition.unique)


def _not_unique(connection: sqlite3.Connection, model: EntityModel, fields: tuple[FieldModel, ...]) -> Problem:
    documents = Documents.of(model)
    values = [documents.field(field.ref(), "") for field in fields]
    present = " AND ".join(f"{value} IS NOT NULL" for value in values)
    *examples, ids, count = connection.execute(
        f"SELECT {','.join(values)}, json_group_array(id), count(*) FROM {documents.table} WHERE entity='{model.name}' "
        f"AND {present} GROUP BY tenant, {','.join(values)} HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    shown = "the same value" if any(field.sensitive for field in fields) else " and ".join(map(_shown, examples))
    names = " with ".join(field.wire for field in fields)
    return Problem(
        model.source or model.name,
        f"{model.name}.{names} is to be unique, but {count} stored records have {shown}: "
        f"{', '.join(orjson.loads(ids)[:2])}.",
        "Change the records first, or remove "
        + ("unique=True." if len(fields) == 1 else "the many_to_many over them."),
    )


def _shown(value: object) -> str:
    return repr(_text(value))


def _text(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else value


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _own_indexes(connection: sqlite3.Connection) -> set[str]:
    return {name for name in _names(connection, "index") if name.startswith(PREFIX)}


def _names(connection: sqlite3.Connection, kind: str) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type=?", (kind,))
    return {str(_text(name)) for (name,) in rows}
