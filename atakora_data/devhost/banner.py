"""What the local host prints when it is ready: where everything is, and a line to paste."""

from __future__ import annotations

from collections.abc import Sequence

from atakora_data.devhost.personas import Persona
from atakora_data.registry.registry import Registry


def banner(url: str, registry: Registry, tokens: Sequence[tuple[Persona, str]], *, tenant: str = "") -> str:
    """Compose the text. url: where the API begins, e.g. `http://127.0.0.1:7071/api`. tenant: whose the tokens are."""
    return "\n".join(
        [
            "",
            *_places(url, registry),
            "",
            *_entities(url, registry),
            "",
            *_tokens(tokens, tenant),
            "",
            *_example(url, registry, tokens),
        ]
    )


def _places(url: str, registry: Registry) -> list[str]:
    told = ", ".join(sorted(registry.realtime))
    return [
        "Atakora Data is ready. Press Ctrl-C to stop.",
        "",
        f"  GraphQL  {url}/graphql   (open it in a browser)",
        f"  Docs     {url}/docs",
        f"  OpenAPI  {url}/openapi.json",
        f"  Health   {url}/health",
        *([f"  Realtime {url}/realtime/negotiate   (changes of {told})"] if told else []),
    ]


def _entities(url: str, registry: Registry) -> list[str]:
    if not len(registry):
        return ["No entities yet: put a module with an Entity into the schema folder."]
    served = registry.collections
    width = max(len(each.name) for each in served.values())
    return ["Entities", *(f"  {each.name:<{width}}  {url}/{path}" for path, each in served.items())]


def _tokens(tokens: Sequence[tuple[Persona, str]], tenant: str) -> list[str]:
    of = f" of the tenant {tenant}" if tenant else ""
    more = f"--id ID --role ROLE{' --tenant T' if tenant else ''}"
    lines = [f"Tokens{of} for a day (more with: python -m atakora_data token {more})"]
    for persona, token in tokens:
        roles = f", {', '.join(persona.roles)}" if persona.roles else ""
        lines += [f"  {persona.name} (id {persona.id}{roles})", f"    {token}"]
    return lines


def _example(url: str, registry: Registry, tokens: Sequence[tuple[Persona, str]]) -> list[str]:
    collection = next((each.collection for each in registry if each.owner), next(iter(registry.collections), None))
    if collection is None or not tokens:
        return []
    return ["Try", f'  curl -H "Authorization: Bearer {tokens[0][1]}" "{url}/{collection}?limit=3"', ""]
