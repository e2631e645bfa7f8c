"""One identity provider: its description and keys, kept and renewed, and the way of people there and back."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from sidra.access.admission import LOOPBACK, Provider
from sidra.access.oidc.claims import (
    DRIFT_SECONDS,
    Claims,
    Expected,
    UnknownKey,
    id_claims,
    is_strong,
    logout_claims,
    signing_keys,
)
from sidra.access.oidc.refusals import ProviderRefused, ProviderUnreachable
from sidra.access.oidc.transport import Resolve, Transport, resolved
from sidra.clock import Clock, utc_now

DESCRIPTION = "/.well-known/openid-configuration"
BELIEVED_SECONDS = 3600
"""How long a description and keys are believed without another look."""
LOOK_AGAIN_SECONDS = 10
"""How soon an unknown key makes us look again: forged tokens must not make us ask without end.

So soon, too, after a provider did not answer: strangers must not make all threads wait for one that is down.
"""
WAIT_SECONDS = 5.0
"""How long somebody waits for another one who is looking."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
RANDOM_BYTES = 32
MAX_CODE_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Departure:
    """The way to a provider: where the browser goes, and what must come back with it."""

    address: str
    content: Mapping[str, str]
    """What we keep until then: state, nonce, the verifier of the code."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whom a provider vouches for."""

    issuer: str
    subject: str
    claims: Claims
    session: str
    """What the provider calls the session; empty where it does not say."""
    is_strong: bool
    """Whether a second factor was proved there."""


@dataclass(frozen=True, slots=True)
class _Known:
    description: Mapping[str, Any]
    keys: KeySet
    at: float


