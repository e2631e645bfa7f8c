"""From requests to pages: who reads, in which language, and how a page is answered."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Forbidden
from sidra.plugins import load_plugins
from sidra.runtime import Runtime
from sidra.web.cookies import read_cookie
from sidra.web.request import Request
from sidra.web.sessions import after_sign_in
from sidra.web.visit import SAFE
from sidra_ui.messages import Messages
from sidra_ui.presenting.addresses import THEN, Addresses
from sidra_ui.presenting.configuration.findings import banner
from sidra_ui.presenting.desk import Desk, Visit, tag_of
from sidra_ui.presenting.formats import Formats
from sidra_ui.presenting.frame.shell import language_choices
from sidra_ui.presenting.screens import Screens
from sidra_ui.rendering import (
    STATIC_FOLDER,
    AssetsMissing,
    Fragment,
    FullPage,
    StaticFiles,
    create_environment,
    read_static,
    render_form,
    render_fragment,
    render_page,
)
from sidra_ui.switching import enterable
from sidra_ui.viewmodels.common import Theme
from sidra_ui.viewmodels.records import RecordPage
from sidra_ui.viewmodels.shell import LanguageChoice, Toast

THEMES: tuple[Theme, ...] = ("light", "dark", "auto")
NOTICE = "sidra_notice"
"""Names the sentence that the next page says once, such as "Saved"."""
NOTICES = frozenset(
    {
        "console_nothing_next",
        "created",
        "deleted_record",
        "erasure_begun",
        "list_arranged",
        "merge_done",
        "merge_undone",
        "noted_apart",
        "password_changed",
        "plan_gone_back",
        "plan_in_force",
        "plan_proposed_now",
        "plan_reminded",
        "plan_spoken",
        "plan_taken_back",
        "plan_trial_ended",
        "replayed",
        "saved",
        "unlocked",
        "upload_started",
        "view_deleted",
        "view_saved",
    }
)
FAILED = "failed_attempts"
"""The notice of how often others failed to be the person, and since when in seconds, behind points."""
STEP_DONE = "step_done"
"""The notice of a step of a life cycle, with the names of its entity and its own behind points."""
NOTICE_SECONDS = 30
MAX_DIGITS = 10
"""Of seconds since 1970: for three hundred years, and few enough for every calendar."""
HTML = "text/html; charset=utf-8"
NO_FILES = StaticFiles("/static", {}, frozenset())


def includeme(config: Configurator) -> None:
    """The built files, the templates, and the screens of each Runtime."""
    try:
        static = read_static()
    except AssetsMissing:
        # The API serves without them; each page then says what is missing.
        static = NO_FILES
    config.add_static_folder("/static", STATIC_FOLDER)
    config.registry.screen_icons = static.icons
    widgets = load_plugins(config.registry.sidra_settings.plugins).vocabularies.widgets
    config.registry.templates = create_environment(static, widgets.values())
    config.registry.screens = {}


def screens_of(request: Request, runtime: Runtime) -> Screens:
    """The screens of a Runtime; compiled anew when another one is in force."""
    known: dict[str, Screens] = request.registry.screens
    found = known.get(runtime.affiliate)
    if found is None or found.runtime is not runtime:
        found = known[runtime.affiliate] = Screens(runtime)
    return found


def desk_of(request: Request) -> Desk:
    """The desk of whoever is signed in; raises Unauthenticated, and Forbidden for a token that would change something.

    What a page begins may go on by the rights of the account, of which a token has a part.
    """
    if request.method not in SAFE and "HTTP_AUTHORIZATION" in request.environ:
        raise Forbidden("pages are changed by people who signed in", hint="use the API with a token")
    actor = dataclasses.replace(request.actor, locale=request.locale)
    runtime = request.runtime
    return Desk(runtime.records(actor), screens_of(request, runtime), request.locale, visit_of(request))


def visit_of(request: Request) -> Visit:
    """What the frame of a page takes from the request."""
    messages = Messages(request.locale)
    notice = read_cookie(request.environ.get("HTTP_COOKIE", ""), NOTICE)
    told = notice_text(request, notice)
    addresses = Addresses(request.affiliate)
    diagnostics = banner(messages, addresses, request.diagnostics) if request.site.has_errors else None
    return Visit(
        request.path_qs,
        theme_of(request),
        request.csrf_token,
        languages_of(request),
        request.registry.screen_icons,
        (Toast(told),) if told else (),
        diagnostics,
        enterable(request),
        is_rail=chosen(request, "sidra_nav") == "rail",
        has_keys=chosen(request, "sidra_keys") != "off",
    )


def notice_text(request: Request, notice: str) -> str:
    """What the page says once of what was done just now; nothing for a notice that is none."""
    messages = Messages(request.locale)
    word, _, step = notice.partition(".")
    if word == FAILED:
        return failures_notice(request, step)
    if word == STEP_DONE:
        name = step_label(request, step)
        return messages.text(STEP_DONE, name=name) if name else ""
    return messages.text(notice) if notice in NOTICES else ""


def failures_notice(request: Request, numbers: str) -> str:
    """What a person is told of others who tried to be this person; the browser brings the two numbers back."""
    count, _, since = numbers.partition(".")
    if (
        not (count + since).isascii()
        or not (count.isdigit() and since.isdigit())
        or max(len(count), len(since)) > MAX_DIGITS
    ):
        return ""
    model = request.runtime.model
    formats = Formats(tag_of(request.locale, model.country), model.time_zone, model.currency, request.runtime.now())
    moment = datetime.datetime.fromtimestamp(int(since), datetime.UTC)
    told = formats.moment(moment) if int(since) else Messages(request.locale).text("never")
    return Messages(request.locale).text(FAILED, count=int(count), since=told)


def step_label(request: Request, step: str) -> str:
    """What a step is called, from the names of its entity and its own."""
    model = request.runtime.model
    entity = model.entities.get(step.partition(".")[0])
    lifecycle = entity.lifecycle if entity is not None else None
    found = lifecycle.transitions.get(step.partition(".")[2]) if lifecycle is not None else None
    return model.label(found, request.locale) if found is not None else ""


def theme_of(request: Request) -> Theme:
    """The theme that the browser keeps."""
    wanted = chosen(request, "sidra_theme")
    return next((theme for theme in THEMES if theme == wanted), "auto")


def chosen(request: Request, name: str) -> str:
    """What the browser keeps of a choice about the screens; empty where nothing was chosen."""
    return read_cookie(request.environ.get("HTTP_COOKIE", ""), name)


def languages_of(request: Request) -> tuple[LanguageChoice, ...]:
    """The affiliate's languages and English, each leading back to this page."""
    back = quote(request.path_qs if request.method == "GET" else f"/{request.affiliate}/", safe="")
    address = f"/{request.affiliate}/language/{{locale}}?next={back}"
    return language_choices(request.runtime.model.locales, request.locale, address)


