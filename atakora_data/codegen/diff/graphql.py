"""What changed for GraphQL clients, as graphql-core judges two schemas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from graphql import GraphQLError, GraphQLSchema, build_schema
from graphql.utilities import BreakingChange, BreakingChangeType, DangerousChange, find_schema_changes

from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.errors import SettingsError

_KEEP: Final = "Keep it until no document asks for it."
_REMEDIES: Final = {
    BreakingChangeType.TYPE_CHANGED_KIND: "Give the new type another name.",
    BreakingChangeType.FIELD_CHANGED_KIND: "Add a field of another name, and keep this one for a while.",
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM: "Keep the value until nobody sends it.",
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: "Give it a default, or let it be null.",
    BreakingChangeType.REQUIRED_ARG_ADDED: "Give it a default, or let it be null.",
    BreakingChangeType.ARG_CHANGED_KIND: "Take the old type as well, under another name.",
}
_NAME: Final = re.compile(r"\w+(?:\.\w+)*")
_CARE: Final = "Clients that know only what there was must cope with it."


def graphql_changes(old: str, new: str) -> Iterator[Change]:
    """All changes between two schemas in SDL. SettingsError: one of them is none."""
    before, after = _schema(old), _schema(new)
    types = before.type_map.keys() | after.type_map.keys()
    for each in find_schema_changes(before, after):
        place = _place(each.description, types)
        if isinstance(each, BreakingChange):
            yield Change(Severity.BREAKING, Area.GRAPHQL, place, each.description, _REMEDIES.get(each.type, _KEEP))
        elif isinstance(each, DangerousChange):
            yield Change(Severity.DANGEROUS, Area.GRAPHQL, place, each.description, _CARE)
        elif "DESCRIPTION" not in each.type.name:
            yield Change(Severity.SAFE, Area.GRAPHQL, place, each.description, "")


def _place(description: str, types: Collection[str]) -> str:
    """The first thing that the description names: a type, or something of a type, such as `Post.title`."""
    named = (each for each in _NAME.findall(description) if each.partition(".")[0] in types)
    return next(named, "")


def _schema(sdl: str) -> GraphQLSchema:
    try:
        return build_schema(sdl)
    except (GraphQLError, TypeError) as error:
        raise SettingsError(f"The GraphQL schema cannot be read: {error}. Generate it anew.") from error
