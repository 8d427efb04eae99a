"""Stand-ins for services that the real SDKs speak to."""
