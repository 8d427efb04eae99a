"""Checks of `storage`: names that stores keep for themselves, partition keys, and containers that entities share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.fields import Fields
from atakora_data.registry.findings import Findings
from atakora_data.schema.storage import ByEntity, ByHash, ByHierarchy, ById, ByTenant, Storage

KEPT_NAMES: Final = ("entityType", "tenantId", "partitionKey", "ttl")
"""Names in stored documents that a container's partition key or lifetime gives a meaning; no field may have them."""

_LONGEST_CONTAINER: Final = 255
_TENANT: Final = "tenant_id"


class Stored(Protocol):
    """What these checks need of each entity."""

    @property
    def declared(self) -> Declared:
        """The class and its declarations."""

    @property
    def fields(self) -> Fields:
        """Its fields by wire name."""

    @property
    def container(self) -> str:
        """Its container."""

    @property
    def storage(self) -> Storage:
        """What is declared of it."""


def check_storing(findings: Findings, drafts: Sequence[Stored]) -> None:
    """Report what no container could be made of, or what two entities of one container disagree about."""
    for draft in drafts:
        _check_names(findings, draft)
        _check_container(findings, draft)
        _check_hierarchy(findings, draft)
    _check_shared(findings, drafts)


def _check_names(findings: Findings, draft: Stored) -> None:
    for wire in KEPT_NAMES:
        field = draft.fields.get(wire)
        if field is not None:
            findings.refuse(
                draft.declared.cls,
                field.name,
                f"{draft.declared.name}: `{field.name}` is stored as {wire}, which stores keep for themselves.",
                "Give the field another name.",
            )


def _check_container(findings: Findings, draft: Stored) -> None:
    name = draft.container
    if not 1 <= len(name) <= _LONGEST_CONTAINER or any(letter in name for letter in "/\\?#") or name != name.strip():
        _refuse(
            findings,
            draft,
            f"the container name {name[:40]!r} is not possible.",
            "Use 1 to 255 characters without / \\ ? # and without spaces around.",
        )


def _check_hierarchy(findings: Findings, draft: Stored) -> None:
    partition = draft.storage.partition
    if not isinstance(partition, ByHierarchy):
        return
    known = {field.name: field for field in draft.fields.values()}
    for name in partition.fields:
        field = known.get(name)
        if field is None and name != _TENANT:
            hint = perhaps(name, [*known, _TENANT]) or f"The fields are {', '.join(known)}."
            _refuse(findings, draft, f"by_hierarchy names `{name}`, a field that is missing.", hint)
        elif field is not None and not (field.immutable or field.read_only or field.primary_key):
            findings.refuse(
                draft.declared.cls,
                name,
                f"{draft.declared.name}: `{name}` decides where a record is stored, but it can change.",
                f"Declare it so: `{name}: … = Field(immutable=True)`.",
            )
        elif field is not None and not field.type.is_scalar:
            _refuse(findings, draft, f"by_hierarchy names `{name}`, which is no single value.", "Name another field.")
    if len(set(partition.fields)) < len(partition.fields):
        _refuse(findings, draft, "by_hierarchy names a field twice.", "Name each level once.")


def _check_shared(findings: Findings, drafts: Sequence[Stored]) -> None:
    first: dict[str, Stored] = {}
    for draft in drafts:
        other = first.setdefault(draft.container, draft)
        both = f"{other.declared.name} and {draft.declared.name} share the container {draft.container}"
        if _paths(draft) != _paths(other):
            _refuse(findings, draft, f"{both}, but not the partition key.", "Partition both alike, or part them.")
        given = (draft.storage.throughput, other.storage.throughput)
        if None not in given and given[0] != given[1]:
            _refuse(findings, draft, f"{both}, but not the throughput.", "Declare it once.")


def _paths(draft: Stored) -> tuple[str, ...]:
    match draft.storage.partition:
        case ByEntity():
            return ("entityType",)
        case ByTenant():
            return (_TENANT,)
        case ByHash():
            return ("partitionKey",)
        case ById():
            return ("_recordId",)
        case ByHierarchy(fields):
            return fields


def _refuse(findings: Findings, draft: Stored, message: str, remedy: str) -> None:
    options = draft.declared.declarations.options
    attribute = "storage" if "storage" in options else None
    findings.refuse(draft.declared.cls, attribute, f"{draft.declared.name}: {message}", remedy)
