"""The cookies that we set: one session a name for each affiliate, never to be read by scripts."""

from __future__ import annotations

from urllib.parse import unquote

SECURE_PREFIX = "__Host-"
"""A browser takes such a cookie only over HTTPS, for the whole host, from the host itself."""
EXPIRED = "; Max-Age=0"


def cookie_name(affiliate: str, *, is_secure: bool) -> str:
    """The name of the cookie that holds an affiliate's session."""
    return f"{SECURE_PREFIX if is_secure else ''}sidra_{affiliate}"


def visit_name(affiliate: str, *, is_secure: bool) -> str:
    """The name of the cookie that ties the sign-in form to the browser it was sent to."""
    return f"{cookie_name(affiliate, is_secure=is_secure)}_visit"


def step_name(affiliate: str, *, is_secure: bool) -> str:
    """The name of the cookie that holds what somebody has begun and not yet proved."""
    return f"{cookie_name(affiliate, is_secure=is_secure)}_step"


def device_name(affiliate: str, *, is_secure: bool) -> str:
    """The name of the cookie by which a browser is known again in which somebody has signed in before."""
    return f"{cookie_name(affiliate, is_secure=is_secure)}_device"


def set_cookie(name: str, value: str, max_age_seconds: int | None = None) -> str:
    """The `Set-Cookie` header of a cookie that lasts as long as the browser is open, or for some time."""
    lasting = "" if max_age_seconds is None else f"; Max-Age={max_age_seconds}"
    secure = "; Secure" if name.startswith(SECURE_PREFIX) else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lasting}"


def drop_cookie(name: str) -> str:
    """The `Set-Cookie` header that makes the browser forget a cookie."""
    return set_cookie(name, "") + EXPIRED


def read_cookie(header: str, name: str) -> str:
    """The value of a cookie in a `Cookie` header; empty where it is not there."""
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return unquote(value.strip('"'))
    return ""
