"""The REST door and its OpenAPI description."""
