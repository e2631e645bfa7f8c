"""Feeds: their runs, files that people bring, and rejected rows, corrected and loaded by people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Forbidden, NotFound, SidraError
from sidra.interfaces.files import FileRefused
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.uploads import MEGABYTE, Uploads
from sidra.web.request import Request
from sidra_metamodel.kinds.interface import Interface
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.feeds.feeding import correction_page, corrections, feed_page, feeds, feeds_page
from sidra_ui.presenting.feeds.running import upload_form, view_of_run
from sidra_ui.presenting.frame.shell import FEEDS
from sidra_ui.viewmodels.feeds import FeedPage

NAME = "{name:[a-z][a-z0-9_]*}"
MAX_PLACE_DIGITS = 9
REFUSED = 422
FORM_BYTES = 64 * 1024
"""What a form has around its file."""


def includeme(config: Configurator) -> None:
    """The pages of feeds, and the files that are under way."""
    settings = config.registry.sidra_settings
    config.registry.uploads = Uploads(settings.home / "uploads", settings.upload_megabytes)
    add_page(config, "feeds", "/feeds", feeds_view)
    add_page(config, "feed", f"/feeds/{NAME}", feed_view)
    add_page(config, "upload", f"/feeds/{NAME}", upload_view, methods=("POST",))
    add_page(config, "run", f"/feeds/{NAME}/run", run_view)
    add_page(config, "cancel_run", f"/feeds/{NAME}/cancel", cancel_view, methods=("POST",))
    add_page(config, "correction", f"/feeds/{NAME}/{{reject}}", correction_view)
    add_page(config, "replay", f"/feeds/{NAME}/{{reject}}", replay_view, methods=("POST",))
    config.set_body_limit("upload", settings.upload_megabytes * MEGABYTE + FORM_BYTES)


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


def feed_view(request: Request) -> Response:
    """A feed with its runs and its rejected rows."""
    desk = feeder(request)
    at = request.GET.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) <= MAX_PLACE_DIGITS else 1
    return page_answer(request, desk, page_of(request, desk, *feed_of(request, desk), at=max(1, place)))


def page_of(
    request: Request,
    desk: Desk,
    feed: Interface,
    loader: FeedLoader,
    *,
    at: int = 1,
    refused: SidraError | None = None,
) -> FeedPage:
    """The page of a feed, with why a file was refused."""
    is_busy = any(run.is_under_way(desk.records.now) for run in loader.runs(desk.records.actor))
    form = upload_form(desk, loader.feed, uploads_of(request).most_megabytes, is_busy=is_busy, refused=refused)
    return feed_page(desk, feed, loader, form, at)


def uploads_of(request: Request) -> Uploads:
    """The files that this process loads."""
    found: Uploads = request.registry.uploads
    return found


def upload_view(request: Request) -> Response:
    """Begin to load a file that a person brings; a file that cannot serve is told on the page."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    try:
        with file_of(request) as (name, content):
            uploads_of(request).start(loader, name, content, desk.records.actor)
    except (FileRefused, Conflict) as refusal:
        page = page_of(request, desk, feed, loader, refused=refusal)
        return page_answer(request, desk, page, REFUSED)
    return go_to(desk.addresses.page(FEEDS, feed.name), "upload_started")


@contextmanager
def file_of(request: Request) -> Iterator[tuple[str, IO[bytes]]]:
    """Lend the name and the content of the file in a form; raises FileRefused where there is none."""
    given = request.form.files.get("file")
    name, content = getattr(given, "filename", None), getattr(given, "file", None)
    if not name or content is None:
        raise FileRefused("no file was chosen", hint="choose a file, then load it", slip="none")
    # A long form lies in temporary files, which would wait for the collector.
    with closing(content), closing(request.body_file_raw):
        yield str(name), content


def run_view(request: Request) -> Response:
    """How far the last run is; once it has ended, the whole page is asked for anew, with what it rejected."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    last = next(iter(loader.runs(desk.records.actor, limit=1)), None)
    if last is None:
        raise NotFound("the feed has not been run", hint="load a file first")
    answer = fragment_answer(request, desk, view_of_run(desk, feed.name, last))
    if not last.is_under_way(desk.records.now):
        answer.headers["HX-Refresh"] = "true"
    return answer


def cancel_view(request: Request) -> Response:
    """End the run that is under way, after the rows that are being loaded."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    loader.cancel(desk.records.actor)
    return go_to(desk.addresses.page(FEEDS, feed.name))


def correction_view(request: Request) -> Response:
    """One rejected row, to correct."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    reject = loader.reject(request.matchdict["reject"], desk.records.actor)
    return page_answer(request, desk, correction_page(desk, feed, loader, reject))


def replay_view(request: Request) -> Response:
    """Load a corrected row, or show it with what is still wrong."""
    desk = feeder(request)
    feed, loader = feed_of(request, desk)
    reject = loader.reject(request.matchdict["reject"], desk.records.actor)
    changed = corrections(dict(request.POST.items()), reject)
    still = loader.replay(reject.id, changed, desk.records.actor)
    if still is None:
        return go_to(desk.addresses.page(FEEDS, feed.name), "replayed")
    return page_answer(request, desk, correction_page(desk, feed, loader, still, is_refused=True), REFUSED)
