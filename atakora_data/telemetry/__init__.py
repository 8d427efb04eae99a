"""Noteworthy happenings as frozen types; logs choose what to show."""
