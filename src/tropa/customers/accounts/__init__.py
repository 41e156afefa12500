"""Pages of accounts: the list, the card, the form."""
