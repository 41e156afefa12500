"""Pages of contacts: the list, the person, the form, where they work."""
