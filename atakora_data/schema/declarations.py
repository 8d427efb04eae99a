"""What a class body declares beside its fields: taken out before pydantic looks at it."""

from __future__ import annotations

import ast
import types
import typing
from collections.abc import Callable
from typing import Any, Final, get_args, get_origin

from msgspec import Struct, field

from atakora_data.schema.computed import Computed
from atakora_data.schema.hooks import Action, Hook, is_validator
from atakora_data.schema.relationships import (
    BelongsTo,
    HasMany,
    HasOne,
    ManyToMany,
    Polymorphic,
    Relationship,
)

OPTIONS: Final = (
    "authorization",
    "indexes",
    "storage",
    "realtime",
    "audit",
    "operations",
    "version",
    "migrations",
    "plural",
    "max_limit",
)
"""The options of an entity: class attributes that are not fields."""

RELATIONSHIPS: Final[dict[str, type[Relationship[Any]]]] = {
    each.__name__: each for each in (BelongsTo, HasOne, HasMany, ManyToMany, Polymorphic)
}


class DeclaredRelationship(Struct, frozen=True):
    """A relationship and what its annotation says: which kind, and the names of its targets."""

    relationship: Relationship[Any] | None
    annotated: str | None
    targets: tuple[str, ...]


class Declarations(Struct):
    """What one class body declares, by Python name, in order. unknown: attributes that are nothing we know."""

    options: dict[str, Any] = field(default_factory=dict)
    relationships: dict[str, DeclaredRelationship] = field(default_factory=dict)
    computed: dict[str, Computed[Any]] = field(default_factory=dict)
    hooks: dict[str, Hook[..., Any]] = field(default_factory=dict)
    actions: dict[str, Action[..., Any]] = field(default_factory=dict)
    validators: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)
    annotated_options: tuple[str, ...] = ()

    @property
    def descriptors(self) -> dict[str, Any]:
        """What goes back into the class once pydantic has made it."""
        relationships = {
            name: each.relationship for name, each in self.relationships.items() if each.relationship is not None
        }
        return {**relationships, **self.computed, **self.hooks, **self.actions}


def take_declarations(namespace: dict[str, Any], *, takes_options: bool) -> Declarations:
    """Take everything that is not a field out of a class body."""
    found = Declarations()
    annotations: dict[str, Any] = namespace.get("__annotations__", {})
    _take_relationships(namespace, annotations, found)
    if takes_options:
        _take_options(namespace, annotations, found)
    for name in [each for each in namespace if not each.startswith("_") and each not in annotations]:
        _take(name, namespace, found)
    return found


def _take_relationships(namespace: dict[str, Any], annotations: dict[str, Any], found: Declarations) -> None:
    names = [*annotations, *(name for name in namespace if name not in annotations)]
    for name in names:
        value = namespace.get(name)
        annotated, targets = read_annotation(annotations.get(name))
        if not isinstance(value, Relationship) and annotated is None:
            continue
        namespace.pop(name, None)
        annotations.pop(name, None)
        relationship = value if isinstance(value, Relationship) else None
        if relationship is not None:
            relationship.name = name
            relationship.target = targets[0] if targets else None
        found.relationships[name] = DeclaredRelationship(relationship, annotated, targets)


def _take_options(namespace: dict[str, Any], annotations: dict[str, Any], found: Declarations) -> None:
    annotated = [name for name in OPTIONS if name in annotations and not _is_class_var(annotations[name])]
    found.annotated_options = tuple(annotated)
    for name in OPTIONS:
        annotations.pop(name, None)
        if name in namespace:
            found.options[name] = namespace.pop(name)


def _take(name: str, namespace: dict[str, Any], found: Declarations) -> None:
    value = namespace[name]
    match value:
        case Computed():
            found.computed[name] = namespace.pop(name)
        case Hook():
            found.hooks[name] = namespace.pop(name)
        case Action():
            found.actions[name] = namespace.pop(name)
        case _ if is_validator(value):
            found.validators[name] = value
        case _ if name != "model_config" and not _is_ordinary(value):
            found.unknown[name] = namespace.pop(name)


_ORDINARY: Final = (types.FunctionType, property, classmethod, staticmethod, type)


def _is_ordinary(value: Any) -> bool:
    """Whether pydantic leaves it alone: methods, nested classes, its own decorators."""
    return isinstance(value, _ORDINARY) or type(value).__module__.startswith("pydantic") or hasattr(value, "__get__")


def _is_class_var(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith(("ClassVar", "typing.ClassVar"))
    return annotation is typing.ClassVar or get_origin(annotation) is typing.ClassVar


def read_annotation(annotation: Any) -> tuple[str | None, tuple[str, ...]]:
    """The kind of relationship an annotation names, and its targets; (None, ()) when it names none.

    Strings are read, not evaluated: the targets need not be imported.
    """
    if isinstance(annotation, str):
        return _read_text(annotation)
    origin = get_origin(annotation)
    bare = annotation if origin is None else origin
    if not (isinstance(bare, type) and issubclass(bare, Relationship)):
        return None, ()
    return bare.__name__, tuple(name for each in get_args(annotation) for name in _names(each))


def _names(argument: Any) -> tuple[str, ...]:
    match argument:
        case str():
            return _read_targets(argument)
        case typing.ForwardRef():
            return _read_targets(argument.__forward_arg__)
        case type():
            return (argument.__name__,)
    return tuple(name for each in get_args(argument) for name in _names(each) if each is not type(None))


def _read_text(text: str) -> tuple[str | None, tuple[str, ...]]:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None, ()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _read_text(node.value)
    head = node.value if isinstance(node, ast.Subscript) else node
    name = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else None
    if name not in RELATIONSHIPS:
        return None, ()
    return name, _targets(node.slice) if isinstance(node, ast.Subscript) else ()


def _read_targets(text: str) -> tuple[str, ...]:
    try:
        return _targets(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        return (text,)


def _targets(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return (name,)
        case ast.Constant(value=str(text)):
            return _read_targets(text)
        case ast.BinOp(left=left, right=right):
            return (*_targets(left), *_targets(right))
    return ()
