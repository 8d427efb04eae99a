"""What changed between two sets of schemas, and what that means for clients, stored records and containers."""
