"""Ways in: the import wizard for files."""
