"""Hooks, actions, checks and computed fields of an entity, read from their signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import create_model

from atakora_data.errors import perhaps
from atakora_data.registry.codec import ModelCodec
from atakora_data.registry.conversion import writer
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import ActionModel, ComputedModel, FieldType
from atakora_data.registry.fields import FieldReader, Fields
from atakora_data.registry.findings import Findings, place
from atakora_data.registry.names import is_field_name, snake
from atakora_data.registry.ruling import RuleReader
from atakora_data.registry.types import UnfitType
from atakora_data.schema.computed import Computed, attributes_read
from atakora_data.schema.hooks import MOMENTS, Action
from atakora_data.schema.model import Model
from atakora_data.schema.naming import camel, pascal

Function = Callable[..., Any]

_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_MUTATIONS: Final = ("create", "update", "delete", "replace", "get", "list")
_RECORD_AND_CONTEXT: Final = 2
_TAKEN_PARAMETERS: Final = ("id", "if_match")


class FunctionReader:
    """Reads the functions of one entity."""

    def __init__(self, findings: Findings, reader: FieldReader, declared: Declared, fields: Fields) -> None:
        self._findings = findings
        self._reader = reader
        self._declared = declared
        self._fields = fields
        self._parameters: dict[str, type[Model]] = {}

    def hooks(self) -> dict[str, tuple[Function, ...]]:
        """The hooks by moment, in order of declaration."""
        found: dict[str, tuple[Function, ...]] = {}
        for name, hook in self._declared.declarations.hooks.items():
            self._check_hook(name, hook.function)
            for moment in hook.moments:
                found[moment] = (*found.get(moment, ()), hook.function)
        return {moment: found[moment] for moment in MOMENTS if moment in found}

    def validators(self) -> tuple[Function, ...]:
        """The cross-field checks, in order of declaration."""
        found = self._declared.declarations.validators
        for name, function in found.items():
            if inspect.iscoroutinefunction(function) or _required(function) != 1:
                self._refuse(
                    name, f"the check `{name}` must take the instance alone.", f"Write `def {name}(self) -> None`."
                )
        return tuple(found.values())

    def computed(self) -> dict[str, ComputedModel]:
        """The computed fields by wire name."""
        found = [self._computed(name, each) for name, each in self._declared.declarations.computed.items()]
        return {each.wire: each for each in found if each is not None}

    def actions(self, rules: RuleReader) -> dict[str, ActionModel]:
        """The actions by wire name, with their rules bound."""
        return {
            camel(name): self._action(name, each, rules) for name, each in self._declared.declarations.actions.items()
        }

    def parameter_codecs(self, actions: Mapping[str, ActionModel]) -> dict[str, ModelCodec]:
        """What judges the parameters of each action, by its wire name."""
        classes = self._reader.classes
        return {
            wire: ModelCodec(self._parameters[wire], action.parameters, classes, owner=f"the input of {action.name}")
            for wire, action in actions.items()
        }

    def _check_hook(self, name: str, function: Function) -> None:
        if _required(function) == _RECORD_AND_CONTEXT:
            return
        entity = self._declared.name
        self._refuse(
            name,
            f"the hook `{name}` must take two arguments, the record and the context.",
            f'Write `async def {name}(draft: "{entity}", ctx: HookContext) -> "{entity}"`, without self.',
        )

    def _computed(self, name: str, each: Computed[Any]) -> ComputedModel | None:
        if not self._is_fit_name(name):
            return None
        if inspect.iscoroutinefunction(each.function):
            self._refuse(
                name, f"the computed field `{name}` is async.", "Compute it from fields alone: leave out async."
            )
            return None
        type = self._result_type(name, each.function)
        reads = self._reads(name, each)
        if type is None or reads is None:
            return None
        wire_reads = frozenset(field.wire for field in self._fields.values() if field.name in reads)
        return ComputedModel(
            name, camel(name), type, wire_reads, _in_wire_form(each, type), inspect.getdoc(each.function)
        )

    def _result_type(self, name: str, function: Function) -> FieldType | None:
        annotation = function.__annotations__.get("return", inspect.Parameter.empty)
        if annotation is inspect.Parameter.empty or annotation in (None, "None"):
            self._refuse(
                name,
                f"the computed field `{name}` has no type.",
                f"Write `def {name}(self) -> str`, or whatever it is.",
            )
            return None
        return self._reader.type_of(annotation, self._declared.name + pascal(name), self._declared.cls, name, function)

    def _reads(self, name: str, each: Computed[Any]) -> frozenset[str] | None:
        known = {field.name for field in self._fields.values()}
        if each.reads is None:
            return self._found_reads(each.function, known, frozenset())
        unknown = [read for read in each.reads if read not in known]
        for read in unknown:
            self._refuse(
                name,
                f"the computed field `{name}` reads `{read}`, which is no field.",
                perhaps(read, known) or f"The fields are {', '.join(sorted(known))}.",
            )
        undeclared = sorted((attributes_read(each.function) or frozenset()) & known - set(each.reads))
        for read in undeclared:
            declared = ", ".join(f'"{name}"' for name in (*each.reads, read))
            message = f"the computed field `{name}` reads `{read}`, which it does not declare."
            self._refuse(name, message, f"Write @computed(reads=({declared})).")
        return None if unknown or undeclared else frozenset(each.reads)

    def _found_reads(self, function: Function, known: set[str], visited: frozenset[str]) -> frozenset[str]:
        """The fields that the code of a function names, through other computed fields; all when it does not tell."""
        found = attributes_read(function)
        if found is None:
            return frozenset(known)
        reads: set[str] = set()
        for name in found:
            other = self._declared.declarations.computed.get(name)
            if name in known:
                reads.add(name)
            elif other is None or name in visited:
                return frozenset(known)
            elif other.reads is not None:
                reads.update(other.reads)
            else:
                reads |= self._found_reads(other.function, known, visited | {name})
        return frozenset(reads)

    def _action(self, name: str, action: Action[..., Any], rules: RuleReader) -> ActionModel:
        self._is_fit_name(name)
        self._check_action(name, action.function)
        parameters = self._read_parameters(name, action.function)
        rule = None if action.rule is None else rules.bound(name, action.rule)
        return ActionModel(name, camel(name), action.function, parameters, rule, inspect.getdoc(action.function))

    def _check_action(self, name: str, function: Function) -> None:
        if name in _MUTATIONS:
            self._refuse(name, f"the action `{name}` would clash with the operation of that name.", "Rename it.")
        leading = [each for each in _parameters(function)[:_RECORD_AND_CONTEXT] if each.kind in _POSITIONAL]
        if len(leading) < _RECORD_AND_CONTEXT or any(each.default is not inspect.Parameter.empty for each in leading):
            entity = self._declared.name
            self._refuse(
                name,
                f"the action `{name}` must take the record and the context first.",
                f'Write `async def {name}(record: "{entity}", ctx: ActionContext) -> "{entity}"`, without self.',
            )

    def _read_parameters(self, name: str, function: Function) -> Fields:
        definitions: dict[str, Any] = {}
        for parameter in _parameters(function)[_RECORD_AND_CONTEXT:]:
            definition = self._parameter(name, function, parameter)
            if definition is not None:
                definitions[parameter.name] = definition
        model = create_model(f"{self._declared.name}{pascal(name)}", __base__=Model, **definitions)
        self._parameters[camel(name)] = model
        return self._reader.read(model, place(self._declared.cls, name))

    def _parameter(self, name: str, function: Function, parameter: inspect.Parameter) -> tuple[Any, Any] | None:
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            self._refuse(name, f"the action `{name}` takes `*{parameter.name}`.", "Name each parameter, with its type.")
            return None
        if parameter.name in _TAKEN_PARAMETERS:
            self._refuse(name, f"the parameter `{parameter.name}` of `{name}` is every action's already.", "Rename it.")
            return None
        if parameter.annotation is inspect.Parameter.empty:
            self._refuse(name, f"the parameter `{parameter.name}` of the action `{name}` has no type.", "Annotate it.")
            return None
        try:
            annotation = self._reader.evaluated(parameter.annotation, self._declared.cls, function)
        except UnfitType as error:
            self._refuse(
                name, f"the parameter `{parameter.name}` of the action `{name}`: {error.reason}.", error.remedy
            )
            return None
        return annotation, ... if parameter.default is inspect.Parameter.empty else parameter.default

    def _is_fit_name(self, name: str) -> bool:
        if is_field_name(name):
            return True
        self._refuse(name, f"the name `{name}` is not snake_case.", f"Call it `{snake(name)}`.")
        return False

    def _refuse(self, name: str, message: str, remedy: str) -> None:
        self._findings.refuse(self._declared.cls, name, f"{self._declared.name}: {message}", remedy)


def _in_wire_form(computed: Computed[Any], type: FieldType) -> Callable[[Any], Any]:
    convert = writer(type)
    if convert is None:
        return computed.compute

    def compute(instance: Any) -> Any:
        value = computed.compute(instance)
        return None if value is None else convert(value)

    return compute


def _parameters(function: Function) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())


def _required(function: Function) -> int:
    """How many arguments a call must give; -1 when it is not told by position."""
    parameters = _parameters(function)
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return _RECORD_AND_CONTEXT if len(parameters) == 1 else -1
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    return len(needed) if all(each.kind in _POSITIONAL for each in needed) else -1
