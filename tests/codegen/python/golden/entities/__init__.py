# Made by `python -m atakora_data generate python`; what is changed here is lost.
# ruff: noqa
