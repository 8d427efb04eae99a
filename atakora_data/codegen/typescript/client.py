"""`index.ts`, the client itself, and `schema.ts`, what it knows when it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from atakora_data.codegen.typescript import names
from atakora_data.codegen.typescript.text import HEADER, comment, statement
from atakora_data.registry.entity import EntityModel, FieldType, RelationModel, TypeName
from atakora_data.registry.registry import Registry

_VALUES = ("ProblemError", "UnreachableError", "Call")
_TYPES = (
    "Answer",
    "Change",
    "ClientOptions",
    "Gone",
    "Handlers",
    "Outcome",
    "Page",
    "ProblemCode",
    "Stop",
    "Violation",
)
"""What the runtime has to name for those who use the client; what an entity is called so is the entity's."""


def index(entities: Iterable[EntityModel], class_name: str, homes: Mapping[str, str]) -> str:
    """The class of the client, and all names that users may want to import."""
    served = list(entities)
    members = names.members(each.name for each in served)
    used = [name for each in served for name in _types_of(each)]
    own = [name for name in homes if name not in used and not name.startswith("$")]
    lines = [
        'import * as rt from "./runtime/index.js";',
        'import { schema } from "./schema.js";',
        *_by_home("import type", used, homes),
        "",
        f"export class {class_name} extends rt.Client {{",
        *(each for entity in served for each in _member(entity, members[entity.name])),
        "  constructor(options: rt.ClientOptions) {",
        "    super(schema, options);",
        "  }",
        "}",
        "",
        statement("export", [each for each in _VALUES if each not in homes], "./runtime/index.js"),
        statement("export type", [each for each in _TYPES if each not in homes], "./runtime/index.js"),
        *_by_home("export type", own, homes),
    ]
    return "\n".join([HEADER, *lines]) + "\n"


def _types_of(entity: EntityModel) -> list[str]:
    return [names.shape(entity.name), *([names.actions(entity.name)] if entity.actions else [])]


def _by_home(words: str, wanted: Iterable[str], homes: Mapping[str, str]) -> Iterator[str]:
    by_home: dict[str, list[str]] = {}
    for name in wanted:
        by_home.setdefault(homes[name], []).append(name)
    for home, found in sorted(by_home.items()):
        yield statement(words, sorted(found), home)


def _member(entity: EntityModel, member: str) -> Iterator[str]:
    yield from (f"  {line}" for line in comment(entity.description).splitlines())
    types = ", ".join(_types_of(entity))
    takes = ", ".join(f"{names.method(each.wire)}: {_truth(each.parameters)}" for each in entity.actions.values())
    given = f", {{ {takes} }}" if takes else ""
    yield f'  readonly {member} = this.collection<{types}>("{entity.name}"{given});'
    yield ""


def _truth(value: object) -> str:
    return "true" if value else "false"


def schema(registry: Registry, entities: Iterable[EntityModel]) -> str:
    """Paths, relations, and where moments stand."""
    known = {each.name: _known(registry, each) for each in entities}
    text = _object(known, "")
    return f'{HEADER}\nimport type {{ Schema }} from "./runtime/index.js";\n\nexport const schema: Schema = {text};\n'


def _known(registry: Registry, entity: EntityModel) -> dict[str, object]:
    stored = {wire: each.type for wire, each in entity.fields.items()}
    dates = _dates_of(stored | {wire: each.type for wire, each in entity.computed.items()})
    relations = {wire: _led(registry, each) for wire, each in entity.relations.items()}
    return {
        "path": entity.collection,
        **({"dates": dates} if dates else {}),
        **({"relations": relations} if relations else {}),
    }


def _led(registry: Registry, relation: RelationModel) -> dict[str, object]:
    through = _dates_of({wire: registry[relation.junction].fields[wire].type for wire in relation.through})
    return {
        **({} if relation.targets else {"to": relation.target}),
        **({"many": 1} if relation.is_to_many else {}),
        **({"through": through} if through else {}),
    }


def _dates_of(types: Mapping[str, FieldType]) -> dict[str, object]:
    found = {wire: _dates(type) for wire, type in types.items()}
    return {wire: each for wire, each in found.items() if each}


def _dates(type: FieldType | None) -> object:
    """1 for a moment, an object for what holds some, None for anything else."""
    if type is None:
        return None
    if type.name is TypeName.DATETIME:
        return 1
    if type.object is not None:
        return _dates_of({wire: each.type for wire, each in type.object.fields.items()}) or None
    inner = _dates(type.item)
    return {"*": inner} if inner and type.name is TypeName.MAP else inner


def _object(value: object, indent: str) -> str:
    """A value as a literal, one member a line."""
    if not isinstance(value, Mapping):
        return json.dumps(value)
    inner = f"{indent}  "
    lines = [f"{inner}{_key(key)}: {_object(each, inner)}," for key, each in value.items()]
    return "\n".join(["{", *lines, f"{indent}}}"]) if lines else "{}"


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)
