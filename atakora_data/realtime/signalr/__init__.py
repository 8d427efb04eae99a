"""Hubs: how subscribers are reached by Azure SignalR, and by the local host's own hub."""
