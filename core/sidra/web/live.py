"""The address at which a browser is told what happens: `/{affiliate}/live?topic=…`, as server-sent events."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.access.actor import Actor
from sidra.errors import Busy
from sidra.live.presence import Place
from sidra.live.reader import across
from sidra.live.stream import Stream, event, opening, since_of
from sidra.live.streams import Streams
from sidra.live.topics import RECORD, allowed, key_of_topic
from sidra.runtime import Runtime
from sidra.store.identifiers import NO_ID
from sidra.web.answers import Answer
from sidra.web.environs import STREAM
from sidra.web.headers import PRIVATE
from sidra.web.request import Request
from sidra.web.sites import Site, Sites

POLL_MILLISECONDS = 20_000
EVENTS = ("Content-Type", "text/event-stream; charset=utf-8")


def includeme(config: Configurator) -> None:
    """The address, and the streams of this process."""
    sites: Sites = config.registry.sites

    def runtime_of(affiliate: str) -> Runtime | None:
        site = sites.get(affiliate)
        return site.runtime if site is not None else None

    config.registry.streams = Streams(runtime_of)
    config.add_route("live", "/{affiliate}/live", request_method="GET")
    # Who listens is asked for here, in another way: to be told is no sign that a person is there.
    config.add_view(live_view, route_name="live", permission=NO_PERMISSION_REQUIRED)


def live_view(request: Request) -> Answer:
    """A stream, or what was missed where none is to be had: the browser then comes again now and then."""
    person = request.entrance.person(request.session_token, renews=False) if request.session_token else None
    stream = stream_of(request, person) if person is not None else None
    if person is None or stream is None or not stream.topics:
        # By which a browser does not come again of itself, and has nothing to complain of.
        return Answer(204, [PRIVATE], b"")
    streams: Streams = request.registry.streams
    offers = STREAM in request.environ and "poll" not in request.GET
    if offers and streams.has_room(request.affiliate, person.id):
        request.environ[STREAM] = stream
        return Answer(200, [], b"")
    last, missed = across(request.runtime, stream)
    told = b"".join(event(*one) for one in missed)
    return Answer(200, [EVENTS, PRIVATE], opening(last, POLL_MILLISECONDS) + told)


def stream_of(request: Request, person: Actor) -> Stream:
    """What a browser asks to look at, as far as it may."""
    topics = allowed(request.runtime.records(person), request.GET.getall("topic"))
    here = request.GET.get("here", "")
    is_record = here.startswith(f"{RECORD}:") and key_of_topic(here) in topics
    place = Place(here, person.id, here.rpartition(":")[2], "edits" in request.GET) if is_record else None
    known = request.environ.get("HTTP_LAST_EVENT_ID") or request.GET.get("since", "")
    since = (since_of(known) or NO_ID) if known else None
    check = checking(request.site, request.session_token, tuple(topics.values()))
    return Stream(request.affiliate, person.id, topics, since, check, place)


def checking(site: Site, token: str, topics: Collection[str]) -> Callable[[], Collection[str] | None]:
    """Looks anew whether whoever looks on still may, by the configuration and the session of the moment."""

    def check() -> Collection[str] | None:
        runtime = site.runtime
        if runtime is None:
            raise Busy(f"`{site.name}` is not served", hint="it is asked again")
        person = site.entrance(runtime).person(token, renews=False)
        return None if person is None else allowed(runtime.records(person), topics).keys()

    return check
