"""The Python client: a small runtime, the same for everybody, and the types of each entity."""
