"""All entities, loaded once at cold start and frozen."""
