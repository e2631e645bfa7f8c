"""The pages that tell of an error: in the reader's language, with a code and a way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit, urlunsplit

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import NotFound, SidraError
from sidra.web.faults import Fault
from sidra.web.request import Request
from sidra_ui.messages import LANGUAGES, Messages
from sidra_ui.pages import answer, desk_of, languages_of, theme_of
from sidra_ui.presenting.addresses import Addresses
from sidra_ui.presenting.desk import direction_of
from sidra_ui.presenting.shell import TAGLINE, frame, shell
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.pages import MessagePage
from sidra_ui.viewmodels.shell import Frame, Shell

SENTENCES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("bad_request", "circle-alert"),
        403: ("forbidden", "lock"),
        404: ("not_found", "search-x"),
        409: ("conflict", "refresh-cw"),
        408: ("bad_request", "circle-alert"),
        413: ("bad_request", "circle-alert"),
        429: ("too_many", "timer"),
        503: ("unavailable", "cloud-off"),
    }
)
"""The catalogue's key and the icon for each status; any other is a fault of ours."""
UNKNOWN: tuple[str, str] = ("fault", "cloud-off")
UNAUTHENTICATED, NOT_FOUND = 401, 404
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
    key, icon = SENTENCES.get(fault.status, UNKNOWN)
    if is_expired_form(request, fault):
        key = "form_expired"
    home = Action(messages.text("go_home"), home_of(request), "house", "primary")
    ways = (home, *why_of(request, fault, messages))
    page = MessagePage(
        frame=around[0],
        title=messages.text(f"{key}_title"),
        text=messages.text(f"{key}_text"),
        code=fault.error.code,
        reference=fault.reference,
        icon=icon,
        actions=ways,
        shell=around[1],
    )
    return answer(request, page, locale, fault.status)


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
        return (plain_frame(request), None), preferred(request)
    return (around, inside), around.locale


def plain_frame(request: Request) -> Frame:
    """The frame of a page that belongs to no affiliate."""
    locale = preferred(request)
    return Frame(TAGLINE, "", locale, direction_of(locale), theme_of(request))


def preferred(request: Request) -> str:
    """The language of ours that the browser likes best."""
    accepted = request.accept_language
    return str(accepted.lookup(LANGUAGES, default=LANGUAGES[0])) if accepted else LANGUAGES[0]
