"""`infra`: what Azure has to hold for the schemas, as JSON that a deployment template reads."""

from __future__ import annotations

import argparse
import json

from atakora_data.cli.options import add_schemas, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--containers", action="store_true", required=True, help="print the Cosmos DB containers")
    add_schemas(parser)


def run(args: argparse.Namespace) -> int:
    """Print the containers, always the same for the same schemas."""
    settings = read_settings(args)
    from atakora_data.registry.loader import load_registry
    from atakora_data.storage.cosmos.containers import container_specs

    containers = [spec.to_json() for spec in container_specs(load_registry(settings.schemas))]
    print(json.dumps({"database": settings.cosmos_database, "containers": containers}, indent=2))
    return 0
