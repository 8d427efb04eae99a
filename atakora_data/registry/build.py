"""From entity classes to the registry: read, check, bind, assemble; all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.errors import Problem
from atakora_data.registry import checks
from atakora_data.registry.codec import ModelCodec
from atakora_data.registry.declared import Declared, declared_by
from atakora_data.registry.deletion import settle_deletions
from atakora_data.registry.entity import (
    ActionModel,
    BoundRule,
    Codec,
    ComputedModel,
    EntityModel,
    IndexKey,
    IndexModel,
    Operation,
    RelationModel,
)
from atakora_data.registry.fields import FieldReader, Fields
from atakora_data.registry.findings import Findings, place
from atakora_data.registry.functions import Function, FunctionReader
from atakora_data.registry.graph import Graph
from atakora_data.registry.junctions import Junctions, read_junctions
from atakora_data.registry.neighbours import Neighbours
from atakora_data.registry.options import OptionReader
from atakora_data.registry.registry import Registry
from atakora_data.registry.relations import RelationReader
from atakora_data.registry.ruling import RuleReader
from atakora_data.registry.storing import check_storing
from atakora_data.registry.trails import make_trails, trail_of
from atakora_data.registry.types import own_doc
from atakora_data.schema.audit import AuditEntry
from atakora_data.schema.entity import Entity
from atakora_data.schema.model import Model
from atakora_data.schema.storage import Storage


class Sources(Struct, frozen=True):
    """What a schema folder holds. models: nested ones. unreadable: names a broken module may declare.

    place: what to call the whole, in a problem of the whole.
    """

    entities: Sequence[type[Entity]]
    models: Sequence[type[Model]] = ()
    problems: Sequence[Problem] = ()
    unreadable: frozenset[str] = frozenset()
    place: str = "schemas"


class Draft(Struct, frozen=True):
    """One entity as read, before it is known whether all are well."""

    declared: Declared
    fields: Fields
    relations: Mapping[str, RelationModel]
    computed: Mapping[str, ComputedModel]
    actions: Mapping[str, ActionModel]
    hooks: Mapping[str, tuple[Function, ...]]
    validators: tuple[Function, ...]
    rules: Mapping[Operation, BoundRule]
    field_read_rules: Mapping[str, BoundRule]
    field_write_rules: Mapping[str, BoundRule]
    indexes: tuple[IndexModel, ...]
    functions: FunctionReader
    collection: str
    container: str
    storage: Storage
    operations: frozenset[str]
    version: int = 1
    max_limit: int = 100
    realtime: bool = False

    @property
    def is_junction(self) -> bool:
        """Whether nobody wrote it."""
        return self.declared.origin is not None


def build_registry(classes: Iterable[type[Entity]]) -> Registry:
    """The registry of these entity classes; SchemaError lists everything that is wrong with them."""
    return assemble(Sources(tuple(classes)))


def assemble(sources: Sources) -> Registry:
    """The registry of what a schema folder holds; SchemaError lists everything that is wrong with it."""
    findings = Findings()
    for problem in sources.problems:
        findings.add(problem.location, problem.message, problem.remedy)
    if not sources.entities and not sources.problems:
        findings.add(sources.place, "There is no entity.", "Declare one: `class Post(Entity): …`.")
    names = {cls.__name__: cls for cls in (*sources.models, *sources.entities)}
    reader = FieldReader(findings, names)
    sources = replace(sources, entities=(*sources.entities, *make_trails(findings, sources.entities)))
    drafts = _read_all(findings, reader, sources, names)
    checks.check_together(findings, drafts, reader)
    check_storing(findings, drafts)
    findings.raise_if_any()
    return Registry([_finished(draft, reader) for draft in drafts], warnings=findings.warnings)


def _read_all(
    findings: Findings, reader: FieldReader, sources: Sources, names: Mapping[str, type[Model]]
) -> list[Draft]:
    failures = {cls: checks.complete(cls, names) for cls in (*sources.models, *sources.entities)}
    servable = checks.servable(findings, [declared_by(cls) for cls in sources.entities])
    fields = {each.name: reader.read(each.cls) for each in servable}
    neighbours = Neighbours(findings, {each.name: each for each in servable}, fields, sources.unreadable)
    junctions = read_junctions(neighbours)
    for each in junctions.made:
        failures[each.cls] = checks.complete(each.cls, names)
        fields[each.name] = reader.read(each.cls)
    graph = Graph(neighbours, _read_relations(neighbours, junctions))
    drafts = [_read(findings, reader, graph, each, fields[each.name]) for each in servable]
    drafts += [_read_junction(findings, reader, each, fields[each.name]) for each in junctions.made]
    for cls, failure in failures.items():
        checks.check_complete(findings, cls, failure)
    return drafts


def _read_relations(neighbours: Neighbours, junctions: Junctions) -> Mapping[str, Mapping[str, RelationModel]]:
    reader = RelationReader(neighbours, junctions.linkages)
    relations = {name: reader.read(declared) for name, declared in neighbours.declared.items()}
    return settle_deletions(neighbours, relations)


def _read(findings: Findings, reader: FieldReader, graph: Graph, declared: Declared, fields: Fields) -> Draft:
    functions = FunctionReader(findings, reader, declared, fields)
    options = OptionReader(findings, declared, fields)
    rules = RuleReader(findings, graph, declared)
    checks.check_fields(findings, declared, fields)
    return Draft(
        declared=declared,
        fields=fields,
        relations=graph.relations[declared.name],
        computed=functions.computed(),
        actions=functions.actions(rules),
        hooks=functions.hooks(),
        validators=functions.validators(),
        rules=rules.rules(),
        field_read_rules=rules.field_rules("read"),
        field_write_rules=rules.field_rules("write"),
        indexes=options.indexes(),
        functions=functions,
        collection=options.collection(),
        container=options.container(),
        storage=options.storage(),
        operations=options.operations(),
        version=options.positive("version", 1),
        max_limit=options.positive("max_limit", 100),
        realtime=options.flag("realtime"),
    )


def _read_junction(findings: Findings, reader: FieldReader, declared: Declared, fields: Fields) -> Draft:
    """A junction that the framework made: it has no doors and no rules, and is found from both ends."""
    functions = FunctionReader(findings, reader, declared, fields)
    options = OptionReader(findings, declared, fields)
    checks.check_fields(findings, declared, fields)
    _, near, far = (IndexKey(field.ref()) for field in list(fields.values())[:3])
    return Draft(
        declared=declared,
        fields=fields,
        relations={},
        computed={},
        actions={},
        hooks={},
        validators=functions.validators(),
        rules={},
        field_read_rules={},
        field_write_rules={},
        indexes=(IndexModel("by_near", (near, far)), IndexModel("by_far", (far, near))),
        functions=functions,
        collection=options.collection(),
        container=options.container(),
        storage=options.storage(),
        operations=frozenset(),
    )


def _finished(draft: Draft, reader: FieldReader) -> EntityModel:
    cls = draft.declared.cls
    codec: Codec = ModelCodec(
        cls,
        draft.fields,
        reader.classes,
        checks=draft.validators,
        parameters=draft.functions.parameter_codecs(draft.actions),
    )
    return EntityModel(
        name=draft.declared.name,
        record=cls,
        collection=draft.collection,
        container=draft.container,
        storage=draft.storage,
        fields=draft.fields,
        codec=codec,
        description=own_doc(cls),
        relations=draft.relations,
        computed=draft.computed,
        actions=draft.actions,
        hooks=draft.hooks,
        rules=draft.rules,
        field_read_rules=draft.field_read_rules,
        field_write_rules=draft.field_write_rules,
        indexes=draft.indexes,
        operations=draft.operations,
        schema_version=draft.version,
        max_limit=draft.max_limit,
        default_limit=min(20, draft.max_limit),
        realtime=draft.realtime,
        is_junction=draft.is_junction,
        is_trail=issubclass(cls, AuditEntry),
        trail=trail_of(cls),
        source=place(*draft.declared.site),
    )
