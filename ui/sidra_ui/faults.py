"""The pages that tell of an error: in the reader's language, with a code and a way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit, urlunsplit

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.api.faults import PASSING, TooLarge, fault_headers
from sidra.errors import Busy, NotFound, SidraError, TookLong
from sidra.web.cookies import read_cookie
from sidra.web.faults import Fault
from sidra.web.request import Request
from sidra_ui.messages import LANGUAGES, Messages
from sidra_ui.pages import answer, desk_of, languages_of, theme_of
from sidra_ui.presenting.addresses import Addresses
from sidra_ui.presenting.desk import direction_of
from sidra_ui.presenting.frame.shell import TAGLINE, frame, shell
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.pages import MessagePage, Retry
from sidra_ui.viewmodels.shell import Frame, Shell

SENTENCES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("bad_request", "circle-alert"),
        403: ("forbidden", "lock"),
        404: ("not_found", "search-x"),
        409: ("conflict", "refresh-cw"),
        408: ("timed_out", "timer"),
        413: ("too_large", "circle-alert"),
        429: ("too_many", "timer"),
        503: ("unavailable", "cloud-off"),
    }
)
"""The catalogue's key and the icon for each status; any other is a fault of ours."""
UNKNOWN: tuple[str, str] = ("fault", "cloud-off")
UNAUTHENTICATED, NOT_FOUND, BAD_REQUEST, TOO_LARGE = 401, 404, 400, 413
RETRY_SECONDS = 3
"""After which the page of something that passes asks again; the script waits longer each time."""
KILOBYTE = 1024
HIDING = frozenset({403, 404})
"""What is answered where a role does not see, or may not do, something."""
CURRENT_PAGE = "HTTP_HX_CURRENT_URL"
"""The header in which the script of a page tells its address."""


def includeme(config: Configurator) -> None:
    """One page for all errors of the screens."""
    config.set_fault_page(fault_page)


def fault_page(request: Request, fault: Fault) -> Response:
    """The page of an error; people who are not signed in are sent to where they can."""
    if fault.status == UNAUTHENTICATED:
        site = known_site(request)
        if site:
            return to_sign_in(request, site)
        fault = Fault(NotFound("there is nothing at this address"), NOT_FOUND)
    around, locale = surroundings(request)
    messages = Messages(locale)
    key, icon = sentence_of(request, fault)
    page = MessagePage(
        frame=around[0],
        title=messages.text(f"{key}_title"),
        text=messages.text(f"{key}_text", **details_of(messages, fault)),
        code=fault.error.code,
        reference=fault.reference,
        icon=icon,
        actions=tuple(ways_of(request, fault, messages)),
        shell=around[1],
        retry=retry_of(request, messages) if fault.error.code == Busy.code else None,
    )
    response = answer(request, page, locale, fault.status)
    response.headers.update(fault_headers(fault.error))
    return response


def sentence_of(request: Request, fault: Fault) -> tuple[str, str]:
    """The catalogue's key and the icon for an error."""
    key, icon = SENTENCES.get(fault.status, UNKNOWN)
    if is_expired_form(request, fault):
        return "form_expired", icon
    if isinstance(fault.error, TookLong) and request.method == "GET":
        return "slow", "timer"
    return key, icon


