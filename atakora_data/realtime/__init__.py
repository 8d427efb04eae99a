"""Subscriptions: who wants to know of which events, what of them they may see, and how it reaches them."""
