"""Where Azure Functions starts: everything in `schemas/` becomes REST and GraphQL under /api."""

from pathlib import Path

from atakora_data.triggers.app import create_function_app

app = create_function_app(project=Path(__file__).parent)
