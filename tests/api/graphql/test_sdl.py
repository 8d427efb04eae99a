"""The schema as text: what each declaration becomes in GraphQL."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_introspection_type,
)
from msgspec.structs import replace

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.errors import SchemaError
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.loader import load_registry
from atakora_data.registry.names import (
    RESERVED_TYPES,
    types_of_entity,
    types_of_enum,
    types_of_object,
    types_of_relation,
)
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


def arguments(schema: GraphQLSchema, root: str, name: str) -> dict[str, str]:
    """The arguments of a root field with their types."""
    kind = schema.get_type(root)
    assert isinstance(kind, GraphQLObjectType)
    return {argument: str(each.type) for argument, each in kind.fields[name].args.items()}


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
        "author": "PostAuthorCreateInput",
        "comments": "PostCommentsCreateInput",
    } == fields(schema, "CreatePostInput")
    assert fields(schema, "CreatePostInput").keys() - {"id"} == fields(schema, "UpdatePostInput").keys()
    assert not [kind for kind in fields(schema, "UpdatePostInput").values() if kind.endswith("!")]
    assert {"body": "String!", "rank": "Int", "text": None} == {
        name: fields(schema, "CreateCommentInput").get(name) for name in ("body", "rank", "text")
    }
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
    assert {"createFeedback", "createFeedbacks"} == {name for name in mutations.fields if "Feedback" in name}
    assert {"createPost", "updatePost", "upsertPost", "deletePost", "publishPost", "retitlePost"} == {
        name for name in mutations.fields if name.endswith("Post")
    }
    assert {"createPosts", "updatePosts", "deletePosts"} == {name for name in mutations.fields if "Posts" in name}
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


def test_every_kind_of_relation_is_a_field(schema: GraphQLSchema) -> None:
    """One record is its type, a list a page; a many-to-many has a page of its own, several targets are a union."""
    person = fields(schema, "Person")
    assert {
        "manager": "Person",
        "reports": "PersonConnection!",
        "badge": "Badge",
        "friends": "PersonToFriendsConnection!",
        "teams": "PersonToTeamsConnection!",
        "clubs": "PersonToClubsConnection!",
        "notes": "NoteConnection!",
    }.items() <= person.items()
    union = schema.get_type("NoteSubject")
    assert isinstance(union, GraphQLUnionType)
    assert ("NoteSubject", ["Person", "Team"]) == (
        fields(schema, "Note")["subject"],
        [each.name for each in union.types],
    )
    assert {
        "items": "[Club!]!",
        "edges": "[PersonToClubsEdge!]!",
        "nextToken": "String",
        "count": "Int",
    } == fields(schema, "PersonToClubsConnection")
    assert {"node": "Club!", "since": "Int!", "nickname": "String"} == fields(schema, "PersonToClubsEdge")
    assert {"node": "Person!"} == fields(schema, "PersonToFriendsEdge")
    assert {"node": "Team!", "role": "MembershipRole!", "salary": "Int"} == fields(schema, "PersonToTeamsEdge")


def test_a_junction_of_the_framework_has_no_types(schema: GraphQLSchema) -> None:
    """It is seen through its relations only; one of the schema's own is an entity like any other."""
    assert not [
        name for name in schema.type_map if name.startswith(("Friendship", "PersonClubsFilter", "CreateFriend"))
    ]
    assert {"getMembership", "listMemberships"} <= fields(schema, "Query").keys()


def test_filters_and_orders_cross_relations(schema: GraphQLSchema) -> None:
    """To one record the filter of the target and isNull, to many some, every and none, by type where it has several."""
    assert {
        "manager": "PersonToOneFilter",
        "badge": "BadgeToOneFilter",
        "reports": "PersonToManyFilter",
        "clubs": "ClubToManyFilter",
    }.items() <= fields(schema, "PersonFilter").items()
    assert {**fields(schema, "PersonFilter"), "isNull": "Boolean"} == fields(schema, "PersonToOneFilter")
    assert dict.fromkeys(("some", "every", "none"), "ClubFilter") == fields(schema, "ClubToManyFilter")
    assert {"Person": "PersonFilter", "Team": "TeamFilter", "isNull": "Boolean"} == fields(schema, "NoteSubjectFilter")
    order = fields(schema, "PersonOrderBy")
    assert ("PersonOrderBy", "BadgeOrderBy") == (order["manager"], order["badge"])
    assert not {"reports", "clubs", "notes"} & order.keys()
    assert "subject" not in fields(schema, "NoteOrderBy")


def test_inputs_write_relations(schema: GraphQLSchema) -> None:
    """Each relation takes the words that can succeed: none disconnects what must be connected or is new."""
    to_one, to_many = fields(schema, "PersonManagerUpdateInput"), fields(schema, "PersonReportsUpdateInput")
    assert {"create": "CreatePersonInput", "connect": "IDInput", "disconnect": "Boolean"} == to_one
    assert {
        "create": "[CreatePersonInput!]",
        "connect": "[IDInput!]",
        "disconnect": "[IDInput!]",
        "set": "[IDInput!]",
    } == to_many
    assert {"create", "connect"} == fields(schema, "PersonManagerCreateInput").keys()
    assert {"create", "connect"} == fields(schema, "PersonReportsCreateInput").keys()
    assert {"create", "connect"} == fields(schema, "PersonBadgeUpdateInput").keys()
    assert {"create"} == fields(schema, "PostCommentsUpdateInput").keys()
    assert {"Person": "IDInput", "Team": "IDInput"} == fields(schema, "NoteSubjectConnectInput")
    assert {"Person": "CreatePersonInput", "Team": "CreateTeamInput"} == fields(schema, "NoteSubjectRecordInput")


