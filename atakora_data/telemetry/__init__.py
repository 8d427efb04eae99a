"""Noteworthy happenings as frozen types; observers choose what to show."""
