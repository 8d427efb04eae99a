"""Requests, responses, routing and problems, whatever the server."""
