"""Who asks, and over what, where proxies of ours stand between: from what the outermost of them wrote."""

from __future__ import annotations

import ipaddress

from sidra.web.answers import Environ

SCHEMES = frozenset({"http", "https"})


def look_behind(environ: Environ, proxies: int) -> None:
    """Put the client's address and scheme in the place of those of the last of so many proxies.

    Each proxy adds at the end of `X-Forwarded-For` whom it was asked by, so what a client wrote itself stands before
    the last `proxies` entries and counts for nothing. What cannot be read leaves things as they are.
    """
    if not proxies:
        return
    addresses = _entries(environ, "HTTP_X_FORWARDED_FOR")
    address = _address(addresses[-proxies]) if len(addresses) >= proxies else ""
    if address:
        environ["REMOTE_ADDR"] = address
    # Many proxies replace this one instead of adding to it, so that there may be fewer entries than proxies.
    schemes = _entries(environ, "HTTP_X_FORWARDED_PROTO")
    scheme = schemes[-min(proxies, len(schemes))].lower() if schemes else ""
    if scheme in SCHEMES:
        environ["wsgi.url_scheme"] = scheme


def _entries(environ: Environ, name: str) -> list[str]:
    text: str = environ.get(name, "")
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _address(text: str) -> str:
    """Return an address without its port: `192.0.2.1:80`, `[2001:db8::1]:80`; empty for what is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""
