"""Feeds: their rejected rows, corrected and loaded by people."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Forbidden, NotFound
from sidra.interfaces.loading import FeedLoader
from sidra.web.request import Request
from sidra_metamodel.kinds.interface import Interface
from sidra_ui.pages import add_page, desk_of, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.feeding import correction_page, corrections, feeds, feeds_page, quarantine_page
from sidra_ui.presenting.shell import FEEDS

NAME = "{name:[a-z][a-z0-9_]*}"
MAX_PLACE_DIGITS = 9
REFUSED = 422


def includeme(config: Configurator) -> None:
    """The pages of feeds."""
    add_page(config, "feeds", "/feeds", feeds_view)
    add_page(config, "quarantine", f"/feeds/{NAME}", quarantine_view)
    add_page(config, "correction", f"/feeds/{NAME}/{{reject}}", correction_view)
    add_page(config, "replay", f"/feeds/{NAME}/{{reject}}", replay_view, methods=("POST",))


def feeder(request: Request) -> Desk:
    """The desk of someone who may run feeds; raises Forbidden."""
    desk = desk_of(request)
    if not desk.records.profile.may_use(FEEDS):
        raise Forbidden("you may not run feeds", hint=f"ask for a role with the function `{FEEDS}`")
    return desk


def feed_of(request: Request, desk: Desk) -> tuple[Interface, FeedLoader]:
    """The feed of the address; raises NotFound."""
    name = request.matchdict["name"]
    found = next((feed for feed in feeds(desk) if feed.name == name), None)
    if found is None:
        raise NotFound(f"there is no feed `{name[:60]}`", hint="see the list of feeds")
    return found, FeedLoader(request.runtime, name)


def feeds_view(request: Request) -> Response:
    """All feeds."""
    desk = feeder(request)
    loaders = {feed.name: FeedLoader(request.runtime, feed.name) for feed in feeds(desk)}
    return page_answer(request, desk, feeds_page(desk, loaders))


def quarantine_view(request: Request) -> Response:
    """The rejected rows of a feed."""
    desk = feeder(request)
    at = request.GET.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) <= MAX_PLACE_DIGITS else 1
    return page_answer(request, desk, quarantine_page(desk, *feed_of(request, desk), max(1, place)))


def correction_view(request: Request) -> Response:
    """One rejected row, to correct."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    reject = loader.quarantine.get(feed.name, request.matchdict["reject"])
    return page_answer(request, desk, correction_page(desk, feed, reject))


def replay_view(request: Request) -> Response:
    """Load a corrected row, or show it with what is still wrong."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    reject = loader.quarantine.get(feed.name, request.matchdict["reject"])
    changed = corrections(dict(request.POST.items()), reject)
    still = loader.replay(reject.id, changed, desk.records.actor)
    if still is None:
        return go_to(desk.addresses.page(FEEDS, feed.name), "replayed")
    return page_answer(request, desk, correction_page(desk, feed, still, is_refused=True), REFUSED)
