"""Entra ID: who signs its tokens, which of them are meant for this app, and whom they name."""
