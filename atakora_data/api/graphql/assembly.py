"""Compiles a selection to a function that puts the answer together from what was loaded.

It does only what goes right: no errors, no nulls where there must be none, no introspection. For everything else it
raises Irregular, and graphql-core assembles the answer, which knows how errors travel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_scalar_type,
    is_union_type,
)
from msgspec import Struct

from atakora_data.api.graphql.collection import Collector, Parent
from atakora_data.api.graphql.pages import Pages
from atakora_data.api.graphql.selection import relation_key
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import THROUGH

Complete: TypeAlias = Callable[[Any], Any]
"""Makes what is answered of a value that is not null."""


class Irregular(Exception):
    """This answer is not to be assembled by a compiled function."""


class _Step(NamedTuple):
    """One field of the answer: where its value stands, whether it may be null, what is made of it."""

    key: str
    source: str
    is_required: bool
    complete: Complete | None


class Compiler(Struct, frozen=True):
    """Compiles the selections of one operation."""

    registry: Registry
    collector: Collector
    pages: Pages

    def results(self, root: GraphQLObjectType, operation: Parent) -> Complete:
        """From what the root fields gave, by response key, to the data of the answer."""
        fields = self.collector.collect([operation])
        if any(found[0].name.value.startswith("__") for found in fields.values()):
            raise Irregular
        return _object([self._step(root, key, key, found) for key, found in fields.items()])

    def _below(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode], view: str) -> Complete:
        """From a record, page or nested object to what is selected of it."""
        entity = self.registry.entities.get(kind.name)
        offered = entity.relations if entity is not None else {}
        steps: list[_Step] = []
        constants: dict[str, str] = {}
        for key, found in self.collector.collect(nodes, kind.name).items():
            name = found[0].name.value
            if name == "__typename":
                constants[key] = kind.name
            source = relation_key(key, view) if name in offered else self.pages.source(kind.name, name)
            steps.append(self._step(kind, key, source, found, view))
        made = _object_with(steps, constants) if constants else _object(steps)
        return _edge(made) if self.pages.has_edge(kind.name) else made

    def _step(
        self, kind: GraphQLObjectType, key: str, source: str, nodes: Sequence[FieldNode], view: str = ""
    ) -> _Step:
        name = nodes[0].name.value
        if name == "__typename":
            return _Step(key, name, is_required=False, complete=None)
        output = kind.fields[name].type
        complete = self._complete(output, nodes, self.pages.view(kind.name, name, key, view))
        entity = self.registry.entities.get(kind.name)
        if complete is None and entity is not None and name in entity.computed:
            complete = _checked(output)
        return _Step(key, source, is_non_null_type(output), complete)

    def _complete(self, output: GraphQLOutputType, nodes: Sequence[FieldNode], view: str) -> Complete | None:
        """What is to be done with a value of this type; None when it is answered as it is."""
        kind = output.of_type if is_non_null_type(output) else output
        if is_list_type(kind):
            inner = self._complete(kind.of_type, nodes, view)
            return None if inner is None else _list(inner)
        if is_union_type(kind):
            return _by_type({each.name: self._below(each, nodes, "") for each in kind.types})
        return self._below(kind, nodes, view) if is_object_type(kind) else None


def _object(steps: Sequence[_Step]) -> Complete:
    def assemble(source: Mapping[str, Any]) -> dict[str, Any]:
        answer = {}
        for key, name, is_required, complete in steps:
            value = source.get(name)
            if value is None:
                if is_required:
                    raise Irregular
            elif complete is not None:
                value = complete(value)
            answer[key] = value
        return answer

    return assemble


def _object_with(steps: Sequence[_Step], constants: Mapping[str, str]) -> Complete:
    assemble_others = _object(steps)

    def assemble(source: Mapping[str, Any]) -> dict[str, Any]:
        return {**assemble_others(source), **constants}

    return assemble


def _edge(assemble: Complete) -> Complete:
    """An edge is an item: it shows the record as its node, and beside it the fields of the link."""
    return lambda item: assemble({**item.get(THROUGH, {}), "node": item})


def _by_type(complete: Mapping[str, Complete]) -> Complete:
    return lambda record: complete[record["_type"]](record)


def _list(complete: Complete) -> Complete:
    def assemble(values: Sequence[Any]) -> list[Any]:
        if None in values:
            raise Irregular
        return [complete(each) for each in values]

    return assemble


def _checked(output: GraphQLOutputType) -> Complete | None:
    """The check of a computed scalar: nothing has judged it before, as stored fields were when they were written."""
    kind = output.of_type if is_non_null_type(output) else output
    if not is_scalar_type(kind):
        return None
    scalar: GraphQLScalarType = kind

    def check(value: Any) -> Any:
        try:
            return scalar.coerce_output_value(value)
        except Exception as error:
            raise Irregular from error

    return check
