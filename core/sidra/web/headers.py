"""The headers that every answer carries: what a browser may do with it, and what not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Everything of a page comes from us as a file of its own; nothing inline is ever needed, so nothing is let through."""

SECURITY: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
PRIVATE = ("Cache-Control", "no-store")
"""Records are for whom they were sent to, and are never kept by a browser or a proxy."""
OVER_HTTPS: tuple[tuple[str, str], ...] = (("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),)

_PLAIN_SECURITY, _HTTPS_SECURITY = SECURITY, SECURITY + OVER_HTTPS


def secured(headers: Iterable[tuple[str, str]], *, is_secure: bool) -> list[tuple[str, str]]:
    """The headers with those that every answer carries."""
    return [*headers, *(_HTTPS_SECURITY if is_secure else _PLAIN_SECURITY)]


def secure_response(request: Any, response: Any) -> None:  # noqa: ANN401 - Pyramid ships no types
    """Give a WebOb response what every answer carries; what a view set itself stays."""
    for name, value in (*(_HTTPS_SECURITY if request.is_secure else _PLAIN_SECURITY), PRIVATE):
        if name not in response.headers:
            response.headers[name] = value
