"""Random secrets that are shown once and stored as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored. One round is enough: nobody can try 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
