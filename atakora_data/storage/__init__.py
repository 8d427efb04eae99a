"""Where records live: a port and its adapters."""
