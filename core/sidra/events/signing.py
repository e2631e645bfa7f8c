"""How a subscriber knows that an event is ours: HMAC-SHA-256 over the moment and the body, under a shared secret."""

from __future__ import annotations

import hashlib
import hmac
import secrets

HEADER = "Sidra-Signature"
SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret of a subscription."""
    return secrets.token_urlsafe(SECRET_BYTES)


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The value of the header: `t=<seconds since 1970>,v1=<hex of the HMAC of "<seconds>.<body>">`."""
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hex()}"
