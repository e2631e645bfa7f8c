"""What a provider's signed token must say before anybody believes it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from sidra.access.oidc.refusals import ProviderRefused

DRIFT_SECONDS = 60
"""How far the clocks of a provider and of this machine may be apart."""
MAX_CHARACTERS = 64 * 1024
MAX_SUBJECT = 255
"""The bound of OpenID Connect itself."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
SIGNING_KEYS = frozenset({"RSA", "EC", "OKP"})
"""A symmetric key in a public list would let everybody sign."""

Claims = Mapping[str, Any]


class UnknownKey(ProviderRefused):
    """A token is signed by a key that is not among those known; the provider may have new ones."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token of one provider must agree with."""

    issuer: str
    client_id: str
    algorithms: Collection[str]
    now: datetime.datetime


def signing_keys(found: Mapping[str, Any]) -> KeySet:
    """The keys of a provider that verify signatures; raises ProviderRefused where there is none."""
    entries = found.get("keys")
    usable = [
        entry
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and entry.get("kty") in SIGNING_KEYS and entry.get("use", "sig") == "sig"
    ]
    try:
        keys = KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderRefused("keys") from error
    if not keys:
        raise ProviderRefused("keys")
    return keys


def id_claims(token: str, keys: KeySet, expected: Expected, *, nonce: str, access_token: str) -> Claims:
    """What an ID token says; raises ProviderRefused where it is not for us, of now, and of this very sign-in."""
    header, claims = _verified(token, keys, expected)
    _check_common(claims, expected)
    _check(claims.get("nonce") == nonce, "nonce")
    subject = claims.get("sub")
    _check(isinstance(subject, str) and subject.isprintable() and 0 < len(subject) <= MAX_SUBJECT, "subject")
    _check_printable(claims.get("sid"))
    half = claims.get("at_hash")
    if half is not None:
        _check(isinstance(half, str) and half == _half_hash(access_token, str(header["alg"])), "at_hash")
    return claims


def logout_claims(token: str, keys: KeySet, expected: Expected) -> Claims:
    """What a logout token says; raises ProviderRefused where it is none, as an ID token is none."""
    _, claims = _verified(token, keys, expected)
    _check_common(claims, expected)
    events = claims.get("events")
    _check(isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict), "event")
    _check("nonce" not in claims, "nonce")
    _check(isinstance(claims.get("jti"), str), "jti")
    names = [claims.get("sid"), claims.get("sub")]
    _check(any(isinstance(name, str) and name for name in names), "subject")
    for name in names:
        _check_printable(name)
    return claims


def _check_printable(name: object) -> None:
    """Refuse a name that no database would keep as it is."""
    _check(not isinstance(name, str) or name.isprintable(), "subject")


def _verified(token: str, keys: KeySet, expected: Expected) -> tuple[Mapping[str, Any], dict[str, Any]]:
    header = _header(token)
    algorithm = header.get("alg")
    _check(isinstance(algorithm, str) and algorithm in expected.algorithms, "algorithm")
    try:
        key = keys.get_by_kid(header.get("kid"), {"alg": str(algorithm)})
    except (JoseError, ValueError) as error:
        raise UnknownKey("key") from error
    try:
        found = jwt.decode(token, key, algorithms=list(expected.algorithms))
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise ProviderRefused("signature") from error
    return found.header, found.claims


def _header(token: str) -> Mapping[str, Any]:
    try:
        _check(len(token) <= MAX_CHARACTERS and token.isascii(), "token")
        found = orjson.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
    except ValueError as error:
        raise ProviderRefused("token") from error
    _check(isinstance(found, dict), "token")
    return dict(found)


def _check_common(claims: Claims, expected: Expected) -> None:
    now = expected.now.timestamp()
    _check(claims.get("iss") == expected.issuer, "issuer")
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    _check(expected.client_id in listed, "audience")
    # A token that is for others as well says for whom it was asked; where it says so, that is us.
    _check(claims.get("azp", expected.client_id) == expected.client_id, "azp")
    _check(len(listed) == 1 or "azp" in claims, "azp")
    for name, is_needed in (("exp", True), ("iat", True), ("nbf", False)):
        _check(_is_moment(claims.get(name)) or (not is_needed and name not in claims), name)
    _check(claims["exp"] > now - DRIFT_SECONDS, "expired")
    _check(all(claims[name] < now + DRIFT_SECONDS for name in ("iat", "nbf") if name in claims), "early")


def is_strong(claims: Claims, acr: Iterable[str], amr: Iterable[str]) -> bool:
    """Whether the provider tells that a second factor was proved."""
    methods = claims.get("amr")
    listed = methods if isinstance(methods, list) else []
    return claims.get("acr") in set(acr) or any(method in listed for method in amr)


def _is_moment(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _half_hash(access_token: str, algorithm: str) -> str:
    found = create_half_hash(access_token, algorithm)
    return found.decode() if isinstance(found, bytes) else str(found)


def _check(holds: object, why: str) -> None:
    if not holds:
        raise ProviderRefused(why)
