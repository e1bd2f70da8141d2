"""Sealing what has to be read again by us and by nobody who only has the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(content: bytes, purpose: str, key: str = "") -> bytes:
    """Return bytes that `unseal` opens with the same purpose and key, in a site with the same SECRET_KEY."""
    return _box(settings.SECRET_KEY, purpose, key).encrypt(content)


def unseal(sealed: bytes, purpose: str, key: str = "") -> bytes | None:
    """Return what was sealed, also under one of the SECRET_KEY_FALLBACKS; None for what these do not open."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(str(secret), purpose, key).decrypt(bytes(sealed))
        except InvalidToken:
            continue
    return None


def _box(secret: str, purpose: str, key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=b"relations", info=f"{purpose}\0{key}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
