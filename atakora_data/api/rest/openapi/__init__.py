"""The OpenAPI 3.1 description of what the REST door serves: pure functions, registry in, document out."""
