"""Every setting of an app, typed, and read once from the environment."""

from atakora_data.settings.connections import Connection, connection_names
from atakora_data.settings.declared import Settings, documented_settings, require_realtime
from atakora_data.settings.setting import PREFIX, Setting

__all__ = ["PREFIX", "Connection", "Setting", "Settings", "connection_names", "documented_settings", "require_realtime"]
