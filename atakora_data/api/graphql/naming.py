"""What everything is called in the GraphQL schema: one place for the names, so that SDL and resolvers agree."""

from __future__ import annotations

from collections.abc import Mapping

from atakora_data.registry import names
from atakora_data.registry.entity import ActionModel, EntityModel, FieldModel, RelationKind, RelationModel, TypeName
from atakora_data.registry.names import capital, is_enum_value


def get_field(entity: EntityModel) -> str:
    """The query of one record: `getPost`."""
    return f"get{entity.name}"


def list_field(entity: EntityModel) -> str:
    """The query of a page of records, by the plural in the entity's REST path: `listPosts`, `listBlogPosts`."""
    return f"list{names.plural_of(entity.collection)}"


def aggregate_field(entity: EntityModel) -> str:
    """The query of what is worked out of many records: `aggregatePosts`."""
    return f"aggregate{names.plural_of(entity.collection)}"


def create_field(entity: EntityModel) -> str:
    """The mutation that stores a new record: `createPost`."""
    return f"create{entity.name}"


def update_field(entity: EntityModel) -> str:
    """The mutation that changes some fields of a record: `updatePost`."""
    return f"update{entity.name}"


def delete_field(entity: EntityModel) -> str:
    """The mutation that deletes a record: `deletePost`."""
    return f"delete{entity.name}"


def subscription_fields(entity: EntityModel) -> dict[str, str]:
    """The subscriptions to its changes, and the operation that each is told of: `onCreatePost`, `created`."""
    words = {"Create": "created", "Update": "updated", "Delete": "deleted"}
    return {f"on{word}{entity.name}": operation for word, operation in words.items()}


def upsert_field(entity: EntityModel) -> str:
    """The mutation that replaces a record, or creates it: `upsertPost`."""
    return f"upsert{entity.name}"


def create_many_field(entity: EntityModel) -> str:
    """The mutation that stores several new records: `createPosts`."""
    return f"create{names.many_of(entity.name, entity.collection)}"


def update_many_field(entity: EntityModel) -> str:
    """The mutation that changes all records that match: `updatePosts`."""
    return f"update{names.many_of(entity.name, entity.collection)}"


def delete_many_field(entity: EntityModel) -> str:
    """The mutation that deletes all records that match: `deletePosts`."""
    return f"delete{names.many_of(entity.name, entity.collection)}"


def link_field(entity: EntityModel, relation: RelationModel) -> str:
    """The mutation that links a record to one of another: `linkPostToTags`."""
    return names.link_mutations_of(entity.name, relation.wire)[0]


def unlink_field(entity: EntityModel, relation: RelationModel) -> str:
    """The mutation that takes such a link away: `unlinkPostFromTags`."""
    return names.link_mutations_of(entity.name, relation.wire)[1]


def action_field(entity: EntityModel, action: ActionModel) -> str:
    """The mutation that runs an action: `publishPost`."""
    return f"{action.wire}{entity.name}"


def relation_type(entity: EntityModel, relation: RelationModel) -> str:
    """How types made for one relation begin, and what the union of a polymorphic one is called: `PostTags`."""
    return f"{entity.name}{capital(relation.wire)}"


def links(entity: EntityModel, relation: RelationModel) -> str:
    """What the links of a many-to-many are called: `PostToTags`, with its connection and its edge."""
    return names.links_of(entity.name, relation.wire)


def edge(entity: EntityModel, relation: RelationModel) -> str:
    """The type of one link of a many-to-many, with the record it leads to: `PostToTagsEdge`."""
    return f"{links(entity, relation)}Edge"


def connection(entity: EntityModel, relation: RelationModel) -> str:
    """The page that a to-many relation leads to: that of a many-to-many has edges, and is a type of its own."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        return f"{links(entity, relation)}Connection"
    return f"{relation.target}Connection"


def updatable_fields(entity: EntityModel) -> list[FieldModel]:
    """The fields an update can name."""
    return [each for each in entity.fields.values() if not (each.read_only or each.immutable or each.primary_key)]


def group_terms(fields: Mapping[str, FieldModel], *parents: str) -> dict[str, str]:
    """What records can be grouped by: the enum value, `metadata_isFeatured`, and how the service calls it."""
    found: dict[str, str] = {}
    for each in fields.values():
        path = (*parents, each.wire)
        if each.type.name is TypeName.OBJECT and each.type.object is not None:
            found.update(group_terms(each.type.object.fields, *path))
        elif each.type.is_scalar and is_enum_value("_".join(path)):
            found["_".join(path)] = ".".join(path)
    return found
