"""API Management: policies are well-formed, and nothing that depends on the caller is ever kept."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from atakora_data.codegen.gateway import gateway_apis, gateway_scopes, open_entities
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.infra.template import INFRA, Template

POLICIES = sorted((INFRA / "policies").glob("*.xml"))

HEAD = "from atakora_data import *\n"
ENTITY = '''
class {name}(Entity):
    """An entity."""

    id: str = Field(primary_key=True)
    status: str = "new"
    owner_id: str = Field(owner=True)
    other_id: str = ""
    authorization = Authorization(read={rule}{fields})
'''


def registry_of(folder: Path, rules: dict[str, str], more: str = "", fields: str = "") -> Registry:
    """Entities whose read rules are these expressions."""
    made = [ENTITY.format(name=name, rule=rule, fields=fields) for name, rule in rules.items()]
    (folder / "things.py").write_text(HEAD + "def custom(ctx, record):\n    return True\n" + "".join(made) + more)
    return load_registry(folder)


@pytest.mark.parametrize("path", POLICIES, ids=lambda each: each.name)
def test_policies_are_well_formed(path: Path) -> None:
    """Each is XML with the four sections, and each goes on with what stands above it; above all stands nothing."""
    root = ET.fromstring(path.read_text())  # noqa: S314 - our own file
    assert ("policies", ["inbound", "backend", "outbound", "on-error"]) == (root.tag, [each.tag for each in root])
    assert (path.name != "all.xml") == all(section.find("base") is not None for section in root)


def test_policies_are_read_as_the_xml_they_are() -> None:
    """Quotes in expressions are written as XML wants them: `rawxml` would take `&quot;` for C#."""
    for module in ("gateway", "operations"):
        source = Template(INFRA / "modules" / f"{module}.bicep").source
        assert {"xml"} == set(re.findall(r"format: '(\w+)'", source))


def test_all_requests_pass_what_holds_for_all() -> None:
    """The policy of everything is that of the service: no API, and no operation, is without it."""
    source = Template(INFRA / "modules" / "gateway.bicep").source
    assert "service/policies@" in source
    kinds = {each.tag for each in ET.fromstring((INFRA / "policies" / "all.xml").read_text()).iter()}  # noqa: S314
    wanted = {"cors", "validate-jwt", "rate-limit-by-key", "authentication-managed-identity", "return-response"}
    assert wanted <= kinds


def test_only_callers_without_a_token_meet_the_cache() -> None:
    """Looking up and keeping are done in one policy alone, where no Authorization header came."""
    anonymous = '!context.Request.Headers.ContainsKey("Authorization")'
    for path in POLICIES:
        root = ET.fromstring(path.read_text())  # noqa: S314 - our own file
        for kind in ("cache-lookup", "cache-store"):
            guarded = [
                each for when in root.iter("when") if anonymous in when.get("condition", "") for each in when.iter(kind)
            ]
            assert list(root.iter(kind)) == guarded
            assert path.name == "cached.xml" or not guarded


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [
        ("allow.public()", True),
        ("allow.where(status='published') | allow.owner()", True),
        ("allow.authenticated()", False),
        ("allow.role('admin')", False),
        ("allow.never()", False),
        ("allow.custom(custom)", False),
        ("allow.public() & allow.custom(custom)", False),
    ],
)
def test_only_what_anonymous_callers_get_alike_is_kept(rule: str, is_open: bool, tmp_path: Path) -> None:
    """An answer is kept where the rules alone say what a caller without a token gets."""
    registry = registry_of(tmp_path, {"Thing": rule})
    assert (frozenset({"Thing"}) if is_open else frozenset()) == open_entities(registry)
    (group,) = [each for each in gateway_apis(registry) if each["name"] == "Thing"]
    assert {("GET", is_open)} == {
        (each["method"], each["isCached"]) for each in group["operations"] if each["method"] == "GET"
    }
    assert not any(each["isCached"] for each in group["operations"] if each["method"] != "GET")


def test_a_function_behind_a_relation_counts(tmp_path: Path) -> None:
    """What may be included is part of an answer: a function there keeps the whole from being kept."""
    more = '    other: BelongsTo["Other"] = belongs_to("other_id")\n'
    registry = registry_of(
        tmp_path, {"Other": "allow.public() & allow.custom(custom)", "Thing": "allow.public()"}, more
    )
    assert frozenset() == open_entities(registry)


def test_a_function_over_a_field_counts(tmp_path: Path) -> None:
    """A field that a function shows or hides keeps the record from being kept."""
    fields = ", fields={'status': FieldRules(read=allow.custom(custom))}"
    assert frozenset() == open_entities(registry_of(tmp_path, {"Thing": "allow.public()"}, fields=fields))


def test_operations_are_those_of_the_description(tmp_path: Path) -> None:
    """Each path and method is offered once, with its placeholders."""
    registry = registry_of(tmp_path, {"Thing": "allow.public()"})
    operations = [each for group in gateway_apis(registry) for each in group["operations"]]
    assert len(operations) == len({each["name"] for each in operations})
    (got,) = [each for each in operations if each["name"] == "Thing_get"]
    assert ("/things/{id}", [{"name": "id", "type": "string", "required": True}]) == (
        got["urlTemplate"],
        got["templateParameters"],
    )


def test_scopes_are_those_that_the_app_asks_for(tmp_path: Path) -> None:
    """Of each entity those to read and to write, and those for all; none of links that the framework keeps."""
    more = '    others: ManyToMany["Other"] = many_to_many("ThingOther")\n'
    registry = registry_of(tmp_path, {"Other": "allow.public()", "Thing": "allow.public()"}, more)
    assert any(entity.is_junction for entity in registry)
    assert ["Data.Read", "Data.Write", "Other.Read", "Other.Write", "Thing.Read", "Thing.Write"] == gateway_scopes(
        registry
    )
