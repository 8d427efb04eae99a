"""`__init__.py`, the client itself, and `schema.py`, what it knows when it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from atakora_data.codegen.python import names
from atakora_data.codegen.python.text import HEADER, class_, docstring, exploded, joined, statement
from atakora_data.registry.entity import (
    EntityModel,
    FieldModel,
    FieldType,
    ObjectType,
    RelationModel,
    TypeName,
)
from atakora_data.registry.registry import Registry

_RUNTIME = (
    *("Affected", "Call", "Change", "Done", "Failed", "Group", "NotAskedForError", "Outcome", "Page"),
    *("ProblemError", "Stop", "UnexpectedAnswerError", "UnreachableError", "Violation"),
)
"""What the runtime has to name for those who use the client; what an entity is called so is the entity's."""

_IN_SHAPE = len("        ,")


def package(
    entities: Iterable[EntityModel], class_name: str, homes: Mapping[str, str], called: Mapping[str, Mapping[str, str]]
) -> str:
    """The class of the client, and all names that users may want to import."""
    served = list(entities)
    members = names.members(each.name for each in served)
    public = [name for name in homes if not name.startswith("_")]
    own = [each for each in _RUNTIME if each not in homes]
    exported = [*public, *own, class_name]
    lines = [
        "from . import runtime as rt\n",
        *(_by_home(public, homes)),
        statement(".runtime", sorted(own)),
        "from .schema import SCHEMA as _SCHEMA\n",
    ]
    blocks = [
        docstring(f"The client of the API: `{class_name}`, and the types of what it takes and gives.")
        + "\nfrom __future__ import annotations\n\n"
        + "".join(lines),
        _client(served, class_name, members, called),
        _completed(homes),
        exploded("__all__ = ", "[", [f'"{each}"' for each in sorted(exported)], "]"),
    ]
    return f"{HEADER}\n{joined(blocks)}"


def _by_home(wanted: Iterable[str], homes: Mapping[str, str]) -> Iterator[str]:
    by_home: dict[str, list[str]] = {}
    for name in wanted:
        by_home.setdefault(homes[name], []).append(name)
    for home, found in sorted(by_home.items()):
        yield statement(f".{home}", sorted(found))


def _client(
    entities: list[EntityModel], class_name: str, members: Mapping[str, str], called: Mapping[str, Mapping[str, str]]
) -> str:
    parameters = [
        *("self", "endpoint: str", "*", "token: rt.Token | None = None", "retries: int = 2"),
        *("headers: rt.Mapping[str, str] | None = None", "session: rt.ClientSession | None = None"),
    ]
    head = exploded("def __init__", "(", parameters, ") -> None:")
    asked = "super().__init__(_SCHEMA, endpoint, token=token, retries=retries, headers=headers, session=session)\n"
    body = [asked, *(_collection(each, members[each.name], called) for each in entities)]
    return class_(f"{class_name}(rt.Client)", [docstring(r"One app, and who asks it."), "\n", head, *map(_in, body)])


def _collection(entity: EntityModel, member: str, called: Mapping[str, Mapping[str, str]]) -> str:
    kind = called[entity.name][f"{entity.name}Collection"]
    made = ["self._context", f'"{entity.name}"', entity.name]
    line = exploded(f"self.{member} = {kind}", "(", made, ")", within=len("        "))
    return f"{line}{docstring(entity.description or '')}"


def _in(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _completed(homes: Mapping[str, str]) -> str:
    """Records of one module know those of the others by their names."""
    modules = sorted(set(homes.values()))
    lines = "".join(f"    **vars({_variable(each)}),\n" for each in modules)
    imports = "".join(_module_import(each) for each in modules)
    return f"{imports}\nrt.complete(\n    {{\n{_in(lines)}    }}\n)\n"


def _variable(home: str) -> str:
    return f"_{home.replace('.', '_')}"


def _module_import(home: str) -> str:
    package, _, module = home.rpartition(".")
    return f"from .{package} import {module} as {_variable(home)}\n"


def schema(registry: Registry, entities: Iterable[EntityModel], objects: Mapping[str, ObjectType]) -> str:
    """Where what stands inside of records, so that all is written with the names of the app."""
    shapes: dict[str, list[str]] = {}
    for entity in entities:
        shapes |= _of_entity(registry, entity)
    for junction in registry:
        if junction.is_junction:
            shapes[junction.name] = _shape(junction.fields.values())
    for name, nested in sorted(objects.items()):
        shapes[name] = _shape(nested.fields.values())
    lines = "".join(_in(_entry(name, parts)) for name, parts in shapes.items())
    body = f"SCHEMA: rt.Schema = {{\n{lines}}}\n" if lines else "SCHEMA: rt.Schema = {}\n"
    return f"{HEADER}\nfrom __future__ import annotations\n\nfrom . import runtime as rt\n\n{body}"


def _entry(name: str, parts: list[str]) -> str:
    return f"{exploded(f'{chr(34)}{name}{chr(34)}: rt.Shape', '(', parts, ')', within=5).rstrip()},\n"


def _of_entity(registry: Registry, entity: EntityModel) -> Iterator[tuple[str, list[str]]]:
    yield entity.name, _shape(entity.fields.values(), entity, entity.collection)
    for relation in entity.relations.values():
        if relation.targets:
            targets = {each: each for each in relation.targets}
            yield _behind(entity, relation), _written("", targets, {}, {}, [])
        elif relation.through:
            target = registry[relation.target]
            through = {"through_": relation.junction}
            yield _behind(entity, relation), _shape(target.fields.values(), target, "", through)
    for action in entity.actions.values():
        if action.parameters:
            yield f"{entity.name}.{action.wire}", _shape(action.parameters.values())


def _behind(entity: EntityModel, relation: RelationModel) -> str:
    """The shape of what a relation leads to."""
    is_own = relation.targets or relation.through
    return f"{entity.name}.{relation.wire}" if is_own else relation.target


def _shape(
    fields: Iterable[FieldModel],
    entity: EntityModel | None = None,
    path: str = "",
    more: Mapping[str, str] | None = None,
) -> list[str]:
    found = {names.attribute(each.name): _inside(each.type) for each in fields}
    objects = {name: kind for name, (kind, is_map) in found.items() if kind and not is_map}
    maps = {name: kind for name, (kind, is_map) in found.items() if kind and is_map}
    relations = list(entity.relations.values()) if entity else []
    led = {names.attribute(each.name): _behind(entity, each) for each in relations if entity}
    many = [names.attribute(each.name) for each in relations if each.is_to_many]
    return _written(path, {**objects, **(more or {})}, maps, led, many)


def _inside(type: FieldType | None) -> tuple[str, bool]:
    """The nested object that values of a type hold, and whether they are maps of them."""
    if type is None:
        return "", False
    if type.object is not None:
        return type.object.name, False
    kind, is_map = _inside(type.item)
    return kind, is_map or type.name is TypeName.MAP


def _written(
    path: str, objects: Mapping[str, str], maps: Mapping[str, str], relations: Mapping[str, str], many: list[str]
) -> list[str]:
    """The arguments of a shape."""
    tables = (("objects", objects), ("maps", maps), ("relations", relations))
    return [
        *([f'path="{path}"'] if path else []),
        *(_table(word, each) for word, each in tables if each),
        *([exploded("many=", "[", [f'"{each}"' for each in many], "]", within=_IN_SHAPE).rstrip()] if many else []),
    ]


def _table(word: str, values: Mapping[str, str]) -> str:
    listed = [f'"{name}": "{each}"' for name, each in values.items()]
    return exploded(f"{word}=", "{", listed, "}", within=_IN_SHAPE).rstrip()
