"""Where Service Bus is, as the settings say it."""

from __future__ import annotations

import pytest

from atakora_data.errors import SettingsError
from atakora_data.events.service_bus_account import ServiceBusAccount, service_bus_account
from atakora_data.settings import Connection

KEY = "c2VjcmV0LWtleS1vZi10aGUtdG9waWM="
NAMESPACE = "shop.servicebus.windows.net"
STRING = f"Endpoint=sb://{NAMESPACE}/;SharedAccessKeyName=sender;SharedAccessKey={KEY}"


def test_a_connection_string_leads_to_a_namespace() -> None:
    """The connection string of an access policy names the namespace, the policy and its key."""
    assert ServiceBusAccount(NAMESPACE, "sender", KEY) == _account(STRING)


def test_a_connection_string_may_be_of_the_topic() -> None:
    """A policy of the topic itself is as good as one of the namespace."""
    assert _account(STRING) == _account(f"{STRING};EntityPath=entity-events")


def test_an_emulator_is_spoken_to_without_tls() -> None:
    """An emulator on this machine has a port and no TLS."""
    account = _account(
        f"Endpoint=sb://localhost:5672;SharedAccessKeyName=a;SharedAccessKey={KEY};UseDevelopmentEmulator=true;"
    )
    assert ("localhost:5672", True) == (account.namespace, account.is_plain)


def test_an_identity_has_no_key() -> None:
    """A managed identity needs the namespace, and its client id when it is user-assigned."""
    properties = {"fullyQualifiedNamespace": NAMESPACE, "clientId": "11", "credential": "managedidentity"}
    assert ServiceBusAccount(NAMESPACE, client_id="11") == service_bus_account(
        Connection("SERVICE_BUS", None, properties)
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"SharedAccessKeyName=sender;SharedAccessKey={KEY}", "no Endpoint"),
        (f"Endpoint=sb://{NAMESPACE}/;SharedAccessKey={KEY}", "no SharedAccessKeyName"),
        (f"Endpoint=sb://{NAMESPACE}/;SharedAccessKeyName=sender", "no SharedAccessKey"),
        (f"{STRING};EntityPath=orders", "another topic than entity-events"),
        (STRING.replace("sb://", "https://"), "must look like sb://"),
        (STRING.removesuffix("="), "cut off"),
    ],
)
def test_what_is_wrong_with_a_connection_string_is_told_without_its_key(text: str, told: str) -> None:
    """Each fault names the setting and the remedy, and the key is never shown."""
    with pytest.raises(SettingsError, match=f"SERVICE_BUS.*{told}|{told}.*SERVICE_BUS|{told}") as caught:
        _account(text)
    assert (True, False) == ("SERVICE_BUS" in str(caught.value), KEY[:20] in str(caught.value))


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({"fullyQualifiedNamespace": f"https://{NAMESPACE}/"}, "must be a host"),
        ({"fullyQualifiedNamespace": NAMESPACE, "clientID": "11"}, "no setting SERVICE_BUS__clientID"),
        ({"fullyQualifiedNamespace": NAMESPACE, "credential": "key"}, "must be managedidentity"),
    ],
)
def test_what_is_wrong_with_an_identity_is_told(properties: dict[str, str], told: str) -> None:
    """Each fault names the setting."""
    with pytest.raises(SettingsError, match=told):
        service_bus_account(Connection("SERVICE_BUS", None, properties))


def test_the_key_is_not_shown() -> None:
    """Whoever prints the account does not see the key."""
    assert KEY not in repr(_account(STRING))


def _account(text: str) -> ServiceBusAccount:
    return service_bus_account(Connection("SERVICE_BUS", text))
