"""The embedded store: JSON documents in one SQLite file."""