class IdentityProvider:
    """Sends people to a provider and believes what they bring back, once it has been checked."""

    def __init__(self, name: str, declared: Provider, *, clock: Clock = utc_now, resolve: Resolve = resolved) -> None:
        self.name, self.declared, self._clock = name, declared, clock
        is_local = urlsplit(declared.issuer).hostname in LOOPBACK
        self._transport = Transport(is_local=is_local, resolve=resolve)
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._failed: tuple[float, str] | None = None
        """When the provider did not answer the last time, and why."""

    def depart(self, redirect_uri: str, *, again: bool = False) -> Departure:
        """The way to the provider; `again` asks it to let the person prove anew who they are."""
        endpoint = self._description()["authorization_endpoint"]
        state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.declared.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.declared.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}
        kept = {"provider": self.name, "state": state, "nonce": nonce, "verifier": verifier, "redirect": redirect_uri}
        if again:
            kept["since"] = str(int(self._clock().timestamp()))
        return Departure(str(add_params_to_uri(endpoint, list(asked.items()))), kept)

    def arrive(self, brought: Mapping[str, str], kept: Mapping[str, str]) -> Arrival:
        """Whom the provider vouches for, from the parameters of the browser's return and what we kept.

        Raises ProviderRefused, and ProviderUnreachable.
        """
        if not hmac.compare_digest(brought.get("state", "").encode(), kept["state"].encode()):
            raise ProviderRefused("state")
        self._check_issuer(brought)
        if "error" in brought:
            raise ProviderRefused(f"error {_plain(brought['error'])}")
        code = brought.get("code", "")
        if not 0 < len(code) <= MAX_CODE_CHARACTERS:
            raise ProviderRefused("code")
        answer = self._exchange(code, kept)
        claims = self._id_claims(str(answer.get("id_token", "")), kept["nonce"], str(answer.get("access_token", "")))
        self._check_age(claims, kept)
        session = claims.get("sid")
        strong = is_strong(claims, self.declared.strong_acr, self.declared.strong_amr)
        named = session if isinstance(session, str) else ""
        return Arrival(self.declared.issuer, claims["sub"], claims, named, strong)

    def _check_issuer(self, brought: Mapping[str, str]) -> None:
        """Refuse an answer of another provider than that which was asked (RFC 9207)."""
        named = brought.get("iss")
        promised = self._description().get("authorization_response_iss_parameter_supported") is True
        if (named is None and promised) or named not in {None, self.declared.issuer}:
            raise ProviderRefused("mix-up")

    def _check_age(self, claims: Claims, kept: Mapping[str, str]) -> None:
        since, proved = kept.get("since"), claims.get("auth_time")
        if since is None:
            return
        # The clocks of the two may differ by as much as a token's may.
        if not isinstance(proved, int | float) or proved < int(since) - DRIFT_SECONDS:
            raise ProviderRefused("auth_time")

    def _exchange(self, code: str, kept: Mapping[str, str]) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": kept["redirect"],
            "client_id": self.declared.client_id,
            "code_verifier": kept["verifier"],
        }
        headers, secret = {}, self.declared.secret()
        methods = self._description().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret and isinstance(methods, list) and "client_secret_basic" in methods:
            pair = f"{quote(self.declared.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif secret:
            form["client_secret"] = secret
        return self._transport.post(self._description()["token_endpoint"], form, headers)

    def _id_claims(self, token: str, nonce: str, access_token: str) -> Claims:
        try:
            return id_claims(token, self._keys(), self._expected(), nonce=nonce, access_token=access_token)
        except UnknownKey:
            return id_claims(token, self._keys(renew=True), self._expected(), nonce=nonce, access_token=access_token)

    def signed_out(self, token: str) -> Claims:
        """What a logout token of the provider says; raises ProviderRefused, and ProviderUnreachable."""
        try:
            return logout_claims(token, self._keys(), self._expected())
        except UnknownKey:
            return logout_claims(token, self._keys(renew=True), self._expected())

    def sign_out_address(self, back: str) -> str:
        """Where a browser ends its session at the provider too, and comes back from; empty where it cannot."""
        if not self.declared.signs_out:
            return ""
        endpoint = self._description().get("end_session_endpoint")
        if not isinstance(endpoint, str) or not self._is_usable(endpoint):
            return ""
        query = urlencode({"client_id": self.declared.client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def look(self) -> Mapping[str, Any]:
        """The provider's description, read now, with its keys; raises what `arrive` raises."""
        with self._lock:
            self._known = self._failed = None
        return self._description()

    def _expected(self) -> Expected:
        declared = self.declared
        return Expected(declared.issuer, declared.client_id, tuple(declared.algorithms), self._clock())

    def _description(self) -> Mapping[str, Any]:
        return self._current().description

    def _keys(self, *, renew: bool = False) -> KeySet:
        return self._current(LOOK_AGAIN_SECONDS if renew else BELIEVED_SECONDS).keys

    def _current(self, believed_seconds: float = BELIEVED_SECONDS) -> _Known:
        now = self._clock().timestamp()
        known = self._known
        if known is not None and 0 <= now - known.at < believed_seconds:
            return known
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise ProviderUnreachable("busy")
        try:
            return self._looked(believed_seconds)
        finally:
            self._lock.release()

    def _looked(self, believed_seconds: float) -> _Known:
        """Look, unless somebody has done so while this one waited for the turn; the caller has it."""
        now, known, failed = self._clock().timestamp(), self._known, self._failed
        if known is not None and 0 <= now - known.at < believed_seconds:
            return known
        if failed is not None and 0 <= now - failed[0] < LOOK_AGAIN_SECONDS:
            raise ProviderUnreachable(failed[1])
        try:
            known = self._known = self._read(now)
        except ProviderUnreachable as error:
            self._failed = self._clock().timestamp(), error.why
            raise
        return known

    def _read(self, now: float) -> _Known:
        found = self._transport.get(self.declared.issuer.rstrip("/") + DESCRIPTION)
        if found.get("issuer") != self.declared.issuer:
            raise ProviderUnreachable("another issuer")
        for name in ENDPOINTS:
            if not isinstance(found.get(name), str) or not self._is_usable(found[name]):
                raise ProviderUnreachable(name)
        return _Known(found, signing_keys(self._transport.get(found["jwks_uri"])), now)

    def _is_usable(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        is_local = urlsplit(self.declared.issuer).hostname in LOOPBACK and parts.hostname in LOOPBACK
        return bool(parts.hostname) and (parts.scheme == "https" or (is_local and parts.scheme == "http"))


def _plain(text: str) -> str:
    """The code of an error as OAuth spells them; whatever else stands there is not logged."""
    return text if text.replace("_", "").isalpha() and text.isascii() and len(text) <= 40 else "unknown"  # noqa: PLR2004
