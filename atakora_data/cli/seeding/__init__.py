"""Loading JSON Lines files through the service: which files, what each line holds, and what became of it."""
