"""What a person sees first: home, the card of a customer, the first ten minutes. Reads every room, owns none."""
