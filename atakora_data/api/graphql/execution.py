"""Runs one GraphQL request: read the document, load what it asks for, assemble the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from graphql import ExecutionResult, Executor, OperationType, execute_root_selection_set

from atakora_data.api.graphql.documents import Document, Documents, InvalidDocument
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.loading import Loader, Plan
from atakora_data.api.graphql.problems import document_error, field_error
from atakora_data.api.graphql.resolvers import pick
from atakora_data.api.graphql.schema import build_schema
from atakora_data.errors import MethodNotAllowed
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

_MAX_COERCION_ERRORS = 10


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked: the text, which of its operations, and the values of its variables."""

    query: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class Answer(NamedTuple):
    """A GraphQL response. is_refused: it has no data, because nothing was run."""

    body: dict[str, Any]
    is_refused: bool = False


class Engine:
    """Answers GraphQL requests for one registry."""

    def __init__(self, registry: Registry, service: EntityService, limits: Limits, *, introspection: bool) -> None:
        self._schema = build_schema(registry)
        self._documents = Documents(self._schema, registry, limits, introspection=introspection)
        self._loader = Loader(registry, service, self._schema)
        self._introspection = introspection

    async def run(self, operation: Operation, context: RequestContext, *, only_queries: bool = False) -> Answer:
        """The answer to the request; RequestError when it is refused for another reason than its GraphQL."""
        try:
            document = self._documents.read(operation.query, operation.variables)
            if document.kind(operation.name) is not OperationType.QUERY and only_queries:
                raise MethodNotAllowed("GET", "/graphql with a mutation", ["POST"])
            executor = self._executor(document, operation)
        except InvalidDocument as error:
            return Answer({"errors": [document_error(each, context) for each in error.errors]}, is_refused=True)
        executor.root_value = await self._loader.load(executor, self._plan(document, executor), context)
        return Answer(_told(_assemble(executor), context))

    def _executor(self, document: Document, operation: Operation) -> Executor[Any]:
        made = Executor.build(
            self._schema,
            document.node,
            raw_variable_values=dict(operation.variables),
            operation_name=operation.name,
            field_resolver=pick,
            max_coercion_errors=_MAX_COERCION_ERRORS,
            is_awaitable=_never,
            hide_suggestions=not self._introspection,
        )
        if isinstance(made, list):
            raise InvalidDocument(made)
        return made

    def _plan(self, document: Document, executor: Executor[Any]) -> Plan:
        """What to load, worked out once for a document whose variables cannot change it."""
        if document.fixed is None:
            return self._loader.plan(executor)
        name = executor.operation.name.value if executor.operation.name else None
        found = document.fixed.get(name)
        if found is None:
            found = document.fixed[name] = self._loader.plan(executor)
        return found


def _assemble(executor: Executor[Any]) -> ExecutionResult:
    """The answer out of what was loaded, by graphql-core; nothing is awaited, since resolvers only pick."""
    result = execute_root_selection_set(executor)
    if not isinstance(result, ExecutionResult):
        raise TypeError("A resolver was not synchronous.")
    return result


def _told(result: ExecutionResult, context: RequestContext) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    return {"errors": [field_error(each, context) for each in result.errors], "data": result.data}


def _never(_value: object) -> TypeGuard[Awaitable[Any]]:
    """Nothing a resolver gives has to be awaited: everything was loaded before."""
    return False
