"""Everything Azure gives, in one process at a desk."""
