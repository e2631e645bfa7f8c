"""What happens around every request: the newest configuration, the limits, the headers, one line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.interfaces import IRoutesMapper
from pyramid.router import default_execution_policy

from sidra.api.faults import TooLong
from sidra.errors import SidraError
from sidra.web.answers import Answer, Environ
from sidra.web.api import ROOT, Gateway
from sidra.web.bodies import MAX_BODY_BYTES, STRANGER_BYTES, check_length, check_told, is_long
from sidra.web.errors import REPEATED, error_view
from sidra.web.forwarded import look_behind
from sidra.web.headers import PRIVATE, secure_response
from sidra.web.log import log_request
from sidra.web.request import Request
from sidra.web.security import visitor

# A WebOb response or an Answer; Pyramid ships no types.
Handler = Callable[[Request], Any]

LEFT_OUT = frozenset({"Cache-Control", "Content-Length", "Content-Type", "Location"})
URL_CHARACTERS = "/?&=%+:;,@!$'()*~#[]"
"""What stands for itself in an address; all else that a view wrote is encoded."""
MAX_ADDRESS_CHARACTERS = 8000
"""As many as proxies let pass, and more than all filters of a list take."""
MAX_SITE_CHARACTERS = 100
LOGGED = frozenset({"debug", "info"})


def includeme(config: Configurator) -> None:
    """Who answers an address, the API or the screens; and the outermost tween of the screens."""
    registry = config.registry
    registry.body_limits = {}
    config.add_directive("set_body_limit", _set_body_limit)
    is_logged = registry.sidra_settings.log_level in LOGGED
    gateway = Gateway(registry.sites, refresh=registry.refresh, is_logged=is_logged)
    config.set_execution_policy(Dispatch(gateway, registry.sidra_settings.proxies))
    config.add_tween("sidra.web.edge.edge_tween")


class Dispatch:
    """Hands requests of the API to its gateway, and all others to Pyramid."""

    def __init__(self, gateway: Gateway, proxies: int) -> None:
        self.gateway, self._proxies = gateway, proxies

    def __call__(self, environ: Environ, router: Any) -> Any:  # noqa: ANN401 - see Handler
        """The response to a request."""
        look_behind(environ, self._proxies)
        parts = environ["PATH_INFO"].split("/")
        if len(parts) > 2 and parts[2] == ROOT:  # noqa: PLR2004 - the part after the affiliate
            return self.gateway(environ, parts)
        response = default_execution_policy(environ, router)
        if environ.get(REPEATED) is not False:
            return response
        environ[REPEATED] = True
        # What a view has read of the body is kept by WebOb.
        if environ.get("webob.is_body_seekable"):
            environ["wsgi.input"].seek(0)
        return default_execution_policy(environ, router)


def redirection(response: Any) -> Answer:  # noqa: ANN401 - see Handler
    """The same redirection with its address as the view wrote it: WebOb's would repeat whatever host a client named."""
    kept = [(name, value) for name, value in response.headerlist if name.title() not in LEFT_OUT]
    address = quote(response.headers["Location"], safe=URL_CHARACTERS)
    return Answer(response.status_int, [*kept, PRIVATE, ("Location", address)], b"")


def check_address(environ: Environ) -> None:
    """Raise TooLong for an address that is longer than is read: a page repeats it in many links.

    Of such an address only the affiliate is left, so that the page that tells of it does not repeat it either.
    """
    path = environ["PATH_INFO"]
    if len(path) + len(environ.get("QUERY_STRING", "")) <= MAX_ADDRESS_CHARACTERS:
        return
    site = path.lstrip("/").partition("/")[0]
    environ["PATH_INFO"], environ["QUERY_STRING"] = f"/{site}/" if len(site) < MAX_SITE_CHARACTERS else "/", ""
    raise TooLong(f"an address has {MAX_ADDRESS_CHARACTERS} characters at most", hint="use fewer or shorter filters")


def body_limit(request: Request) -> int:
    """How many bytes the body may have: few for strangers, more than usual only where an address says so."""
    if not is_long(request.environ, STRANGER_BYTES):
        return STRANGER_BYTES
    found = request.registry.getUtility(IRoutesMapper)(request)
    # The affiliate, and with it the session, follows from the address, which is not matched yet.
    request.matchdict = found["match"]
    limit: int = request.registry.body_limits.get(found["route"].name if found["route"] else "", MAX_BODY_BYTES)
    return limit if visitor(request) is not None else STRANGER_BYTES


def _set_body_limit(config: Configurator, route_name: str, limit: int) -> None:
    config.registry.body_limits[route_name] = limit


def edge_tween(handler: Handler, registry: Any) -> Handler:  # noqa: ANN401 - Pyramid ships no types
    """The handler with everything around it."""
    refresh: Callable[[], None] | None = registry.refresh
    is_logged = registry.sidra_settings.log_level in LOGGED

    def edge(request: Request) -> Any:  # noqa: ANN401 - see Handler
        began = time.perf_counter()
        try:
            if refresh is not None:
                refresh()
            check_address(request.environ)
            check_told(request.environ)
            check_length(request.environ, body_limit(request))
        except SidraError as error:
            response = error_view(error, request)
        else:
            response = handler(request)
        if "Location" in getattr(response, "headers", ()):
            response = redirection(response)
        if response.__class__ is not Answer:
            secure_response(request, response)
        if is_logged and request.environ.get(REPEATED) is not False:
            route = request.__dict__.get("matched_route")
            log_request(request, route.name if route else None, response.status_code, time.perf_counter() - began)
        return response

    return edge
