"""Runs one GraphQL request: read the document, plan it, load what it asks for, assemble the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping
from typing import Any, NamedTuple, NoReturn, TypeGuard

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, execute
from graphql.execution.values import VariableValues
from msgspec import Struct, field

from atakora_data.api.graphql.assembly import Irregular
from atakora_data.api.graphql.collection import Collector
from atakora_data.api.graphql.documents import Document, Documents, InvalidDocument
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.loading import Results, load
from atakora_data.api.graphql.planning import Plan, Planner
from atakora_data.api.graphql.problems import document_error, field_error
from atakora_data.api.graphql.resolvers import pick
from atakora_data.api.graphql.schema import build_schema, unions
from atakora_data.api.graphql.variables import Variables
from atakora_data.errors import MethodNotAllowed
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

_QUERIES = frozenset({OperationType.QUERY})
_ANSWERED = frozenset({OperationType.QUERY, OperationType.MUTATION})

_REGISTER = "Subscriptions are not answered here. Register it: POST /api/realtime/subscriptions."


class Operation(Struct, frozen=True):
    """What is asked: the text, which of its operations, and the values of its variables."""

    query: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class Answer(NamedTuple):
    """A GraphQL response. is_refused: it has no data, because nothing was run."""

    body: dict[str, Any]
    is_refused: bool = False


class Prepared(NamedTuple):
    """An operation that may run: what to load, and with which values."""

    asked: Operation
    document: Document
    operation: OperationDefinitionNode
    variables: VariableValues
    plan: Plan


class Engine:
    """Answers GraphQL requests for one registry."""

    def __init__(self, registry: Registry, service: EntityService, limits: Limits, *, introspection: bool) -> None:
        self._schema = build_schema(registry)
        self._documents = Documents(self._schema, registry, limits, introspection=introspection)
        self._unions = unions(self._schema)
        self._planner = Planner(registry, service, self._schema)
        self._introspection = introspection

    async def run(
        self,
        asked: Operation,
        context: RequestContext,
        *,
        only_queries: bool = False,
        on_query: Callable[[], object] | None = None,
    ) -> Answer:
        """The answer to the request; RequestError when it is refused for another reason than its GraphQL.

        on_query: called before anything is loaded, if nothing can be written.
        """
        try:
            prepared = self.prepare(asked, _QUERIES if only_queries else _ANSWERED, context)
        except InvalidDocument as error:
            return Answer({"errors": [document_error(each, context) for each in error.errors]}, is_refused=True)
        if on_query is not None and prepared.operation.operation is OperationType.QUERY:
            on_query()
        results = await load(prepared.plan, prepared.variables, context)
        return Answer(self.answer(prepared, results, context))

    def prepare(self, asked: Operation, kinds: Container[OperationType], context: RequestContext) -> Prepared:
        """The operation, ready to run for the caller in the context. kinds: which are taken here.

        InvalidDocument: it is not valid. MethodNotAllowed: only queries are taken. QueryTooExpensive: it asks too much.
        """
        document = self._documents.read(asked.query, asked.variables, context.principal.roles)
        operation = document.operation(asked.name)
        if operation.operation not in kinds:
            _refuse(operation, kinds)
        variables = self._variables(document, operation, asked)
        return Prepared(asked, document, operation, variables, self._plan(document, operation, variables))

    def answer(self, prepared: Prepared, results: Results, context: RequestContext) -> dict[str, Any]:
        """The response, put together from what was loaded."""
        return _assemble(prepared.plan, results) or self._execute(prepared.document, prepared.asked, results, context)

    def _variables(self, document: Document, operation: OperationDefinitionNode, asked: Operation) -> VariableValues:
        """The values of the operation's variables; InvalidDocument when they do not fit their types."""
        name = operation.name.value if operation.name else None
        variables = document.variables.get(name)
        if variables is None:
            variables = Variables(self._schema, operation, hide_suggestions=not self._introspection)
            document.variables[name] = variables
        found = variables.values(asked.variables)
        if isinstance(found, list):
            raise InvalidDocument(found)
        return found

    def _plan(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Plan:
        """What to load, worked out once for a document whose variables cannot change it."""
        collector = Collector(document.fragments, variables, self._unions)
        if document.fixed is None:
            return self._planner.plan(operation, collector)
        name = operation.name.value if operation.name else None
        found: Plan | None = document.fixed.get(name)
        if found is None:
            found = document.fixed[name] = self._planner.plan(operation, collector)
        return found

    def _execute(
        self, document: Document, asked: Operation, results: Results, context: RequestContext
    ) -> dict[str, Any]:
        """The answer by graphql-core, which knows how errors and nulls travel; nothing is awaited or loaded."""
        result = execute(
            self._schema,
            document.node,
            root_value=results,
            variable_values=dict(asked.variables),
            operation_name=asked.name,
            field_resolver=pick,
            is_awaitable=_never,
        )
        if not isinstance(result, ExecutionResult):
            raise TypeError("A resolver was not synchronous.")
        if not result.errors:
            return {"data": result.data}
        return {"errors": [field_error(each, context) for each in result.errors], "data": result.data}


def _refuse(operation: OperationDefinitionNode, kinds: Container[OperationType]) -> NoReturn:
    """Say why an operation of this kind is not taken where these kinds are."""
    if OperationType.SUBSCRIPTION in kinds:
        raise InvalidDocument([GraphQLError("This is no subscription.", operation)])
    if operation.operation is OperationType.SUBSCRIPTION:
        raise InvalidDocument([GraphQLError(_REGISTER, operation)])
    raise MethodNotAllowed("GET", "/graphql with a mutation", ["POST"])


def _assemble(plan: Plan, results: Results) -> dict[str, Any] | None:
    """The answer, if it is a regular one."""
    if plan.assemble is None or any(isinstance(each, Exception) for each in results.values()):
        return None
    try:
        return {"data": plan.assemble(results)}
    except Irregular:
        return None


def _never(_value: object) -> TypeGuard[Awaitable[Any]]:
    """Nothing a resolver gives has to be awaited: everything was loaded before."""
    return False
