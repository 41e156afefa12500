"""Accounts, contacts, deals, pipelines, orders and subscriptions: usable without any foreign CRM."""
