"""The rules of an entity, bound to its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.errors import perhaps
from atakora_data.registry.binding import Binder
from atakora_data.registry.conditions import Unbindable
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import BoundRule, Operation
from atakora_data.registry.findings import Findings, place
from atakora_data.registry.graph import Graph
from atakora_data.schema.rules import Authorization, FieldRules, Rule


class RuleReader:
    """Reads the rules of one entity."""

    def __init__(self, findings: Findings, graph: Graph, declared: Declared) -> None:
        self._findings = findings
        self._declared = declared
        self._binder = Binder(graph, declared.name)
        self._fields = self._binder.fields
        self._authorization = self._declared_authorization()
        self._field_rules = self._read_field_rules()

    def rules(self) -> dict[Operation, BoundRule]:
        """The rule of each operation that has one."""
        declared = {operation: getattr(self._authorization, operation.value) for operation in Operation}
        return {
            operation: self.bound("authorization", rule) for operation, rule in declared.items() if rule is not None
        }

    def field_rules(self, side: str) -> dict[str, BoundRule]:
        """The rules for reading (`read`) or writing (`write`) single fields, by wire name."""
        return {
            self._fields[name].wire: self.bound("authorization", rule)
            for name, rules in self._field_rules.items()
            if (rule := getattr(rules, side)) is not None
        }

    def bound(self, attribute: str, rule: Rule) -> BoundRule:
        """The rule bound; what cannot be is reported at the attribute."""

        def report(error: Unbindable) -> None:
            self._findings.refuse(self._declared.cls, attribute, error.message, error.remedy)

        return self._binder.bind(rule, report)

    def _declared_authorization(self) -> Authorization:
        found = self._declared.option("authorization", None)
        if found is None:
            self._findings.warn(
                place(self._declared.cls),
                f"{self._declared.name} has no authorization: nobody may do anything with it.",
                "Add `authorization = Authorization(read=allow.authenticated(), …)`.",
            )
            return Authorization()
        if not isinstance(found, Authorization):
            self._refuse("is not an Authorization.", "Write `authorization = Authorization(read=…, …)`.")
            return Authorization()
        return self._checked(found)

    def _checked(self, found: Authorization) -> Authorization:
        wrong = [each for each in Operation if not _is_rule_or_none(getattr(found, each.value))]
        for operation in wrong:
            self._refuse(f"has no rule as `{operation}`.", "Use what `allow` offers, such as allow.authenticated().")
        return Authorization(fields=found.fields) if wrong else found

    def _read_field_rules(self) -> dict[str, FieldRules]:
        found: dict[str, FieldRules] = {}
        fields: Mapping[str, Any] = self._authorization.fields
        for name, rules in fields.items():
            both = rules if isinstance(rules, FieldRules) else FieldRules(read=rules, write=rules)
            if self._is_fit(name, both):
                found[name] = both
        return found

    def _is_fit(self, name: str, rules: FieldRules) -> bool:
        if name not in self._fields:
            self._refuse(
                f"has a rule for `{name}`, a field that is missing.",
                perhaps(name, self._fields) or f"The fields are {', '.join(self._fields)}.",
            )
            return False
        if not (_is_rule_or_none(rules.read) and _is_rule_or_none(rules.write)):
            self._refuse(f"has no rule for `{name}`.", "Use what `allow` offers, or FieldRules(read=…, write=…).")
            return False
        if self._fields[name].primary_key and rules.read is not None:
            self._refuse("hides the id, by which every record is known.", "Leave out its read rule.")
            return False
        return True

    def _refuse(self, message: str, remedy: str) -> None:
        self._findings.refuse(
            self._declared.cls, "authorization", f"{self._declared.name}: authorization {message}", remedy
        )


def _is_rule_or_none(value: Any) -> bool:
    return value is None or isinstance(value, Rule)
