"""What everything is called in the GraphQL schema: one place for the names, so that SDL and resolvers agree."""

from __future__ import annotations

from atakora_data.registry.entity import ActionModel, EntityModel, FieldModel, RelationKind, RelationModel


def get_field(entity: EntityModel) -> str:
    """The query of one record: `getPost`."""
    return f"get{entity.name}"


def list_field(entity: EntityModel) -> str:
    """The query of a page of records, by the plural in the entity's REST path: `listPosts`, `listBlogPosts`."""
    return "list" + "".join(part[:1].upper() + part[1:] for part in entity.collection.split("-"))


def create_field(entity: EntityModel) -> str:
    """The mutation that stores a new record: `createPost`."""
    return f"create{entity.name}"


def update_field(entity: EntityModel) -> str:
    """The mutation that changes some fields of a record: `updatePost`."""
    return f"update{entity.name}"


def delete_field(entity: EntityModel) -> str:
    """The mutation that deletes a record: `deletePost`."""
    return f"delete{entity.name}"


def action_field(entity: EntityModel, action: ActionModel) -> str:
    """The mutation that runs an action: `publishPost`."""
    return f"{action.wire}{entity.name}"


def updatable_fields(entity: EntityModel) -> list[FieldModel]:
    """The fields an update can name; without any there is no update mutation, since an input needs a field."""
    if "update" not in entity.operations:
        return []
    return [each for each in entity.fields.values() if not (each.read_only or each.immutable or each.primary_key)]


def relations(entity: EntityModel) -> dict[str, RelationModel]:
    """The relations GraphQL offers, by wire name: those that the service loads."""
    offered = (RelationKind.BELONGS_TO, RelationKind.HAS_MANY)
    return {name: each for name, each in entity.relations.items() if each.kind in offered}