def details_of(messages: Messages, fault: Fault) -> dict[str, object]:
    """The figures in what is told of an error."""
    if not isinstance(fault.error, TooLarge):
        return {}
    limit = fault.error.limit_bytes
    amount, unit = (limit // KILOBYTE, "kilobytes") if limit < KILOBYTE**2 else (limit // KILOBYTE**2, "megabytes")
    return {"size": messages.text(unit, count=amount)}


def ways_of(request: Request, fault: Fault, messages: Messages) -> Iterator[Action]:
    """Where to go from an error; first of all back to what was there before it."""
    site = known_site(request)
    if fault.error.code in PASSING:
        yield Action(messages.text("retry"), again_at(request), "refresh-cw", "primary")
    elif fault.status == TOO_LARGE and site:
        yield Action(messages.text("go_back"), page_of(request, site), "refresh-cw", "primary")
    narrowed = fault.status == BAD_REQUEST or isinstance(fault.error, TookLong)
    if narrowed and request.method == "GET" and request.query_string:
        yield Action(messages.text("without_filters"), quote(request.path), "list-filter")
    yield Action(messages.text("go_home"), home_of(request), "house")
    yield from why_of(request, fault, messages)


def again_at(request: Request) -> str:
    """The address to ask again: the wanted one, or that of the page which posted."""
    return page_of(request, known_site(request)) if known_site(request) else str(request.path_qs)


def retry_of(request: Request, messages: Messages) -> Retry:
    """What the page does by itself where something passes: nothing that was entered is sent a second time."""
    return Retry(again_at(request), RETRY_SECONDS, messages.text("unavailable_waits"))


def why_of(request: Request, fault: Fault, messages: Messages) -> Iterator[Action]:
    """The way to the page that says why something is not seen: by its address alone, whether or not it is there."""
    entity = (request.matchdict or {}).get("entity", "")
    site = known_site(request)
    if fault.status not in HIDING or not site or not entity or request.visitor is None:
        return
    if entity in request.runtime.model.entities:
        yield Action(messages.text("why"), Addresses(site).page(entity, "why"), "info")


def is_expired_form(request: Request, fault: Fault) -> bool:
    """Whether a form was refused for its token."""
    return fault.status == 403 and request.method == "POST" and "token" in fault.error.reason  # noqa: PLR2004


def known_site(request: Request) -> str:
    """The affiliate of the address; empty where it belongs to none."""
    try:
        return request.affiliate
    except SidraError:
        return ""


def home_of(request: Request) -> str:
    """The home of the address's affiliate, or of all."""
    site = known_site(request)
    return f"/{site}/" if site else "/"


def to_sign_in(request: Request, site: str) -> Response:
    """Send the browser to the page that signs in, and from there back to where it was."""
    address = f"/{site}/sign-in?next={quote(page_of(request, site), safe='')}"
    if is_fragment(request):
        # The script asked for a piece of a page: the page itself must go.
        return Response(status=200, headers={"HX-Redirect": address})
    return Response(status=303, location=address)


def page_of(request: Request, site: str) -> str:
    """The page that the person stands on: the wanted one, or that which posted or asked for a piece."""
    if request.method == "GET" and not is_fragment(request):
        wanted: str = request.path_qs
        return wanted
    page = urlsplit(request.environ.get(CURRENT_PAGE) or request.referer or "")
    return urlunsplit(("", "", page.path, page.query, "")) or f"/{site}/"


def is_fragment(request: Request) -> bool:
    """Whether the script of a page asks, and not the browser itself."""
    return "HTTP_HX_REQUEST" in request.environ


def surroundings(request: Request) -> tuple[tuple[Frame, Shell | None], str]:
    """The frame of the page and its locale: for whoever is signed in, for a visitor, or for nobody's affiliate."""
    try:
        model = request.runtime.model
        around = frame(model, request.locale, theme_of(request), languages_of(request))
        inside = shell(desk_of(request)) if request.visitor is not None else None
    except SidraError:
        # Who is signed in stands in the database, which may be what is away.
        around = bare_frame(request)
        return (around, None), around.locale
    return (around, inside), around.locale


def bare_frame(request: Request) -> Frame:
    """The frame of a page that asks no database: that of the address's affiliate as far as it is served."""
    try:
        model = request.runtime.model
    except SidraError:
        return plain_frame(request)
    return frame(model, preferred(request, *model.locales), theme_of(request), ())


def plain_frame(request: Request) -> Frame:
    """The frame of a page that belongs to no affiliate."""
    locale = preferred(request)
    return Frame(TAGLINE, "", locale, direction_of(locale), theme_of(request))


def preferred(request: Request, *known: str) -> str:
    """The language that was chosen, or that the browser likes best; else the first of those of the affiliate."""
    languages = (*known, *LANGUAGES)
    chosen = read_cookie(request.environ.get("HTTP_COOKIE", ""), "sidra_locale")
    if chosen in languages:
        return chosen
    accepted = request.accept_language
    return str(accepted.lookup(languages, default=languages[0])) if accepted else languages[0]
