"""The typed door for hooks, actions and user functions."""
