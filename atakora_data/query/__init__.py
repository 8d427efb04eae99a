"""Filters, orders, pages and cursors as plain data: no schema, no SQL."""
