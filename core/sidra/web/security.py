"""Who may come in: the policy that Pyramid asks, and the token without which no form is taken."""

from __future__ import annotations

import secrets

from pyramid.config import Configurator
from pyramid.interfaces import ICSRFStoragePolicy, ISecurityPolicy
from pyramid.security import Allowed, Denied
from zope.interface import implementer

from sidra.access.actor import Actor
from sidra.access.sessions import csrf_token, is_csrf_token
from sidra.errors import NotFound
from sidra.web.cookies import cookie_name, drop_cookie, read_cookie, set_cookie, visit_name
from sidra.web.request import Request

SIGNED_IN = "signed_in"
"""The permission that each view needs unless it says otherwise; which records one may see is the records' matter."""
VISIT_BYTES = 32


def includeme(config: Configurator) -> None:
    """Who acts, that views are closed to strangers, and that forms carry their token."""
    config.set_security_policy(Policy())
    config.set_default_permission(SIGNED_IN)
    config.set_csrf_storage_policy(FormTokens())
    # A browser tells where a form comes from whenever it is another site; older ones do not tell at all.
    config.set_default_csrf_options(require_csrf=True, allow_no_origin=True, callback=needs_form_token)


@implementer(ISecurityPolicy)
class Policy:
    """Tells Pyramid who acts; headers of sessions go out through it."""

    def identity(self, request: Request) -> Actor | None:
        """Who acts; None where nobody is signed in."""
        return visitor(request)

    def authenticated_userid(self, request: Request) -> str | None:
        """The id of who acts."""
        actor = visitor(request)
        return actor.id if actor else None

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:
        """Whether somebody is signed in; what they may do, the records decide."""
        del context
        if permission == SIGNED_IN and visitor(request) is not None:
            return Allowed("signed in")
        return Denied("nobody is signed in")

    def remember(self, request: Request, userid: str, **_: object) -> list[tuple[str, str]]:
        """The headers that keep a session token in the browser."""
        return [("Set-Cookie", set_cookie(cookie_name(request.affiliate, is_secure=request.is_secure), userid))]

    def forget(self, request: Request, **_: object) -> list[tuple[str, str]]:
        """The headers that make the browser forget its session."""
        return [("Set-Cookie", drop_cookie(cookie_name(request.affiliate, is_secure=request.is_secure)))]


def visitor(request: Request) -> Actor | None:
    """Who acts; None also where the address belongs to no affiliate.

    Raises Busy where the database that knows it is away: whoever is signed in must not be taken for a stranger.
    """
    try:
        return request.visitor
    except NotFound:
        return None


def needs_form_token(request: Request) -> bool:
    """Whether an unsafe request must carry the token: all but those that no browser sends of its own accord."""
    return "HTTP_AUTHORIZATION" not in request.environ


@implementer(ICSRFStoragePolicy)
class FormTokens:
    """The token follows from the session; before signing in, from a cookie that the sign-in form sets."""

    def new_csrf_token(self, request: Request) -> str:
        """A token for a browser that has no session yet."""
        visit = secrets.token_urlsafe(VISIT_BYTES)
        cookie = set_cookie(visit_name(request.affiliate, is_secure=request.is_secure), visit)
        request.add_response_callback(lambda _, response: response.headerlist.append(("Set-Cookie", cookie)))
        request.visit = visit
        return csrf_token(visit)

    def get_csrf_token(self, request: Request) -> str:
        """The token of this browser."""
        secret = request.session_token or _visit(request)
        return csrf_token(secret) if secret else self.new_csrf_token(request)

    def check_csrf_token(self, request: Request, supplied_token: str) -> bool:
        """Whether a token is that of this browser."""
        secret = request.session_token or _visit(request)
        return bool(secret) and is_csrf_token(secret, supplied_token)


def _visit(request: Request) -> str:
    if request.visit:
        return request.visit
    name = visit_name(request.affiliate, is_secure=request.is_secure)
    return read_cookie(request.environ.get("HTTP_COOKIE", ""), name)
