"""Secrets that must be read again (of one-time codes) are encrypted with a key made from the server's own.

After SECRET_KEY changed, what was sealed before opens with the keys that SECRET_KEY_FALLBACKS lists.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def seal(text: str) -> str:
    """Encrypt and sign."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Raises cryptography.fernet.InvalidToken when it was changed or sealed with an unknown key."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tropa.sealing").derive(force_bytes(secret))
    return base64.urlsafe_b64encode(made)
