"""Doors: they translate, they never decide."""
