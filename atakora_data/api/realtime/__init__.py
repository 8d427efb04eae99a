"""The door to real time: where clients connect, and what they subscribe to."""
