"""What the local host greets with."""

from __future__ import annotations

from atakora_data.devhost.banner import banner
from atakora_data.devhost.personas import Persona
from atakora_data.registry.registry import Registry


def test_an_empty_schema_folder_says_what_to_do() -> None:
    """Without entities the URLs are shown all the same."""
    text = banner("http://127.0.0.1:7071/api", Registry([]), [(Persona("alice", "alice"), "TOKEN")])
    assert "http://127.0.0.1:7071/api/graphql" in text
    assert "schema folder" in text
    assert "TOKEN" in text


def test_tokens_of_a_tenant_say_so() -> None:
    """While tenancy is on, whoever reads on sees whose records they will get."""
    tokens = [(Persona("alice", "alice"), "TOKEN")]
    assert "Tokens of the tenant local" in banner("http://x/api", Registry([]), tokens, tenant="local")
    assert "tenant" not in banner("http://x/api", Registry([]), tokens)
