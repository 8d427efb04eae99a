"""Filters in bracket form: `filter[status][eq]=published` becomes `{"status": {"eq": "published"}}`.

Lists are written by repeating a key, by `[]` or by index: `filter[or][0][status][eq]=draft`. What is between the
brackets decides the shape; the types of the fields, behind relations those of the target, decide whether a value is
text, a number or a boolean. A value that does not fit stays text, so that the service can say what it should have been.
Nothing behind a relation asks for any record: `filter[comments][some]=`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from atakora_data.errors import InvalidFilter
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, RelationModel, TypeName
from atakora_data.registry.registry import Registry

PREFIX = "filter["

_Tree: TypeAlias = dict[str, Any]
"""Keys to trees; a leaf is the list of values given for it, in order."""

_MAX_KEYS = 32
_LISTS_OF_FILTERS = ("and", "or")
_BOOLEAN_OPERATORS = ("isNull", "isEmpty")
_LIST_OPERATORS = ("in", "notIn", "between", "containsAny", "containsAll")


def parse_brackets(registry: Registry, entity: EntityModel, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The filter that all `filter[…]` parameters of a request write together, as JSON data."""
    tree: _Tree = {}
    for name, value in pairs:
        _insert(tree, _keys(name), value, name)
    return _Level.of(registry, entity).members(tree)


def _keys(name: str) -> list[str]:
    """What stands in the brackets: `filter[a][b]` is `["a", "b"]`."""
    inner = name[len(PREFIX) : -1]
    keys = inner.split("][")
    if not name.endswith("]") or any("[" in key or "]" in key for key in keys):
        raise InvalidFilter(f"`{name[:100]}` has unbalanced brackets.", hint="Write filter[field][operator]=value.")
    if len(keys) > _MAX_KEYS:
        raise InvalidFilter(f"The filter nests deeper than {_MAX_KEYS} levels.", hint="Flatten the and/or/not.")
    return keys


def _insert(tree: _Tree, keys: list[str], value: str, name: str) -> None:
    *parents, last = keys if keys[-1] != "" or len(keys) == 1 else keys[:-1]
    for key in parents:
        tree = tree.setdefault(key or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise _contradiction(name)
    leaf = tree.setdefault(last, [])
    if not isinstance(leaf, list):
        raise _contradiction(name)
    leaf.append(value)


def _contradiction(name: str) -> InvalidFilter:
    return InvalidFilter(f"`{name[:100]}` contradicts another parameter: a key has either a value or keys below it.")


class _Level(Struct, frozen=True):
    """What may be named at one place: the fields and relations of an entity, or the fields of a nested object."""

    registry: Registry
    fields: Mapping[str, FieldModel]
    relations: Mapping[str, RelationModel] = field(default_factory=dict)

    @classmethod
    def of(cls, registry: Registry, entity: EntityModel) -> _Level:
        return cls(registry, entity.fields, entity.relations)

    def filter(self, node: Any) -> Any:
        return self.members(node) if isinstance(node, dict) else _single(node)

    def members(self, tree: _Tree) -> dict[str, Any]:
        return {name: self.member(name, below) for name, below in tree.items()}

    def member(self, name: str, node: Any) -> Any:
        if name in self.fields:
            return self._operators(node, self.fields[name].type)
        if name in _LISTS_OF_FILTERS:
            return [self.filter(item) for item in _items(node)]
        return self._related(node, self.relations[name]) if name in self.relations else self.filter(node)

    def _related(self, node: Any, relation: RelationModel) -> Any:
        """`some`, `every` or `none` of a list; of a record its fields, below its entity when there are several."""
        if not isinstance(node, dict):
            return _single(node)
        if relation.targets:
            return {word: self._behind(word, below, word) for word, below in node.items()}
        if relation.is_to_many:
            return {word: self._behind(word, below, relation.target) for word, below in node.items()}
        null = {word: self._behind(word, below, "") for word, below in node.items() if word == "isNull"}
        rest = {word: below for word, below in node.items() if word != "isNull"}
        return {**null, **self._to(relation.target).members(rest)}

    def _behind(self, word: str, node: Any, target: str) -> Any:
        if word == "isNull":
            return _convert(_single(node), _FLAG)
        if node == [""]:
            return {}
        return self._to(target).filter(node) if target in self.registry.entities else self.filter(node)

    def _to(self, target: str) -> _Level:
        return _Level.of(self.registry, self.registry[target])

    def _operators(self, node: Any, type: FieldType) -> Any:
        if not isinstance(node, dict):
            return _single(node)
        nested = type.object.fields if type.object is not None and type.name is TypeName.OBJECT else {}
        inside = _Level(self.registry, nested)
        return {
            word: inside.member(word, below)
            if word in nested or (nested and word in (*_LISTS_OF_FILTERS, "not"))
            else _operand(word, below, type)
            for word, below in node.items()
        }


def _operand(word: str, node: Any, type: FieldType) -> Any:
    if word == "size" and isinstance(node, dict):
        return {inner: _operand(inner, below, _SIZE) for inner, below in node.items()}
    if word in _BOOLEAN_OPERATORS:
        return _convert(_single(node), _FLAG)
    if type.name is TypeName.LIST and type.item is not None:
        is_list = word in (*_LIST_OPERATORS, "eq", "ne")
        return _values(node, type.item) if is_list else _convert(_single(node), type.item)
    return _values(node, type) if word in _LIST_OPERATORS else _convert(_single(node), type)


_SIZE = FieldType(TypeName.INTEGER)
_FLAG = FieldType(TypeName.BOOLEAN)


def _values(node: Any, type: FieldType) -> list[Any]:
    return [_convert(_single(item), type) for item in _items(node)]


def _items(node: Any) -> list[Any]:
    """The elements of a list: repeated values, or what stands below its indices in their order."""
    if isinstance(node, list):
        return [[value] for value in node]
    if not all(key.isascii() and key.isdigit() for key in node):
        raise InvalidFilter("A list is written by indices.", hint="Write filter[or][0][field][operator]=value.")
    return [node[key] for key in sorted(node, key=lambda key: (len(key), key))]


def _single(node: Any) -> Any:
    """The one value of a leaf; what has keys below it is left as it is, for the service to judge."""
    if not isinstance(node, list):
        return node
    if len(node) > 1:
        raise InvalidFilter("A filter parameter is given twice.", hint="Only operators that take a list may repeat.")
    return node[0]


def _convert(value: Any, type: FieldType) -> Any:
    """The value as JSON of this type, or as it is when it cannot be."""
    converter = _CONVERTERS.get(type.name)
    return value if converter is None or not isinstance(value, str) else converter(value)


def _boolean(text: str) -> Any:
    return {"true": True, "false": False, "null": None}.get(text, text)


def _number(text: str) -> Any:
    if text == "null":
        return None
    if len(text) > _LONGEST_NUMBER or not _OF_NUMBERS.issuperset(text):
        return text
    try:
        return int(text) if text.removeprefix("-").isdigit() else _finite(float(text), text)
    except ValueError:
        return text


_LONGEST_NUMBER = 64
_OF_NUMBERS = frozenset("0123456789+-.eE")


def _finite(value: float, text: str) -> Any:
    return value if value - value == 0 else text


_CONVERTERS: dict[TypeName, Callable[[str], Any]] = {
    TypeName.INTEGER: _number,
    TypeName.LONG: _number,
    TypeName.FLOAT: _number,
    TypeName.BOOLEAN: _boolean,
}
