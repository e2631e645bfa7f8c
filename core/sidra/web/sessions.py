"""Signing in and out, for the screens: what to do, and the headers that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import structlog
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.access.devices import LIFETIME
from sidra.access.entrance import Browser, SignedIn
from sidra.access.oidc.refusals import NoAccount, ProviderRefused, ProviderUnreachable
from sidra.access.sessions import Origin, network_of
from sidra.api.service import base_url
from sidra.errors import NotFound, Unauthenticated
from sidra.web.browsers import browser_name
from sidra.web.cookies import cookie_name, device_name, drop_cookie, read_cookie, set_cookie, step_name, visit_name
from sidra.web.request import Request

MAX_PASSWORD_CHARACTERS = 1000
MAX_TOKEN_CHARACTERS = 64 * 1024
PROVIDER = "{provider:[a-z][a-z0-9_]*}"
Headers = list[tuple[str, str]]


class Naming(Protocol):
    """Gives the name of one of our cookies at an affiliate."""

    def __call__(self, affiliate: str, *, is_secure: bool) -> str: ...


class SignedOut(NamedTuple):
    """What follows from signing out: headers of the answer, and the provider that may have a session of its own."""

    headers: Headers
    provider: str


class Returned(NamedTuple):
    """What follows from coming back from a provider."""

    signed_in: SignedIn | None
    """None where the person only proved anew to be there."""
    headers: Headers
    then: str


def includeme(config: Configurator) -> None:
    """The form that signs out, and the notice of providers; the form that signs in is a page of the screens."""
    config.add_route("sign_out", "/{affiliate}/sign-out", request_method="POST")
    config.add_view(sign_out_view, route_name="sign_out", permission=NO_PERMISSION_REQUIRED)
    config.add_route("signed_out_by", f"/{{affiliate}}/sign-in/{PROVIDER}/signed-out", request_method="POST")
    # A provider sends no cookie; what it signs is what it proves.
    config.add_view(signed_out_view, route_name="signed_out_by", permission=NO_PERMISSION_REQUIRED, require_csrf=False)


def browser_of(request: Request) -> Browser:
    """What is known of the browser that asks."""
    address = request.environ.get("REMOTE_ADDR", "")
    origin = Origin(browser_name(request.environ.get("HTTP_USER_AGENT", "")), network_of(address))
    return Browser(address, origin, request.session_token, _cookie(request, device_name))


def step_token(request: Request) -> str:
    """The token of what this browser has begun; empty where that is nothing."""
    return _cookie(request, step_name)


def sign_in(request: Request, login: str, password: str) -> tuple[SignedIn, Headers]:
    """Who signed in, and the headers that the answer must carry; raises Unauthenticated or TooManyAttempts."""
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise Unauthenticated("the login or the password is not right", hint="check both; case counts in a password")
    signed_in = request.entrance.sign_in_from(login, password, browser_of(request))
    return signed_in, headers_of(request, signed_in)


def headers_of(request: Request, signed_in: SignedIn) -> Headers:
    """The cookies of who signed in, or of the half session that still needs a step."""
    if signed_in.step:
        return [_set(request, step_name, signed_in.token)]
    dropped = [_drop(request, name) for name in (visit_name, step_name)]
    lasting = int(LIFETIME.total_seconds())
    return [*session_header(request, signed_in.token), *dropped, _set(request, device_name, signed_in.device, lasting)]


def session_header(request: Request, token: str) -> Headers:
    """The cookie of a session."""
    return [_set(request, cookie_name, token)]


def depart(request: Request, provider: str, then: str, *, account_id: str = "") -> tuple[str, Headers]:
    """Where the browser goes to sign in at a provider, and the headers of the answer; raises ProviderUnreachable."""
    back = f"{_here(request)}/sign-in/{provider}/back"
    try:
        came_from = request.environ.get("REMOTE_ADDR", "")
        address, token = request.entrance.depart(provider, back, then=then, account_id=account_id, address=came_from)
    except ProviderUnreachable as error:
        _log(request, provider, error.why)
        raise
    return address, [_set(request, step_name, token)]


def arrive(request: Request, brought: Mapping[str, str]) -> Returned:
    """Who came back from a provider; raises ProviderRefused, ProviderUnreachable, or NoAccount, each logged."""
    provider = str(request.matchdict["provider"])
    try:
        return _arrived(request, provider, brought)
    except (ProviderRefused, ProviderUnreachable, NoAccount) as error:
        _log(request, provider, error.why)
        raise


def _arrived(request: Request, provider: str, brought: Mapping[str, str]) -> Returned:
    entrance = request.entrance
    step, arrival = entrance.arrive(step_token(request), brought)
    if step.content["provider"] != provider:
        # The address that came back is that of another provider: somebody mixed two up.
        raise ProviderRefused("mix-up")
    if step.account_id:
        token = entrance.prove_by_arrival(request.session_token, arrival)
        return Returned(None, [*session_header(request, token), _drop(request, step_name)], step.content["then"])
    locales = (*request.runtime.model.locales, "en")
    signed_in = entrance.admit_arrival(arrival, provider, locales, browser_of(request))
    return Returned(signed_in, headers_of(request, signed_in), step.content["then"])


def sign_out(request: Request) -> SignedOut:
    """End the session of this browser."""
    session = request.entrance.session(request.session_token)
    if request.session_token:
        request.entrance.sign_out(request.session_token)
    headers = [_drop(request, name) for name in (cookie_name, step_name)]
    providers = request.entrance.providers.items()
    named = [name for name, one in providers if session is not None and one.declared.issuer == session.provider]
    return SignedOut([*headers, ("Clear-Site-Data", '"cache", "storage"')], named[0] if named else "")


def sign_out_address(request: Request, provider: str) -> str:
    """Where the provider ends its own session of this browser; empty where it cannot or does not answer."""
    try:
        return request.entrance.provider(provider).sign_out_address(f"{_here(request)}/sign-in")
    except (NotFound, ProviderUnreachable):
        return ""


def after_sign_in(request: Request, wanted: str) -> str:
    """Where to go after signing in: the page that was wanted, if it is one of this affiliate, else its home."""
    home = f"/{request.affiliate}/"
    # Whatever begins so has neither scheme nor host; browsers read `\\` as `/` and pass over control characters.
    is_ours = wanted.startswith(home) and wanted.isprintable() and "\\" not in wanted
    return wanted if is_ours else home


def sign_out_view(request: Request) -> HTTPSeeOther:
    """Sign out and go to the page that signs in, which offers to sign out at the provider as well."""
    signed_out = sign_out(request)
    # Not straight to the provider: what a form leads to must be ours, says the policy that the browser has from us.
    there = f"?out={signed_out.provider}" if signed_out.provider else ""
    return HTTPSeeOther(f"/{request.affiliate}/sign-in{there}", headers=signed_out.headers)


def signed_out_view(request: Request) -> Response:
    """End the sessions that a provider says it has ended (OpenID Connect Back-Channel Logout)."""
    provider = str(request.matchdict["provider"])
    token = request.POST.get("logout_token", "")[:MAX_TOKEN_CHARACTERS]
    try:
        request.entrance.signed_out_by(provider, token)
    except ProviderRefused as error:
        _log(request, provider, error.why)
        return Response(status=400, content_type="text/plain", charset="utf-8")
    except ProviderUnreachable as error:
        _log(request, provider, error.why)
        return Response(status=503, content_type="text/plain", charset="utf-8")
    return Response(status=200, content_type="text/plain", charset="utf-8")


def _cookie(request: Request, name_of: Naming) -> str:
    header = request.environ.get("HTTP_COOKIE", "")
    return read_cookie(header, name_of(request.affiliate, is_secure=request.is_secure))


def _set(request: Request, name_of: Naming, value: str, max_age_seconds: int | None = None) -> tuple[str, str]:
    name = name_of(request.affiliate, is_secure=request.is_secure)
    return "Set-Cookie", set_cookie(name, value, max_age_seconds)


def _drop(request: Request, name_of: Naming) -> tuple[str, str]:
    return "Set-Cookie", drop_cookie(name_of(request.affiliate, is_secure=request.is_secure))


def _log(request: Request, provider: str, why: str) -> None:
    structlog.get_logger("sidra.web").warning(
        "sign-in refused", affiliate=request.affiliate, provider=provider, why=why, reference=request.reference
    )


def _here(request: Request) -> str:
    environ = request.environ
    fallback = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    host = environ.get("HTTP_HOST", fallback)
    return base_url(environ["wsgi.url_scheme"], host, fallback, request.affiliate).removesuffix("/tmf-api/")
