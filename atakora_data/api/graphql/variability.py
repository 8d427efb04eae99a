"""What of a document may differ from request to request, so that the rest can be worked out once."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)


def has_variable_limits(document: DocumentNode) -> bool:
    """Whether the limit of a page is a variable: then the complexity must be measured for each request."""
    return any(
        argument.name.value == "limit" and isinstance(argument.value, VariableNode)
        for node, _ in _selections(document)
        if isinstance(node, FieldNode)
        for argument in node.arguments or ()
    )


def is_selection_fixed(document: DocumentNode) -> bool:
    """Whether variables only stand in arguments of root fields: then what is selected is the same in each request."""
    return not any(_depends_on_variables(node, is_root=is_root) for node, is_root in _selections(document))


def _depends_on_variables(node: SelectionNode, *, is_root: bool) -> bool:
    directives = [argument for each in node.directives or () for argument in each.arguments or ()]
    arguments = [] if is_root or not isinstance(node, FieldNode) else [*(node.arguments or ())]
    return any(_has_variable(each.value) for each in (*directives, *arguments))


def _selections(document: DocumentNode) -> Iterator[tuple[SelectionNode, bool]]:
    """Every selection, and whether it stands directly in an operation."""
    pending: list[tuple[SelectionSetNode | None, bool]] = [
        (each.selection_set, isinstance(each, OperationDefinitionNode))
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while pending:
        selections, is_root = pending.pop()
        for each in selections.selections if selections else ():
            yield each, is_root
            pending.append((getattr(each, "selection_set", None), False))


def _has_variable(value: ValueNode) -> bool:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, VariableNode):
            return True
        if isinstance(each, ListValueNode):
            pending.extend(each.values)
        elif isinstance(each, ObjectValueNode):
            pending.extend(field.value for field in each.fields)
    return False
