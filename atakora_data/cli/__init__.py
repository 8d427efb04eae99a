"""The command line: python -m atakora_data."""
