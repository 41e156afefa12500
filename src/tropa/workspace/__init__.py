"""Tenants: workspaces, members with their roles, invitations, API keys, the audit trail, access functions."""
