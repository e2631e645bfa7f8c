"""Whether this process serves what it should."""

from __future__ import annotations

import orjson
from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.errors import SidraError
from sidra.jobs.database import JobsDatabase
from sidra.jobs.errors import JobsUnavailable
from sidra.jobs.service import Jobs
from sidra.web.answers import Answer
from sidra.web.looks import Looks
from sidra.web.request import Request
from sidra.web.sites import Site

DOWN, UNREACHABLE, UNRELEASED = "down", "unreachable", "unreleased"
NOT_SERVED = frozenset({DOWN, UNREACHABLE})
HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


def includeme(config: Configurator) -> None:
    """The address that operators and load balancers ask."""
    settings = config.registry.sidra_settings
    # Whoever asks comes again soon: waiting would only take a turn from those who work.
    config.registry.jobs = Jobs(JobsDatabase.of(settings, connections=1), patience=0.0)
    config.registry.looks = Looks()
    config.add_route("health", "/health", request_method="GET")
    config.add_view(health_view, route_name="health", permission=NO_PERMISSION_REQUIRED)


def health_view(request: Request) -> Answer:
    """200 where all released affiliates are served, else 503; how each is, faults, and whether work is done."""
    affiliates = {site.name: _state(site) for site in request.sites}
    # A country that is being made ready takes no server out of use.
    states = set(affiliates.values()) - {UNRELEASED}
    is_up = bool(states) and not NOT_SERVED & states
    looks: Looks = request.registry.looks
    body = {
        "status": "up" if is_up else "down",
        "affiliates": affiliates,
        "faults": looks.codes(),
        "work": _work(request),
    }
    return Answer(200 if is_up else 503, list(HEADERS), orjson.dumps(body))


def _state(site: Site) -> str:
    runtime = site.runtime
    if runtime is None:
        return UNRELEASED if site.unreleased is not None else DOWN
    try:
        runtime.store.look()
    except SidraError:
        return UNREACHABLE
    if site.has_errors:
        return "last good"
    return "drifted" if runtime.drift.missing else "served"


def _work(request: Request) -> str:
    """Whether anybody does durable work; the screens and the API are served all the same."""
    jobs: Jobs = request.registry.jobs
    try:
        return "up" if jobs.workers() else "no worker"
    except JobsUnavailable:
        return "unreachable"