def answer(request: Request, page: FullPage, locale: str, status: int = 200) -> Response:
    """A whole page; what the browser was told to say once is forgotten."""
    html = render_page(request.registry.templates, page, Messages(locale))
    response = Response(html, status=status, content_type="text/html", charset="utf-8")
    if read_cookie(request.environ.get("HTTP_COOKIE", ""), NOTICE):
        response.delete_cookie(NOTICE)
    return response


def page_answer(request: Request, desk: Desk, page: FullPage, status: int = 200) -> Response:
    """A page for whoever is signed in."""
    return answer(request, page, desk.tag, status)


def fragment_answer(request: Request, desk: Desk, fragment: Fragment) -> Response:
    """A piece of a page that stands already."""
    html = render_fragment(request.registry.templates, fragment, desk.messages, desk.visit.csrf_token)
    return Response(html, content_type="text/html", charset="utf-8")


def form_answer(request: Request, desk: Desk, page: RecordPage) -> Response:
    """The form alone, as the person types."""
    html = render_form(request.registry.templates, page, desk.messages)
    return Response(html, content_type="text/html", charset="utf-8")


def go_to(address: str, notice: str = "") -> Response:
    """Send the browser to an address; `notice` names what the page there says once."""
    response = Response(status=303, location=address)
    if notice:
        response.set_cookie(NOTICE, notice, max_age=NOTICE_SECONDS, samesite="Lax", httponly=True)
    return response


def then_of(request: Request) -> str:
    """The page to go to afterwards, where the address names one of this affiliate."""
    wanted: str = request.params.get(THEN, "")
    return after_sign_in(request, wanted) if wanted else ""


def parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of the address, in order."""
    return list(request.GET.items())


# Pyramid ships no types: a configurator's add_view takes anything.
def add_page(config: Configurator, name: str, pattern: str, view: Any, **options: Any) -> None:  # noqa: ANN401
    """One address below the affiliate's and its view."""
    methods = options.pop("methods", ("GET",))
    config.add_route(name, f"/{{affiliate}}{pattern}", request_method=methods)
    config.add_view(view, route_name=name, **options)
