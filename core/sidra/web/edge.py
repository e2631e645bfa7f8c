"""What happens around every request: the newest configuration, the limits, the headers, one line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from pyramid.config import Configurator

from sidra.errors import SidraError
from sidra.web.answers import Answer
from sidra.web.bodies import check_length
from sidra.web.errors import error_view
from sidra.web.headers import secure_response
from sidra.web.request import Request

# A WebOb response or an Answer; Pyramid ships no types.
Handler = Callable[[Request], Any]

LOGGED = frozenset({"debug", "info"})


def includeme(config: Configurator) -> None:
    """The outermost tween."""
    config.add_tween("sidra.web.edge.edge_tween")


def edge_tween(handler: Handler, registry: Any) -> Handler:  # noqa: ANN401 - Pyramid ships no types
    """The handler with everything around it."""
    refresh: Callable[[], None] | None = getattr(registry, "refresh", None)
    is_logged = registry.sidra_settings.log_level in LOGGED

    def edge(request: Request) -> Any:  # noqa: ANN401 - see Handler
        began = time.perf_counter()
        if refresh is not None:
            refresh()
        try:
            check_length(request.environ)
        except SidraError as error:
            response = error_view(error, request)
        else:
            response = handler(request)
        if response.__class__ is not Answer:
            secure_response(request, response)
        if is_logged:
            _log(request, response.status_code, time.perf_counter() - began)
        return response

    return edge


def _log(request: Request, status: int, seconds: float) -> None:
    """No address, since what people search for stands in it; no name, since ids tell who acted."""
    known = request.__dict__
    route, actor, site = known.get("matched_route"), known.get("visitor"), known.get("site")
    structlog.get_logger("sidra.web").info(
        "request",
        method=request.environ["REQUEST_METHOD"],
        route=route.name if route else None,
        affiliate=site.name if site else None,
        resource=(known.get("matchdict") or {}).get("resource"),
        actor=actor.id if actor else None,
        status=status,
        milliseconds=round(seconds * 1000, 2),
        reference=request.reference,
    )
