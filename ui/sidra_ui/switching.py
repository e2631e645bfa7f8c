"""The affiliates between which a person may switch without being asked who she is."""

from __future__ import annotations

from sidra.access.actor import Actor
from sidra.errors import SidraError
from sidra.web.cookies import cookie_name, read_cookie
from sidra.web.request import Request
from sidra.web.sites import Site
from sidra_ui.presenting.frame.shell import affiliate_choice, group_name
from sidra_ui.viewmodels.shell import AffiliateChoice


def enterable(request: Request) -> tuple[AffiliateChoice, ...]:
    """The other affiliates of the group in which this very browser is signed in as somebody.

    An account belongs to one affiliate; that a login is the same elsewhere does not say that it is the same person, so
    only a living session tells. Of any other affiliate nothing is said, not even that it is there.
    """
    runtime = request.runtime
    group = group_name(runtime.model)
    others = [site for site in request.sites if site.name != request.affiliate]
    entered = [site for site in others if is_entered(request, site)]
    models = [site.runtime.model for site in entered if site.runtime is not None]
    return tuple(affiliate_choice(model, request.locale) for model in models if group_name(model) == group)


def is_entered(request: Request, site: Site) -> bool:
    """Whether the browser has a session there that lives; asking does not prolong it."""
    return entrant(request, site) is not None


def entrant(request: Request, site: Site) -> Actor | None:
    """Who the browser is signed in as at an affiliate; asking does not prolong the session.

    An affiliate whose store is away cannot say so, and holds up no other.
    """
    name = cookie_name(site.name, is_secure=request.is_secure)
    token = read_cookie(request.environ.get("HTTP_COOKIE", ""), name)
    runtime = site.runtime
    if not token or runtime is None:
        return None
    try:
        found: Actor | None = site.entrance(runtime).person(token, renews=False)
    except SidraError:
        return None
    return found
