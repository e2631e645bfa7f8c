"""Request bodies: as long as they say, and no longer than is read."""

from __future__ import annotations

import io
from typing import Any

from sidra.api.faults import TooLarge
from sidra.errors import BadQuery

MAX_BODY_BYTES = 2 * 1024 * 1024
STRANGER_BYTES = 64 * 1024
"""Whoever is not signed in sends no more than a login and a password."""
MAX_DIGITS = 16


def check_length(environ: dict[str, Any], limit: int = MAX_BODY_BYTES) -> None:
    """Raise TooLarge or BadQuery for a body that is larger than is read, or whose length is no number."""
    text: str = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise BadQuery("`Content-Length` is no number", hint="leave it to the client's library")
    if len(text) > len(str(limit)) or int(text) > limit:
        raise too_large(limit)


def check_told(environ: dict[str, Any]) -> None:
    """Raise BadQuery for a body that does not tell its length: forms do, and what does not may never end."""
    if "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
        raise BadQuery("the body does not tell its length", hint="send `Content-Length`, as browsers do")


def is_long(environ: dict[str, Any], most: int) -> bool:
    """Whether a body says that it is longer than so many bytes."""
    text: str = environ.get("CONTENT_LENGTH") or "0"
    return text.isascii() and text.isdigit() and len(text) < MAX_DIGITS and int(text) > most


def read_body(environ: dict[str, Any]) -> bytes:
    """The body of a request; raises TooLarge where it is larger than is read, with or without a length."""
    length: str = environ.get("CONTENT_LENGTH") or ""
    if length:
        check_length(environ)
        return _kept(environ, bytes(environ["wsgi.input"].read(int(length))))
    if "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    body = bytes(environ["wsgi.input"].read(MAX_BODY_BYTES + 1))
    if len(body) > MAX_BODY_BYTES:
        raise too_large()
    return _kept(environ, body)


def _kept(environ: dict[str, Any], body: bytes) -> bytes:
    """Return a body that can be read again."""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def too_large(limit: int = MAX_BODY_BYTES) -> TooLarge:
    """The error for a body that is too large."""
    hint = "send less at once; files come in through feeds"
    return TooLarge(f"a body has {limit} bytes at most", limit_bytes=limit, hint=hint)
