"""Refuses queries that would cost too much, before they are validated and before they run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, IntValueNode, OperationDefinitionNode
from msgspec import Struct, field

from atakora_data.api.graphql.measure import LONGEST_INT, Measure, Place, Walk
from atakora_data.api.graphql.pages import pages
from atakora_data.errors import QueryTooExpensive
from atakora_data.registry.registry import Registry


class Limits(Struct, frozen=True):
    """How much one query may ask for.

    characters, tokens: of the text itself. depth: how many fields nest. aliases, root fields: with fragments put in.
    repeats: how often fields stand again under the same name in the same braces. complexity: as `measure.py` says;
    by_role: what callers with a role may ask for instead, the most of what their roles have.
    """

    max_characters: int = 100_000
    max_tokens: int = 2_000
    max_depth: int = 15
    max_introspection_depth: int = 20
    max_aliases: int = 50
    max_root_fields: int = 20
    max_repeats: int = 50
    max_fragments: int = 100
    max_complexity: int = 50_000
    max_complexity_by_role: Mapping[str, int] = field(default_factory=dict)

    def complexity_of(self, roles: frozenset[str]) -> int:
        """How complex a query of a caller with these roles may be."""
        if not self.max_complexity_by_role:
            return self.max_complexity
        known = [most for role, most in self.max_complexity_by_role.items() if role in roles]
        return max(known, default=self.max_complexity)


class Meter:
    """Measures documents against the limits."""

    def __init__(self, schema: GraphQLSchema, registry: Registry, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._pages = pages(registry)

    def check(self, document: DocumentNode, variables: Mapping[str, Any], roles: frozenset[str]) -> int:
        """The complexity of the document; QueryTooExpensive names the limit it exceeds. It need not be valid.

        roles: those of the caller. InvalidLimit: a page is larger than its entity allows.
        """
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        _refuse_above(self._limits.max_fragments, len(fragments), "has {} fragments", "max_fragments")
        complexity = 0
        walk = Walk(self._schema, self._pages, fragments, self._deepest())
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                walk.start({**_defaults(each), **variables})
                kind = self._schema.get_root_type(each.operation)
                complexity = max(complexity, self._compare(walk.measure(each.selection_set, Place(kind)), walk, roles))
        for name in fragments:
            complexity = max(complexity, self._compare(walk.fragment(name, Place(None)), walk, roles))
        return complexity

    def check_complexity(self, complexity: int, roles: frozenset[str]) -> None:
        """Raise QueryTooExpensive when a caller with these roles may not ask for so much."""
        _refuse_above(self._limits.complexity_of(roles), complexity, "has a complexity of {}", "max_complexity")

    def _deepest(self) -> int:
        """How many braces may nest, fragments included: far above what any allowed depth needs."""
        return 2 * max(self._limits.max_depth, self._limits.max_introspection_depth)

    def _compare(self, found: Measure, walk: Walk, roles: frozenset[str]) -> int:
        limits = self._limits
        introspection = limits.max_introspection_depth
        _refuse_above(limits.max_repeats, walk.repeats, "repeats {} fields", "max_repeats")
        _refuse_above(limits.max_depth, found.depth, "nests {} fields deep", "max_depth")
        _refuse_above(introspection, found.introspection_depth, "nests {} fields deep", "max_introspection_depth")
        _refuse_above(limits.max_root_fields, found.fields, "has {} fields at its root", "max_root_fields")
        _refuse_above(limits.max_aliases, found.aliases, "has {} aliases", "max_aliases")
        self.check_complexity(found.complexity, roles)
        return found.complexity


def _refuse_above(limit: int, found: int, says: str, name: str) -> None:
    if found > limit:
        amount = str(found) if found < _LARGEST_SHOWN else "more than 10^12"
        raise QueryTooExpensive(
            f"The query {says.format(amount)}; the limit is {limit} ({name}).",
            hint="Ask for less at once, with smaller pages or in several requests.",
        )


_LARGEST_SHOWN = 10**12


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The default values of variables that are whole numbers: only those can be limits."""
    return {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode) and len(each.default_value.value) < LONGEST_INT
    }
