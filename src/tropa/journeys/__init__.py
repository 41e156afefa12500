"""Journey definitions (product, stages, rules, CRM mapping, versions) and the placement of accounts on them."""
