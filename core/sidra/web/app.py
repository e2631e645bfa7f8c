"""The WSGI application: the ordered list of its topics."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

from pyramid.config import Configurator

from sidra.access.admission import read_admissions
from sidra.settings import Settings
from sidra.web.log import configure
from sidra.web.request import Request
from sidra.web.sites import Affiliates, Sites

SCREENS = "sidra_ui"
"""Found by name where it is installed: the screens import the runtime, never the other way round."""
TOPICS = (
    "sidra.web.edge",
    "sidra.web.errors",
    "sidra.web.security",
    "sidra.web.static",
    "sidra.web.health",
    "sidra.web.sessions",
    "sidra.web.live",
)

Topic = str | Callable[[Configurator], None]

# A WSGI application; Pyramid ships no types.
Application = Any


def create_app(
    settings: Settings,
    affiliates: Affiliates,
    *,
    refresh: Callable[[], None] | None = None,
    topics: Sequence[Topic] = TOPICS,
) -> Application:
    """The application that serves the affiliates; `refresh` runs before each request, for `serve --reload`."""
    configure(settings.log_level)
    # Errors that Pyramid raises go through our own view, like all others.
    config = Configurator(request_factory=Request, exceptionresponse_view=None)
    config.registry.sidra_settings = settings
    config.registry.sites = Sites(
        affiliates, read_admissions(settings.sign_in), has_loopback=settings.callbacks == "loopback"
    )
    config.registry.refresh = refresh
    for topic in topics:
        config.include(topic)
    return config.make_wsgi_app()


def installed_topics() -> tuple[str, ...]:
    """The topics of the runtime, and the screens where they are installed."""
    if importlib.util.find_spec(SCREENS) is None or not hasattr(importlib.import_module(SCREENS), "includeme"):
        return TOPICS
    return (*TOPICS, SCREENS)
