"""The clouds that Entra ID runs in: each is separate, with hosts of its own."""

from __future__ import annotations

from typing import Final, NamedTuple


class Cloud(NamedTuple):
    """Where one cloud signs people in, and where its Microsoft Graph is; both are URLs without a path."""

    login: str
    graph: str


CLOUDS: Final = {
    "public": Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "usgovernment": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "china": Cloud("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
}
"""All clouds, by the name that settings know them by."""