def test_inputs_of_links_have_their_fields(schema: GraphQLSchema) -> None:
    """Beside the id, or the fields of the new record; without such fields an id is enough."""
    assert {"id": "ID!", "_through": "PersonClubsThroughInput"} == fields(schema, "PersonClubsConnectInput")
    assert {**fields(schema, "CreateClubInput"), "_through": "PersonClubsThroughInput"} == fields(
        schema, "PersonClubsRecordInput"
    )
    assert {"since": "Int", "nickname": "String"} == fields(schema, "PersonClubsThroughInput")
    assert "[IDInput!]" == fields(schema, "PersonFriendsUpdateInput")["connect"]


def test_a_foreign_key_that_a_relation_fills_is_optional(schema: GraphQLSchema) -> None:
    """In create it may come from the relation, or from the parent; what must be there is the service's to say."""
    assert ("ID", "BadgePersonCreateInput") == (
        fields(schema, "CreateBadgeInput")["personId"],
        fields(schema, "CreateBadgeInput")["person"],
    )
    assert "ID" == fields(schema, "CreateCommentInput")["postId"]


def test_writes_of_many_and_of_links_are_root_fields(schema: GraphQLSchema) -> None:
    """Each with the arguments that it needs."""
    assert {"input": "[CreatePersonInput!]!"} == arguments(schema, "Mutation", "createPeople")
    assert {"filter": "PersonFilter!", "input": "UpdateManyPersonInput!", "maxAffected": "Int"} == arguments(
        schema, "Mutation", "updatePeople"
    )
    assert "manager" in fields(schema, "UpdatePersonInput")
    assert "manager" not in fields(schema, "UpdateManyPersonInput")
    assert {"filter": "PersonFilter!", "maxAffected": "Int"} == arguments(schema, "Mutation", "deletePeople")
    assert {"id": "ID!", "input": "CreatePersonInput!", "ifMatch": "String"} == arguments(
        schema, "Mutation", "upsertPerson"
    )
    assert {"id": "ID!", "clubId": "ID!", "_through": "PersonClubsThroughInput"} == arguments(
        schema, "Mutation", "linkPersonToClubs"
    )
    assert {"id": "ID!", "relatedPersonId": "ID!"} == arguments(schema, "Mutation", "linkPersonToFriends")
    assert {"id": "ID!", "clubId": "ID!"} == arguments(schema, "Mutation", "unlinkPersonFromClubs")


def test_operations_leave_writes_of_relations_out(registry: Registry) -> None:
    """What an entity does not offer is not offered by way of a relation either."""

    def limited(name: str, *operations: str) -> GraphQLSchema:
        changed = replace(registry[name], operations=frozenset(operations))
        return build_schema(print_sdl(Registry([each for each in registry if each.name != name] + [changed])))

    assert {"connect"} == fields(limited("Club", "get", "update"), "PersonClubsCreateInput").keys()
    schema = limited("Membership", "get", "delete")
    assert {"disconnect"} == fields(schema, "PersonTeamsUpdateInput").keys()
    assert "teams" not in fields(schema, "CreatePersonInput")
    assert {"unlinkPersonFromTeams"} == {name for name in fields(schema, "Mutation") if name.endswith("Teams")} - {
        f"{verb}Teams" for verb in ("create", "update", "delete")
    }
    schema = limited("Person", "get", "list", "create")
    assert ["linkPersonToTeams", "unlinkPersonFromTeams"] == [
        name for name in fields(schema, "Mutation") if name.startswith(("linkPerson", "unlinkPerson"))
    ]
    assert {"create"} == fields(limited("Note", "get", "create"), "PersonNotesUpdateInput").keys()


def test_a_plural_that_is_the_same_word_is_told_apart(tmp_path: Path) -> None:
    """Then mutations of many say so."""
    (tmp_path / "news.py").write_text(
        "from atakora_data import Authorization, Entity, Field, allow\n"
        "class News(Entity):\n"
        "    id: str = Field(primary_key=True)\n"
        "    text: str\n"
        "    authorization = Authorization(read=allow.public())\n"
    )
    schema = build_schema(print_sdl(load_registry(tmp_path)))
    assert {"createNews", "createManyNews", "updateManyNews", "deleteManyNews"} <= fields(schema, "Mutation").keys()
    assert {"listNews", "aggregateNews", "getNews"} == fields(schema, "Query").keys()


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
    assert ["createFeedback", "createFeedbacks"] == list(fields(schema, "Mutation"))


def test_generated_names_are_kept_from_clashing(schema: GraphQLSchema, registry: Registry) -> None:
    """Every type is reserved or belongs to an entity, object or enum, so that a clash is found at load."""
    known = set(RESERVED_TYPES)
    for entity in registry:
        known.update(types_of_entity(entity.name))
        for relation in entity.relations.values():
            known.update(types_of_relation(entity.name, relation.wire, relation.kind))
    known.update(types_of_object("PostMetadata"), types_of_enum("PostStatus"), types_of_enum("Colour"))
    known.update(types_of_enum("MembershipRole"))
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


def test_a_long_chain_of_entities_has_a_schema(tmp_path: Path) -> None:
    """150 entities, each leading to the next, are no deep recursion."""
    relation = 'next_id: str | None = None\n    next: BelongsTo["E{next}"] = belongs_to("next_id")'
    entity = "class E{number}(Entity):\n    id: str = Field(primary_key=True)\n    " + relation
    entities = "\n\n".join(entity.format(number=number, next=(number + 1) % 150) for number in range(150))
    (tmp_path / "chain.py").write_text(f"from atakora_data import BelongsTo, Entity, Field, belongs_to\n\n{entities}\n")
    assert "type E149 {" in print_sdl(load_registry(tmp_path))
