"""The schema as text: what each declaration becomes in GraphQL."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
)

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.errors import SchemaError
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.loader import load_registry
from atakora_data.registry.names import RESERVED_TYPES, types_of_entity, types_of_enum, types_of_object
from atakora_data.registry.registry import Registry

_GOLDEN = Path(__file__).parent / "golden" / "blog.graphql"
_SAMPLE = Path(__file__).parents[3] / "schemas"


@pytest.fixture(scope="module")
def schema(registry: Registry) -> GraphQLSchema:
    """The schema of the blog, as graphql-core reads the text."""
    return build_schema(print_sdl(registry))


def fields(schema: GraphQLSchema, name: str) -> dict[str, str]:
    """The fields of a type with their types."""
    kind = schema.get_type(name)
    assert isinstance(kind, GraphQLObjectType | GraphQLInputObjectType), name
    return {field: str(each.type) for field, each in kind.fields.items()}


def test_the_sample_blog_has_the_schema_that_is_kept() -> None:
    """The schema of the sample is reviewed as a file; `UPDATE_GOLDEN=1` writes it anew."""
    sdl = print_sdl(load_registry(_SAMPLE))
    if os.environ.get("UPDATE_GOLDEN"):
        _GOLDEN.write_text(sdl, "utf-8")
    assert _GOLDEN.read_text("utf-8") == sdl


def test_the_same_registry_gives_the_same_text(registry: Registry) -> None:
    """The text does not depend on the order in which entities are named."""
    assert print_sdl(registry) == print_sdl(Registry(reversed(list(registry))))


def test_every_field_has_its_type(schema: GraphQLSchema) -> None:
    """Scalars, enums, lists and objects; a field is nullable only if it may be null or hidden."""
    assert {
        "id": "ID!",
        "text": "String",
        "uuid": "ID",
        "small": "Int",
        "large": "Long",
        "fraction": "Float",
        "flag": "Boolean",
        "price": "Decimal",
        "moment": "DateTime",
        "day": "Date",
        "clock": "Time",
        "colour": "Colour",
        "colours": "[Colour!]!",
        "numbers": "[Int!]!",
        "parts": "[PostMetadata!]!",
        "anything": "JSON!",
        "_etag": "String!",
        "_version": "Int!",
    } == fields(schema, "Sample")
    post = fields(schema, "Post")
    assert {"title": "String!", "note": "String", "noteLength": "Int", "titleLength": "Int!", "authorId": "ID"} == {
        name: post[name] for name in ("title", "note", "noteLength", "titleLength", "authorId")
    }
    assert ("User", "CommentConnection!") == (post["author"], post["comments"])


def test_inputs_have_what_a_client_can_set(schema: GraphQLSchema) -> None:
    """Read-only fields are in no input, immutable ones only in create; what has a default or an owner is optional."""
    assert {
        "id": "ID",
        "title": "String!",
        "slug": "String!",
        "status": "PostStatus",
        "authorId": "ID",
        "ownerId": "String",
        "tags": "[String!]",
        "metadata": "PostMetadataInput",
        "note": "String",
        "publishedAt": "DateTime",
    } == fields(schema, "CreatePostInput")
    assert fields(schema, "CreatePostInput").keys() - {"id"} == fields(schema, "UpdatePostInput").keys()
    assert not [kind for kind in fields(schema, "UpdatePostInput").values() if kind.endswith("!")]
    assert {"body": "String!", "rank": "Int", "postId": "ID!", "authorId": "ID", "id": "ID"} == fields(
        schema, "CreateCommentInput"
    )
    assert {"seoTitle": "String!", "views": "Int", "extra": "JSON"} == fields(schema, "PostMetadataInput")
    assert {"seoTitle": "String", "views": "Int", "extra": "JSON"} == fields(schema, "UpdatePostMetadataInput")
    assert "[PostMetadataInput!]" == fields(schema, "UpdateSampleInput")["parts"]


def test_operations_and_actions_are_root_fields(schema: GraphQLSchema) -> None:
    """Each entity has the operations it offers, named as the contract says."""
    assert {"getPost", "listPosts", "getUser", "listUsers", "getFeedback", "listFeedbacks"} < fields(
        schema, "Query"
    ).keys()
    mutations = schema.mutation_type
    assert mutations is not None
    assert {"createFeedback"} == {name for name in mutations.fields if "Feedback" in name}
    assert {"createPost", "updatePost", "deletePost", "publishPost", "retitlePost"} == {
        name for name in mutations.fields if name.endswith("Post")
    }
    retitle = {name: str(each.type) for name, each in mutations.fields["retitlePost"].args.items()}
    assert {"id": "ID!", "title": "String!", "suffix": "String", "ifMatch": "String"} == retitle
    assert "Give it another title." == mutations.fields["retitlePost"].description


def test_filters_offer_the_operators_of_each_type(schema: GraphQLSchema) -> None:
    """Each type has its filter; ids that are plain strings have the operators of strings."""
    assert {
        "id": "StringIDFilter",
        "text": "StringFilter",
        "uuid": "IDFilter",
        "colours": "ColourListFilter",
        "parts": "PostMetadataListFilter",
        "anything": "JSONFilter",
        "price": "DecimalFilter",
    }.items() <= fields(schema, "SampleFilter").items()
    assert {"eq": "ID", "ne": "ID", "in": "[ID!]", "notIn": "[ID!]", "isNull": "Boolean"} == fields(schema, "IDFilter")
    assert {"eq", "between", "beginsWithIgnoreCase"} < fields(schema, "StringIDFilter").keys()
    assert {
        "eq": "[Colour!]",
        "ne": "[Colour!]",
        "in": "[[Colour!]!]",
        "notIn": "[[Colour!]!]",
        "isNull": "Boolean",
        "contains": "Colour",
        "containsAny": "[Colour!]",
        "containsAll": "[Colour!]",
        "size": "IntFilter",
        "isEmpty": "Boolean",
    } == fields(schema, "ColourListFilter")
    assert {"isNull": "Boolean", "isEmpty": "Boolean"} == fields(schema, "PostMetadataListFilter")
    nested = fields(schema, "PostMetadataFilter")
    assert ("IntFilter", "[PostMetadataFilter!]", "Boolean") == (nested["views"], nested["and"], nested["isNull"])


def test_orders_name_what_has_an_order(schema: GraphQLSchema) -> None:
    """Lists, objects and free keys have no order; fields of nested objects do."""
    order = fields(schema, "PostOrderBy")
    assert "tags" not in order
    assert ("OrderDirection", "PostMetadataOrderBy") == (order["title"], order["metadata"])
    assert {"seoTitle": "OrderDirection", "views": "OrderDirection"} == fields(schema, "PostMetadataOrderBy")


def test_descriptions_survive_whatever_they_hold(registry: Registry) -> None:
    """Quotes, backslashes and several lines come back as they were written."""
    for text in (
        'Says """hello""" and \\',
        'One "word"',
        "First.\n\n  Second, indented.",
        'Ends with "',
        "Ünï \\u0041",
    ):
        described = Registry([_described(registry["Feedback"], text)])
        kind = build_schema(print_sdl(described)).get_type("Feedback")
        assert kind is not None
        assert text == kind.description


def _described(entity: EntityModel, text: str) -> EntityModel:
    return replace(entity, description=text)


def test_an_empty_registry_has_a_schema() -> None:
    """A schema folder without entities is served, with nothing to ask for."""
    assert ["_empty"] == list(fields(build_schema(print_sdl(Registry([]))), "Query"))


def test_an_entity_without_changes_has_no_update(registry: Registry) -> None:
    """What has no field to change has no update mutation, since an input needs a field."""
    user = registry["Feedback"]
    only_id = {"id": user.fields["id"]}
    entity = replace(user, fields=only_id, operations=frozenset({"create", "update", "get"}))
    schema = build_schema(print_sdl(Registry([entity])))
    assert ["createFeedback"] == list(fields(schema, "Mutation"))


def test_generated_names_are_kept_from_clashing(schema: GraphQLSchema, registry: Registry) -> None:
    """Every type is reserved or belongs to an entity, object or enum, so that a clash is found at load."""
    known = set(RESERVED_TYPES)
    for entity in registry:
        known.update(types_of_entity(entity.name))
    known.update(types_of_object("PostMetadata"), types_of_enum("PostStatus"), types_of_enum("Colour"))
    ours = {name for name, kind in schema.type_map.items() if not is_introspection_type(kind)}
    assert set() == ours - known


def test_a_parameter_that_every_action_has_is_refused_at_load(tmp_path: Path) -> None:
    """`id` and `ifMatch` are arguments of each action already."""
    (tmp_path / "thing.py").write_text(
        "from atakora_data import ActionContext, Authorization, Entity, Field, action, allow\n"
        "class Thing(Entity):\n"
        "    id: str = Field(primary_key=True)\n"
        "    authorization = Authorization(read=allow.public())\n"
        "    @action\n"
        "    def turn(record: 'Thing', ctx: ActionContext, id: str) -> 'Thing':\n"
        "        return record\n"
    )
    with pytest.raises(SchemaError, match="the parameter `id` of `turn` is every action's already"):
        load_registry(tmp_path)
