"""From the journal to whoever wants to know: entity events, and how they are published."""
