"""Where the account is: connection strings and identities."""

from __future__ import annotations

import pytest

from atakora_data.errors import SettingsError
from atakora_data.settings import Connection
from atakora_data.storage.cosmos.account import account_of

KEY = "c2VjcmV0LWtleQ=="


def test_a_connection_string_names_endpoint_and_key() -> None:
    """The key is never shown."""
    account = account_of(Connection("COSMOS", f"AccountEndpoint=https://me.documents.azure.com:443/;AccountKey={KEY};"))
    assert ("https://me.documents.azure.com:443/", KEY, False) == (account.endpoint, account.key, account.is_local)
    assert KEY not in repr(account)
    assert KEY == account.credential()


async def test_an_identity_gets_tokens() -> None:
    """A user-assigned one by its client id, else whatever the machine offers."""
    properties = {"accountEndpoint": "https://me.documents.azure.com:443/", "credential": "managedidentity"}
    for more, expected in [({}, "DefaultAzureCredential"), ({"clientId": "x"}, "ManagedIdentityCredential")]:
        credential = account_of(Connection("COSMOS", None, {**properties, **more})).credential()
        assert expected == type(credential).__name__
        await credential.close()


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (None, "needs COSMOS"),
        (Connection("COSMOS", "AccountEndpoint=https://a/"), "COSMOS has no AccountKey"),
        (Connection("COSMOS", "nonsense"), "no AccountEndpoint and no AccountKey"),
        (Connection("COSMOS", f"AccountEndpoint=http://elsewhere/;AccountKey={KEY}"), "The endpoint in COSMOS must be"),
        (Connection("COSMOS", None, {"accountEndpoint": "https://a", "key": "x"}), "no setting COSMOS__key"),
        (Connection("COSMOS", None, {"accountEndpoint": "https://a", "credential": "x"}), "must be managedidentity"),
    ],
)
def test_what_is_wrong_is_told_with_the_setting(connection: Connection | None, said: str) -> None:
    """Never with the key."""
    with pytest.raises(SettingsError) as caught:
        account_of(connection)
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
