"""Whether this process serves what it should."""

from __future__ import annotations

import orjson
from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.web.answers import Answer
from sidra.web.request import Request

HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


def includeme(config: Configurator) -> None:
    """The address that operators and load balancers ask."""
    config.add_route("health", "/health", request_method="GET")
    config.add_view(health_view, route_name="health", permission=NO_PERMISSION_REQUIRED)


def health_view(request: Request) -> Answer:
    """200 where all affiliates are served, else 503; either way, how each of them is."""
    affiliates = {
        site.name: "down" if site.runtime is None else "last good" if site.has_errors else "served"
        for site in request.sites
    }
    is_up = bool(affiliates) and "down" not in affiliates.values()
    body = {"status": "up" if is_up else "down", "affiliates": affiliates}
    return Answer(200 if is_up else 503, list(HEADERS), orjson.dumps(body))
