"""What can be written: one class for each thing that an entity may offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from .answers import Affected, Page
from .call import Call, Operation
from .records import Id, Records, at, conditions, of, selection
from .shapes import query_of

R = TypeVar("R")
W = TypeVar("W")
F = TypeVar("F")
I = TypeVar("I")  # noqa: E741 - an include
Input = TypeVar("Input")


class Creating(Records, Generic[R, Input, F, I]):
    """Records that can be created."""

    def create(self, input: Input, *, include: Sequence[I] = (), fields: Sequence[F] | None = None) -> Call[R]:
        """A new record."""
        return self._one("POST", "", include, fields, self._written(input))

    def create_many(
        self, inputs: Sequence[Input], *, include: Sequence[I] = (), fields: Sequence[F] | None = None
    ) -> Call[Sequence[R]]:
        """Several new records, all or none; at most 1,000."""
        path = f"{self._path}{query_of(**selection(include, fields))}"
        page = self._call(Operation("POST", path, body=self._written(inputs)), of(Page, self._record), fields)
        return Call(page.operation, lambda told: page.read(told).items, self._context.transport.send)


class Updating(Records, Generic[R, Input, F, I]):
    """Records that can be changed."""

    def update(
        self,
        id: Id,
        changes: Input,
        *,
        if_match: str | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[R]:
        """Changes what the input names and leaves the rest.

        if_match: the `etag_` that the record must still have; else nothing happens, and the error has the status 412.
        """
        return self._one("PATCH", at(id), include, fields, self._written(changes), if_match=if_match)


class UpdatingMany(Records, Generic[R, W, Input, F, I]):
    """Records that can be changed by a filter."""

    def update_many(
        self,
        filter: W,
        changes: Input,
        *,
        max_affected: int | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[Affected[R]]:
        """The same change to all records that match, all or none; `{}` means every record.

        max_affected: more than this are refused, 100 unless said.
        """
        query = query_of(filter=self._asked(filter), maxAffected=max_affected, **selection(include, fields))
        operation = Operation("PATCH", f"{self._path}{query}", body=self._written(changes))
        return self._call(operation, of(Affected, self._record), fields)


class Replacing(Records, Generic[R, Input, F, I]):
    """Records that can be written as a whole."""

    def replace(
        self,
        id: Id,
        input: Input,
        *,
        if_match: str | None = None,
        if_none: bool = False,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[R]:
        """The whole record, also when there is none yet and you may create it. if_none: only when there is none."""
        conditions = {"if_match": if_match, "if_none": "*" if if_none else None}
        return self._one("PUT", at(id), include, fields, self._written(input), **conditions)


class Deleting(Records, Generic[R, W, F, I]):
    """Records that can be deleted."""

    def delete(self, id: Id, *, if_match: str | None = None) -> Call[None]:
        """Deletes a record. if_match: the `etag_` that it must still have."""
        operation = Operation("DELETE", f"{self._path}{at(id)}", conditions(if_match))
        return self._done(operation)

    def delete_many(
        self,
        filter: W,
        *,
        max_affected: int | None = None,
        include: Sequence[I] = (),
        fields: Sequence[F] | None = None,
    ) -> Call[Affected[R]]:
        """Deletes all records that match, all or none, and gives them as they were; `{}` means every record."""
        query = query_of(filter=self._asked(filter), maxAffected=max_affected, **selection(include, fields))
        return self._call(Operation("DELETE", f"{self._path}{query}"), of(Affected, self._record), fields)
