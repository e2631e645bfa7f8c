"""What happens around every request: the newest configuration, the limits, the headers, one line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.router import default_execution_policy

from sidra.errors import SidraError
from sidra.web.answers import Answer, Environ
from sidra.web.api import ROOT, Gateway
from sidra.web.bodies import check_length
from sidra.web.errors import error_view
from sidra.web.forwarded import look_behind
from sidra.web.headers import secure_response
from sidra.web.log import log_request
from sidra.web.request import Request

# A WebOb response or an Answer; Pyramid ships no types.
Handler = Callable[[Request], Any]

LOGGED = frozenset({"debug", "info"})


def includeme(config: Configurator) -> None:
    """Who answers an address, the API or the screens; and the outermost tween of the screens."""
    registry = config.registry
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
        return default_execution_policy(environ, router)


def edge_tween(handler: Handler, registry: Any) -> Handler:  # noqa: ANN401 - Pyramid ships no types
    """The handler with everything around it."""
    refresh: Callable[[], None] | None = registry.refresh
    is_logged = registry.sidra_settings.log_level in LOGGED

    def edge(request: Request) -> Any:  # noqa: ANN401 - see Handler
        began = time.perf_counter()
        try:
            if refresh is not None:
                refresh()
            check_length(request.environ)
        except SidraError as error:
            response = error_view(error, request)
        else:
            response = handler(request)
        if response.__class__ is not Answer:
            secure_response(request, response)
        if is_logged:
            route = request.__dict__.get("matched_route")
            log_request(request, route.name if route else None, response.status_code, time.perf_counter() - began)
        return response

    return edge
