"""Loads what an operation asks for: each root field is one call of the service, with all that is selected below it.

Loading is apart from assembly: when it is done, answers are put together without asking anybody.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

from graphql import GraphQLError
from graphql.execution.values import VariableValues, get_argument_values

from atakora_data.api.graphql.planning import Plan, RootField
from atakora_data.errors import MalformedRequest
from atakora_data.service.context import RequestContext

Results: TypeAlias = dict[str, Any]
"""What the root fields gave, by response key: a record, a page, None, or the exception that was raised."""


async def load(plan: Plan, variables: VariableValues, context: RequestContext) -> Results:
    """The results of all root fields: queries at once, mutations one after the other until one fails."""
    fields = plan.fields
    if len(fields) == 1:
        return {fields[0].key: await _result(fields[0], variables, context)}
    if plan.is_serial:
        return await _one_by_one(plan, variables, context)
    found = await asyncio.gather(*(_result(each, variables, context) for each in fields))
    return {each.key: result for each, result in zip(fields, found, strict=True)}


async def _one_by_one(plan: Plan, variables: VariableValues, context: RequestContext) -> Results:
    """A failed mutation voids the whole answer, and so those behind it are not begun."""
    results: Results = {}
    for each in plan.fields:
        result = results[each.key] = await _result(each, variables, context)
        if isinstance(result, Exception):
            break
    return results


async def _result(root: RootField, variables: VariableValues, context: RequestContext) -> Any:
    """What the field gives; whatever it raises is a result too, and stands in the answer as this field's error."""
    if isinstance(root.look, Exception):
        return root.look
    try:
        arguments = get_argument_values(root.field, root.node, variables)
        return await root.call.ask(arguments, root.look, context)
    except GraphQLError as error:
        return MalformedRequest(error.message)
    except Exception as error:  # noqa: BLE001 - told apart and logged where the answer is written
        return error
