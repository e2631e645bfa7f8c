"""Signing in and out, for the screens: what to do, and the headers that go with it."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.access.actor import Actor
from sidra.errors import Unauthenticated
from sidra.web.cookies import cookie_name, drop_cookie, set_cookie, visit_name
from sidra.web.request import Request

MAX_PASSWORD_CHARACTERS = 1000
Headers = list[tuple[str, str]]


def includeme(config: Configurator) -> None:
    """The form that signs out; that which signs in is a page, and pages belong to the screens."""
    config.add_route("sign_out", "/{affiliate}/sign-out", request_method="POST")
    config.add_view(sign_out_view, route_name="sign_out", permission=NO_PERMISSION_REQUIRED)


def sign_in(request: Request, login: str, password: str) -> tuple[Actor, Headers]:
    """Who signed in, and the headers that the answer must carry; raises Unauthenticated or TooManyAttempts."""
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise Unauthenticated("the login or the password is not right", hint="check both; case counts in a password")
    address = request.environ.get("REMOTE_ADDR", "")
    signed_in = request.entrance.sign_in(login, password, address=address, replaces=request.session_token or None)
    session = cookie_name(request.affiliate, is_secure=request.is_secure)
    visit = visit_name(request.affiliate, is_secure=request.is_secure)
    return signed_in.actor, [("Set-Cookie", set_cookie(session, signed_in.token)), ("Set-Cookie", drop_cookie(visit))]


def sign_out(request: Request) -> Headers:
    """End the session of this browser; the headers that the answer must carry."""
    if request.session_token:
        request.entrance.sign_out(request.session_token)
    name = cookie_name(request.affiliate, is_secure=request.is_secure)
    return [("Set-Cookie", drop_cookie(name)), ("Clear-Site-Data", '"cache", "storage"')]


def after_sign_in(request: Request, wanted: str) -> str:
    """Where to go after signing in: the page that was wanted, if it is one of this affiliate, else its home."""
    home = f"/{request.affiliate}/"
    # Whatever begins so has neither scheme nor host; browsers read `\\` as `/` and pass over control characters.
    is_ours = wanted.startswith(home) and wanted.isprintable() and "\\" not in wanted
    return wanted if is_ours else home


def sign_out_view(request: Request) -> HTTPSeeOther:
    """Sign out and go to the page that signs in."""
    return HTTPSeeOther(f"/{request.affiliate}/sign-in", headers=sign_out(request))
