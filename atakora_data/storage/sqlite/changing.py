"""Carries out single changes inside a transaction, and says what stands against one."""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence

import orjson

from atakora_data.errors import AlreadyExists, NotFound, PreconditionFailed, RequestError, ValidationError
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Absent, Change, Insert, Keep, Record, Remove, Replace, Require, Target
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.documents import Documents
from atakora_data.storage.sqlite.failures import mapped, violated
from atakora_data.storage.sqlite.journal import Journal
from atakora_data.storage.sqlite.scopes import Layout
from atakora_data.storage.sqlite.selects import Selects
from atakora_data.storage.sqlite.shapes import shape_of
from atakora_data.storage.sqlite.state import keep

_ETAG_BYTES = 9


class Changes:
    """The statements that write, for every entity."""

    def __init__(self, connection: sqlite3.Connection, registry: Registry) -> None:
        self._connection = connection
        self._journal = Journal(connection)
        layout = Layout(registry)
        self._statements = {name: _Statements(each) for name, each in layout.documents.items()}
        self._selects = {name: Selects(layout, name, self._number) for name in layout.documents}

    def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them, within the transaction under way; the stored records."""
        if len(changes) == 1 and not _is_journaled(changes[0]):  # a statement undoes itself when it fails
            return [self._carry_out(changes[0])]
        self._connection.execute("SAVEPOINT batch")
        try:
            stored = [self._carry_out(change) for change in changes]
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO batch")
                self._connection.execute("RELEASE batch")
            raise
        self._connection.execute("RELEASE batch")
        return stored

    def _carry_out(self, change: Change) -> Record | None:
        try:
            match change:
                case Insert():
                    return self._journaled(change, self._insert(change))
                case Replace():
                    return self._journaled(change, self._replace(change))
                case Remove():
                    return self._journaled(change, self._remove(change))
                case Require():
                    self._require(change)
                case Absent():
                    self._refuse_any(change)
                case Keep():
                    keep(self._connection, change, time.time())
        except sqlite3.IntegrityError as error:
            raise self._conflict(change, error) from error
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise mapped(error) from error
        return None

    def _journaled(self, change: Insert | Replace | Remove, stored: Record | None) -> Record | None:
        if change.journal is not None:
            self._journal.add(change.target, change.id, change.journal)
        return stored

    def _insert(self, change: Insert) -> Record:
        (entity, tenant), record = change.target, _stamped(change.record)
        self._forget(entity)
        self._connection.execute(
            self._statements[entity].insert,
            (tenant, change.id, record["_etag"], _encoded(record), _encoded(change.metadata), shape_of(record)),
        )
        return record

    def _replace(self, change: Replace) -> Record:
        (entity, tenant), record = change.target, _stamped(change.record)
        self._forget(entity)
        cursor = self._connection.execute(
            self._statements[entity].replace,
            (
                *(record["_etag"], _encoded(record), _encoded(change.metadata), shape_of(record)),
                *(tenant, change.id, change.etag),
            ),
        )
        if not cursor.rowcount:
            raise self._missed(change)
        return record

    def _remove(self, change: Remove) -> Record | None:
        entity, tenant = change.target
        self._forget(entity)
        cursor = self._connection.execute(self._statements[entity].remove, (tenant, change.id, change.etag))
        if not cursor.rowcount:
            raise self._missed(change)
        return None

    def _forget(self, entity: str) -> None:
        """Take away what has expired: it may have an id or a value that is to be had again."""
        statement = self._statements[entity].forget
        if statement is not None:
            self._connection.execute(statement)

    def _require(self, change: Require) -> None:
        if not self._exists(change.target, change.id):
            raise change.refusal

    def _refuse_any(self, change: Absent) -> None:
        entity, tenant = change.target
        if self._connection.execute(*self._selects[entity].any(tenant, change.filter)).fetchone() is not None:
            raise change.refusal

    def _number(self, sql: Sql) -> int:
        [number] = self._connection.execute(*sql).fetchone()
        return int(number)

    def _missed(self, change: Replace | Remove) -> RequestError:
        if self._exists(change.target, change.id):
            return PreconditionFailed(
                f"The {change.target.entity} was changed since it was read.", hint="Read it again."
            )
        return NotFound(f"There is no {change.target.entity} with this id.")

    def _conflict(self, change: Change, error: sqlite3.IntegrityError) -> RequestError:
        if isinstance(change, Insert) and self._exists(change.target, change.id):
            return AlreadyExists(
                f"A {change.target.entity} with this id exists.", hint="Choose another id, or update it."
            )
        return violated(error) or mapped(error)

    def _exists(self, target: Target, id: str) -> bool:
        statement = self._statements[target.entity].exists
        return self._connection.execute(statement, (target.tenant, id)).fetchone() is not None


class _Statements:
    """The texts for one entity."""

    def __init__(self, documents: Documents) -> None:
        entity, table = f"'{documents.entity}'", documents.table
        key = f"entity={entity} AND tenant=? AND id=?"
        self.insert = f"INSERT INTO {table}(entity,tenant,id,etag,body,metadata,shape) VALUES({entity},?,?,?,?,?,?)"
        self.replace = f"UPDATE {table} SET etag=?,body=?,metadata=?,shape=? WHERE {key} AND etag=?"
        self.remove = f"DELETE FROM {table} WHERE {key} AND etag=?"
        self.exists = f"SELECT 1 FROM {table} WHERE {documents.mine('')} AND tenant=? AND id=?"
        self.forget = None if documents.lifetime is None else f"DELETE FROM {table} WHERE {documents.expired}"


def _is_journaled(change: Change) -> bool:
    return isinstance(change, Insert | Replace | Remove) and change.journal is not None


def _stamped(record: Record) -> Record:
    return {**record, "_etag": secrets.token_urlsafe(_ETAG_BYTES)}


def _encoded(data: Record) -> str:
    try:
        return orjson.dumps(data).decode()
    except orjson.JSONEncodeError as error:
        raise ValidationError(f"The record cannot be stored as JSON: {error}.") from error
