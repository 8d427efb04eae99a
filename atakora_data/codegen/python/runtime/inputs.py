"""What inputs and filters say of relations."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from typing_extensions import TypedDict

from .records import Id

T = TypeVar("T")


class Create(TypedDict, Generic[T]):
    """Of a relation to one record: a new one."""

    create: T


class Connect(TypedDict, Generic[T]):
    """One that is there already."""

    connect: T


class Disconnect(TypedDict):
    """None from now on."""

    disconnect: Literal[True]


class Exactly(TypedDict, Generic[T]):
    """Of a relation to many records: exactly these from now on."""

    set: list[T]


class Reference(TypedDict):
    """A record that is there already."""

    id: Id


class Several(TypedDict, Generic[T], total=False):
    """A filter on many related records: of those that you may read, some, every one or none match."""

    some: T
    every: T
    none: T
