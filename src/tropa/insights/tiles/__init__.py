"""The tiles of the dashboard: what each says, its table with the same numbers, its conclusion."""
