"""Who may do what: one fold over the rules, read three ways."""
