"""Makes the entity that keeps the changes of another: `PostAudit` of `Post`, where `audit` says who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from atakora_data.registry.declared import declared_by
from atakora_data.registry.findings import Findings
from atakora_data.schema.audit import AuditEntry
from atakora_data.schema.entity import Entity
from atakora_data.schema.indexes import Index
from atakora_data.schema.model import SchemaMeta
from atakora_data.schema.rules import Authorization, Rule

_SUFFIX: Final = "Audit"


def trail_of(cls: type[Entity]) -> str:
    """The name of the entity that keeps the changes of this one; "" for none."""
    return f"{cls.__name__}{_SUFFIX}" if isinstance(declared_by(cls).option("audit", None), Rule) else ""


def make_trails(findings: Findings, entities: Iterable[type[Entity]]) -> Iterator[type[Entity]]:
    """The further entity of each that declares `audit`."""
    for cls in entities:
        rule = declared_by(cls).option("audit", None)
        if isinstance(rule, Rule):
            yield _trail(cls, rule)
        elif rule is not None:
            said = f"audit is {rule!r}, which is no rule."
            findings.refuse(cls, "audit", said, 'Say who may read it: `audit = allow.role("auditor")`.')


def _trail(cls: type[Entity], rule: Rule) -> type[Entity]:
    name = f"{cls.__name__}{_SUFFIX}"
    namespace = {
        "__module__": cls.__module__,
        "__qualname__": name,
        "__doc__": f"Who changed which {cls.__name__}, when, and by which rule.",
        "__pydantic_parent_namespace__": None,
        "authorization": Authorization(read=rule),
        "indexes": [Index("record_id", "-at"), Index("by", "-at")],
    }
    made: Any = SchemaMeta(name, (AuditEntry,), namespace)
    found: type[Entity] = made
    return found
