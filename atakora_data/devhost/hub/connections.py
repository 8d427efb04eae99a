"""Who is connected, found by connection, session and group."""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.devhost.hub.connection import Connection


class Connections:
    """All connections of one hub."""

    def __init__(self) -> None:
        self._by_id: dict[str, Connection] = {}
        self._by_session: dict[str, dict[str, Connection]] = {}
        self._by_group: dict[str, dict[str, Connection]] = {}
        self._groups_of_sessions: dict[str, set[str]] = {}

    def add(self, connection: Connection) -> None:
        """From now on it gets messages, also those of the groups that its session is in."""
        self._by_id[connection.id] = connection
        self._by_session.setdefault(connection.session, {})[connection.id] = connection
        for group in self._groups_of_sessions.get(connection.session, ()):
            self.join(connection, group)

    def remove(self, connection: Connection) -> None:
        """Forget it."""
        self._by_id.pop(connection.id, None)
        _leave(self._by_session, connection.session, connection)
        for group in tuple(connection.groups):
            self.leave(connection, group)

    def all(self) -> tuple[Connection, ...]:
        """Everybody."""
        return tuple(self._by_id.values())

    def connection(self, id: str) -> Connection | None:
        """The connection with this id."""
        return self._by_id.get(id)

    def of_session(self, session: str) -> tuple[Connection, ...]:
        """Those of one session: one, or more while a client comes back."""
        return tuple(self._by_session.get(session, {}).values())

    def of_group(self, group: str) -> tuple[Connection, ...]:
        """The members of a group."""
        return tuple(self._by_group.get(group, {}).values())

    def join(self, connection: Connection, group: str) -> None:
        """Put it into the group."""
        connection.groups.add(group)
        self._by_group.setdefault(group, {})[connection.id] = connection

    def leave(self, connection: Connection, group: str) -> None:
        """Take it out of the group."""
        connection.groups.discard(group)
        _leave(self._by_group, group, connection)

    def session_joins(self, session: str, group: str) -> None:
        """Put the connections of a session into the group, those to come as well."""
        self._groups_of_sessions.setdefault(session, set()).add(group)
        for each in self.of_session(session):
            self.join(each, group)

    def session_leaves(self, session: str, group: str) -> None:
        """Take a session out of the group."""
        groups = self._groups_of_sessions.get(session, set())
        groups.discard(group)
        if not groups:
            self._groups_of_sessions.pop(session, None)
        for each in self.of_session(session):
            self.leave(each, group)

    def groups_of(self, session: str) -> Iterable[str]:
        """The groups that a session was put into."""
        return tuple(self._groups_of_sessions.get(session, ()))

    def is_in(self, session: str, group: str) -> bool:
        """Whether the session was put into the group."""
        return group in self._groups_of_sessions.get(session, ())


def _leave(index: dict[str, dict[str, Connection]], key: str, connection: Connection) -> None:
    members = index.get(key, {})
    members.pop(connection.id, None)
    if not members:
        index.pop(key, None)
