"""A small, strict provider of OpenID Connect in a process of its own, which tests may also make hostile.

Run as a script it prints its port. `POST /control` sets how it behaves: `mode` names one way to lie, `claims` are added
to the ID token, `rotate` makes it sign with a new key.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

# What stands in a request or a token is JSON of any shape.
Untyped = Any

CLIENT, SECRET = "sidra-test", "the secret/of the:client"
PEOPLE = {"awa": "awa's password at the company", "moussa": "moussa's password at the company"}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def encoded(data: bytes) -> str:
    """Bytes as a token spells them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class State:
    """What the provider knows; one for the process."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.keys = [RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "first"})]
        self.stranger = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "first"})
        self.codes: dict[str, dict[str, Untyped]] = {}
        self.control: dict[str, Untyped] = {}
        self.asked = {"keys": 0, "token": 0}

    @property
    def mode(self) -> str:
        return str(self.control.get("mode", ""))

    def claims(self, grant: dict[str, Untyped], access_token: str) -> dict[str, Untyped]:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "sub": f"subject-of-{grant['person']}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": grant["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            "sid": f"session-of-{grant['person']}",
            "preferred_username": grant["person"],
            "name": grant["person"].title(),
            **self.control.get("claims", {}),
        }
        lies: dict[str, dict[str, Untyped]] = {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "another-client"},
            "audiences": {"aud": [CLIENT, "another-client"]},
            "azp": {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            "expired": {"exp": now - 120},
            "early": {"iat": now + 600},
            "issuer": {"iss": "https://another.example"},
            "at_hash": {"at_hash": "AAAA"},
            "subject": {"sub": ""},
            "auth_time": {"auth_time": now - 3600},
        }
        return {**claims, **lies.get(self.mode, {})}

    def token(self, claims: dict[str, Untyped], kind: str = "JWT") -> str:
        key, header = self.keys[-1], {"typ": kind, "alg": "RS256", "kid": self.keys[-1].kid}
        if self.mode == "none":
            parts = ({"alg": "none", "kid": key.kid}, claims)
            return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."
        if self.mode == "hmac":
            # The oldest trick: the public key, which everybody has, as the secret of an HMAC.
            parts = ({"typ": "JWT", "alg": "HS256", "kid": key.kid}, claims)
            signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
            return f"{signed}.{encoded(hmac.digest(key.as_pem(private=False), signed.encode(), 'sha256'))}"
        if self.mode == "swapped":
            return jwt.encode(header, claims, self.stranger)
        if self.mode == "unknown key":
            return jwt.encode({**header, "kid": "never seen"}, claims, self.stranger)
        return jwt.encode(header, claims, key)


class Handler(BaseHTTPRequestHandler):
    """Answers; everything that does not fit is refused with 400."""

    state: State

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(self._description())
            case "/keys":
                self.state.asked["keys"] += 1
                self._json(KeySet(list(self.state.keys)).as_dict(private=False))
            case "/authorize":
                self._authorize(query)
            case "/out":
                back = query.get("post_logout_redirect_uri", "")
                self._redirect(back) if query.get("client_id") == CLIENT else self._refuse("client")
            case "/asked":
                self._json(self.state.asked)
            case _:
                self._refuse("address")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/control":
            return self._control(json.loads(body))
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path == "/token":
            self.state.asked["token"] += 1
            return self._token(form)
        if self.path == "/login":
            return self._login(form)
        return self._refuse("address")

    def _description(self) -> dict[str, Untyped]:
        issuer, mode = self.state.issuer, self.state.mode
        return {
            "issuer": "https://another.example" if mode == "description" else issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": "http://10.0.0.1/token" if mode == "endpoint" else f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/out",
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        }

    def _control(self, wanted: dict[str, Untyped]) -> None:
        if wanted.pop("rotate", False):
            kid = secrets.token_hex(4)
            self.state.keys.append(RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": kid}))
        if "sign" in wanted:
            now = int(time.time())
            usual = {"iss": self.state.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "jti": secrets.token_hex(8)}
            claims = {**usual, "events": {LOGOUT_EVENT: {}}, **wanted.pop("sign")}
            self.state.control = wanted
            return self._json(
                {"token": self.state.token({k: v for k, v in claims.items() if v is not None}, "logout+jwt")}
            )
        self.state.control = wanted
        return self._json({})

    def _authorize(self, query: dict[str, str]) -> None:
        strict = {
            "response_type": query.get("response_type") == "code",
            "client_id": query.get("client_id") == CLIENT,
            "redirect_uri": urlsplit(query.get("redirect_uri", "")).path == "/sn/sign-in/company/back",
            "scope": "openid" in query.get("scope", "").split(),
            "state": len(query.get("state", "")) >= 32,
            "nonce": len(query.get("nonce", "")) >= 32,
            "challenge": len(query.get("code_challenge", "")) == 43 and query.get("code_challenge_method") == "S256",
        }
        wrong = [name for name, holds in strict.items() if not holds]
        if wrong:
            return self._refuse(wrong[0])
        hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in query.items())
        fields = '<label>Name <input name="person"></label><label>Password <input name="word" type="password"></label>'
        form = f'<form method="post" action="/login">{hidden}{fields}<button>Go</button></form>'
        page = f"<!doctype html><title>Company</title>{form}"
        return self._send(200, "text/html", page.encode())

    def _login(self, form: dict[str, str]) -> None:
        person = form.get("person", "")
        if PEOPLE.get(person) != form.get("word"):
            return self._refuse("password")
        if self.state.mode == "denied":
            answer = {"error": "access_denied", "state": form["state"], "iss": self.state.issuer}
            return self._redirect(f"{form['redirect_uri']}?{urlencode(answer)}")
        code = secrets.token_urlsafe(24)
        self.state.codes[code] = {**form, "person": person, "until": time.time() + 60}
        answer = {"code": code, "state": form["state"], "iss": self.state.issuer}
        if self.state.mode == "mix-up":
            answer["iss"] = "https://another.example"
        if self.state.mode == "no iss":
            del answer["iss"]
        if self.state.mode == "state":
            answer["state"] = "another"
        if self.state.mode == "no state":
            del answer["state"]
        return self._redirect(f"{form['redirect_uri']}?{urlencode(answer)}")

    def _token(self, form: dict[str, str]) -> None:
        grant = self.state.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ") or b"").decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        strict = {
            "invalid_client": [unquote(part) for part in pair.split(":")] == [CLIENT, SECRET],
            "unsupported_grant_type": form.get("grant_type") == "authorization_code",
            "invalid_grant": grant is not None
            and grant["until"] > time.time()
            and grant["redirect_uri"] == form.get("redirect_uri")
            and grant["code_challenge"] == challenge.rstrip(b"=").decode(),
        }
        wrong = [name for name, holds in strict.items() if not holds]
        if wrong or grant is None:
            return self._json({"error": wrong[0]}, 400)
        match self.state.mode:
            case "redirect":
                return self._redirect(f"{self.state.issuer}/elsewhere")
            case "huge":
                return self._send(200, "application/json", b'{"a": "' + b"x" * 1_000_000 + b'"}')
            case "html":
                return self._send(200, "text/html", b"<h1>Hello</h1>")
            case "garbage":
                return self._json({"id_token": "a.b.c", "access_token": "x"})
        access = secrets.token_urlsafe(16)
        return self._json(
            {
                "access_token": access,
                "token_type": "Bearer",
                "id_token": self.state.token(self.state.claims(grant, access)),
            }
        )

    def _refuse(self, why: str) -> None:
        self._send(400, "text/plain", why.encode())

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, found: Untyped, status: int = 200) -> None:
        self._send(status, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass(frozen=True)
class RunningProvider:
    """The provider's process, as tests speak to it."""

    issuer: str

    def behave(self, mode: str = "", /, **claims: object) -> None:
        """Lie in one way from now on, and add these claims to ID tokens."""
        self._post({"mode": mode, "claims": claims})

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self._post({"rotate": True})

    def logout_token(self, mode: str = "", /, **claims: object) -> str:
        """A logout token; a claim that is None is left out."""
        return str(self._post({"sign": claims, "mode": mode})["token"])

    def asked(self) -> dict[str, int]:
        """How often its keys and its token endpoint were asked for."""
        found: dict[str, int] = httpx.get(f"{self.issuer}/asked", trust_env=False).json()
        return found

    def log_in(self, address: str, person: str = "awa") -> str:
        """Where the browser comes back to, after a person logged in at the address it was sent to."""
        page = httpx.get(address, trust_env=False)
        assert page.status_code == 200, page.text
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        form = {**query, "person": person, "word": PEOPLE[person]}
        return httpx.post(f"{self.issuer}/login", data=form, trust_env=False).headers["location"]

    def _post(self, wanted: dict[str, Untyped]) -> dict[str, Untyped]:
        found: dict[str, Untyped] = httpx.post(f"{self.issuer}/control", json=wanted, trust_env=False).json()
        return found


@contextlib.contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """A provider in a process of its own, for as long as the context."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield RunningProvider(f"http://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def main() -> None:
    """Serve until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.state = State(server.server_address[1])
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
