# mypy: disable-error-code="import-not-found"
"""Calls the app with the client that openapi-python-client made: `rest.py API TOKEN`."""

import json
import sys

from made.api.post import post_create, post_get
from made.client import AuthenticatedClient
from made.models import PostCreate

api, token = sys.argv[1:]
client = AuthenticatedClient(base_url=api, token=token)
draft = PostCreate.from_dict({"id": "openapi-python-client", "title": "Typed", "status": "published"})
created = post_create.sync_detailed(client=client, body=draft)
found = post_get.sync_detailed("openapi-python-client", client=client)
missing = post_get.sync_detailed("none", client=client)
told = [int(created.status_code), found.parsed.title, int(missing.status_code), missing.parsed.to_dict()["code"]]
sys.stdout.write(json.dumps(told))
