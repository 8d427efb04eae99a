"""What settings say about tenants: which claim names them, and what must not be left to chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from atakora_data.errors import SettingsError

NO_TENANCY: Final = "off"
"""What says that records are shared."""

LONGEST_TENANT: Final = 128
"""How many characters the name of a tenant may have."""

_TID: Final = "tid"
_ANY: Final = "*"
_OF_THE_TOKEN: Final = frozenset({"iss", "aud", "exp", "iat", "nbf", "sub", "oid", "roles", "groups", "scp"})
_OF_ITS_HOLDER: Final = frozenset({"name", "email", "preferred_username", "unique_name", "upn"})


def tenancy(text: str) -> str:
    """The name of a claim that whoever holds the token cannot choose, or `off`."""
    if text in _OF_THE_TOKEN:
        raise ValueError(f"must be off or a claim such as {_TID} that says where a caller belongs")
    if text in _OF_ITS_HOLDER:
        raise ValueError(f"must be off or a claim such as {_TID} that people cannot change themselves")
    return text


def tenant(text: str) -> str:
    """The name of a tenant."""
    if not is_tenant(text):
        raise ValueError(f"must be printable text of at most {LONGEST_TENANT} characters")
    return text


def is_tenant(text: str) -> bool:
    """Whether this can name a tenant: printable text of 1 to 128 characters."""
    return 0 < len(text) <= LONGEST_TENANT and text.isprintable()


def refuse_shared_tenants(tenancy: str | None, anonymous: str | None, entra_tenants: Sequence[str]) -> None:
    """Raise SettingsError where organizations would share records that nobody said they share."""
    are_several = len(entra_tenants) > 1 or _ANY in entra_tenants
    if are_several and tenancy is None:
        raise SettingsError(
            "ATAKORA_ENTRA_TENANTS lets several organizations in. Set ATAKORA_TENANCY=tid to give each its own "
            "records, or ATAKORA_TENANCY=off if they are to share them."
        )
    if are_several and tenancy not in (_TID, NO_TENANCY):
        raise SettingsError(
            f"ATAKORA_TENANCY={tenancy} is safe with tokens of one organization only: each can put any claim but "
            f"{_TID} into its own. Set ATAKORA_TENANCY={_TID}, or name one organization in ATAKORA_ENTRA_TENANTS."
        )
    if anonymous is not None and tenancy in (None, NO_TENANCY):
        raise SettingsError("ATAKORA_ANONYMOUS_TENANT needs tenancy. Set ATAKORA_TENANCY=tid, or leave it out.")
