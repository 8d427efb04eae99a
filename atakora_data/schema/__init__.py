"""The schema language: declarations only."""
