"""The requests of people about their data: the package of everything, and the erasure."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Invalid
from sidra.privacy.requests import Requests
from sidra.web.request import Request
from sidra_ui.accounts import proved
from sidra_ui.lists import entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.access.privacy import PART, erasure_view, privacy_page
from sidra_ui.presenting.desk import Desk
from sidra_ui.records import CONFLICT, RECORD, REFUSED
from sidra_ui.viewmodels.privacy import ReasonForm

PAGE = f"{RECORD}/{PART}"


def includeme(config: Configurator) -> None:
    """The page of a person's requests, and what is asked for on it."""
    add_page(config, "personal_data", PAGE, proved(privacy_view))
    add_page(config, "package", f"{PAGE}/package", proved(package_view, page_of), methods=("POST",))
    add_page(config, "erase", f"{PAGE}/erase", proved(erase_view, page_of), methods=("POST",))
    add_page(config, "erasure", f"{PAGE}/progress", progress_view)
    add_page(config, "erase_on", f"{PAGE}/go-on", proved(go_on_view, page_of), methods=("POST",))


def page_of(request: Request) -> str:
    """The address of the page whose form was sent."""
    return str(request.path).rpartition("/")[0]


def requests_of(request: Request, desk: Desk) -> Requests:
    """The requests of the person of the address; raises Forbidden or NotFound."""
    return Requests(desk.records, entity_of(request), request.matchdict["id"], desk.screens.people)


def here(request: Request, desk: Desk) -> str:
    """The address of the page."""
    return desk.addresses.record(entity_of(request), request.matchdict["id"], PART)


def privacy_view(request: Request) -> Response:
    """What is held about a person, and what an erasure would do."""
    desk = desk_of(request)
    return page_answer(request, desk, privacy_page(desk, requests_of(request, desk)))


def package_view(request: Request) -> Response:
    """The archive of everything that is held, for a reason."""
    desk, reason = desk_of(request), request.POST.get("reason", "")
    requests = requests_of(request, desk)
    try:
        package = requests.package(reason, desk.locale)
    except Invalid as refusal:
        form = ReasonForm(f"{here(request, desk)}/package", reason, refusal.problems[0].message)
        return page_answer(request, desk, privacy_page(desk, requests, package=form), REFUSED)
    day = desk.formats.day(desk.records.now).isoformat()
    response = Response(
        package.zipped(),
        content_type="application/zip",
        content_disposition=f'attachment; filename="{request.affiliate}-{requests.record.id}-{day}.zip"',
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def erase_view(request: Request) -> Response:
    """Ask for the erasure of a person, for a reason, once it is confirmed."""
    desk, reason = desk_of(request), request.POST.get("reason", "")
    requests, action = requests_of(request, desk), f"{here(request, desk)}/erase"
    if request.POST.get("sure", "") != "true":
        form = ReasonForm(action, reason, is_unsure=True)
        return page_answer(request, desk, privacy_page(desk, requests, erase=form), REFUSED)
    try:
        requests.erase(reason)
    except Invalid as refusal:
        form = ReasonForm(action, reason, refusal.problems[0].message)
        return page_answer(request, desk, privacy_page(desk, requests, erase=form), REFUSED)
    except Conflict:
        # What keeps it from going stands on the page as it is now.
        return page_answer(request, desk, privacy_page(desk, requests), CONFLICT)
    return go_to(here(request, desk), "erasure_begun")


def progress_view(request: Request) -> Response:
    """How far an erasure is; once it has ended, the whole page is asked for anew."""
    desk = desk_of(request)
    requests = requests_of(request, desk)
    last = requests.last()
    if last is None:
        return go_to(here(request, desk))
    answer = fragment_answer(request, desk, erasure_view(desk, requests.record, last))
    if last.is_done or last.stopped_by:
        answer.headers["HX-Refresh"] = "true"
    return answer


def go_on_view(request: Request) -> Response:
    """Let an erasure that stopped go on."""
    desk = desk_of(request)
    requests_of(request, desk).erase_on()
    return go_to(here(request, desk))
