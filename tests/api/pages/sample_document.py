"""A small OpenAPI document as the pages meet it, with text in it that would do harm if it ever became markup."""

from __future__ import annotations

from typing import Any

HOSTILE = "<img src=x onerror=\"window.harmed='html'\"><script>window.harmed='script'</script>"

Json = dict[str, Any]


def document(entities: int = 0) -> Json:
    """The description of a blog, with as many further entities as asked for."""
    names = [f"Thing{number:03}" for number in range(entities)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The blog",
            "version": "1.2.3",
            "description": f"Posts and what people say about them.\n\n- **One** list\n- `code`\n\n{HOSTILE}",
        },
        "servers": [{"url": "/api"}],
        "security": [{}, {"bearer": []}],
        "tags": [
            {"name": "Comment", "description": "What somebody says about a post."},
            {"name": "Post", "description": "An article on a blog."},
            *({"name": name, "description": f"Number {name}."} for name in names),
        ],
        "paths": {**_posts(), **_comments(), **{key: value for name in names for key, value in _things(name).items()}},
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "parameters": {
                "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            },
            "schemas": {
                **_schemas(),
                **{name: {"type": "object", "properties": {"id": {"type": "string"}}} for name in names},
            },
        },
    }


def _problem(description: str, code: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    example = {"type": "about:blank", "title": description, "status": 400, "code": code}
    return {"description": description, "content": {"application/problem+json": {"schema": schema, "example": example}}}


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _query(name: str, schema: Json, description: str, **more: Any) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description, **more}


def _posts() -> Json:
    page = {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Post"}},
            "nextToken": {"type": ["string", "null"]},
            "count": {"type": "integer"},
        },
    }
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CreatePost"}}}}
    post = {"$ref": "#/components/schemas/Post"}
    return {
        "/posts": {
            "get": {
                "operationId": "listPosts",
                "tags": ["Post"],
                "summary": "A page of posts",
                "description": "**Who may:** everybody where `status` is `published`, or the owner, or role `admin`.",
                "parameters": [
                    _query("filter", {"type": "string"}, "JSON.", example='{"status": {"eq": "published"}}'),
                    _query("orderBy", {"type": "string"}, "Fields, `-` for descending.", example="-publishedAt,title"),
                    _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Page size."),
                    _query("nextToken", {"type": "string"}, "Where the page before ended."),
                    _query("count", {"type": "boolean"}, "Whether to count all of them."),
                ],
                "responses": {
                    "200": _answer("A page.", page),
                    "400": _problem("The filter is invalid", "invalid_filter"),
                },
            },
            "post": {
                "operationId": "createPost",
                "tags": ["Post"],
                "summary": "Create a post",
                "description": "**Who may:** anybody signed in.",
                "security": [{"bearer": []}],
                "requestBody": body,
                "responses": {
                    "201": _answer("The record.", post),
                    "422": _problem("The input is not valid", "validation_failed"),
                },
            },
        },
        "/posts/{id}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                "operationId": "getPost",
                "tags": ["Post"],
                "summary": f"One post {HOSTILE}",
                "description": HOSTILE,
                "parameters": [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}],
                "responses": {"200": _answer("The record.", post), "404": _problem("Not found", "not_found")},
            },
            "delete": {
                "operationId": "deletePost",
                "tags": ["Post"],
                "summary": "Delete a post",
                "security": [{"bearer": []}],
                "responses": {"204": {"description": "Gone."}, "403": _problem("Not allowed", "forbidden")},
            },
        },
    }


def _comments() -> Json:
    comment = {"$ref": "#/components/schemas/Comment"}
    return {
        "/comments": {
            "get": {
                "operationId": "listComments",
                "tags": ["Comment"],
                "summary": "A page of comments",
                "responses": {"200": _answer("All of them.", {"type": "array", "items": comment})},
            }
        }
    }


def _things(name: str) -> Json:
    get = {"tags": [name], "summary": f"A page of {name}", "responses": {"200": {"description": "A page."}}}
    return {
        f"/{name.lower()}": {
            "get": {**get, "operationId": f"list{name}"},
            "post": {**get, "operationId": f"create{name}"},
        }
    }


def _schemas() -> Json:
    title = {"type": "string", "minLength": 1, "maxLength": 200, "description": "What it is called."}
    status = {"type": "string", "enum": ["draft", "published", "archived"], "default": "draft"}
    metadata = {"anyOf": [{"$ref": "#/components/schemas/PostMetadata"}, {"type": "null"}]}
    tags = {"type": "array", "items": {"type": "string"}, "maxItems": 10}
    return {
        "Post": {
            "type": "object",
            "description": "An article on a blog.",
            "required": ["id", "title", "content", "_etag"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "title": title,
                "content": {"type": "string", "minLength": 10},
                "status": status,
                "tags": tags,
                "metadata": metadata,
                "publishedAt": {"type": ["string", "null"], "format": "date-time"},
                "_etag": {"type": "string", "readOnly": True},
                "_version": {"type": "integer", "readOnly": True},
            },
        },
        "PostMetadata": {"type": "object", "properties": {"source": {"type": "string", "description": HOSTILE}}},
        "CreatePost": {
            "type": "object",
            "required": ["title", "content"],
            "properties": {
                "title": title,
                "content": {"type": "string", "minLength": 10},
                "status": status,
                "tags": tags,
                "metadata": metadata,
            },
        },
        "Comment": {"type": "object", "properties": {"id": {"type": "string"}, "text": {"type": "string"}}},
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "code": {"type": "string"},
            },
        },
    }
