"""Pages of deals: the board, the list, the deal, moving it, orders and subscriptions."""
