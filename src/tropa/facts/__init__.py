"""The log of touches: truth, key owners, columnar copy, ledger, quarantine."""
