"""What configurators are shown: the state of their affiliate's files, and what the codes of findings mean."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra import errors
from sidra.errors import Forbidden, NotFound
from sidra.web.overviews import Overview
from sidra.web.request import Request
from sidra_metamodel.codes import CODES
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer
from sidra_ui.presenting.configuration.configuring import code_page, configuration_page
from sidra_ui.presenting.configuration.findings import digest, errors_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import CONFIGURE

SHOWN_NAME = 40
UNCHANGED = 204


def includeme(config: Configurator) -> None:
    """The pages of the configuration."""
    config.include("sidra.web.overviews")
    add_page(config, "configuration", "/configuration", configuration_view)
    add_page(config, "configuration_banner", "/configuration/banner", banner_view)
    add_page(config, "configuration_code", "/configuration/codes/{code}", code_view)


def configurator(request: Request) -> Desk:
    """The desk of someone who edits the configuration; raises Forbidden."""
    desk = desk_of(request)
    if not desk.records.profile.may_use(CONFIGURE):
        raise Forbidden("you may not see the configuration", hint=f"ask for a role with the function `{CONFIGURE}`")
    return desk


def overview_of(request: Request, desk: Desk) -> Overview:
    """How the affiliate's files stand now."""
    found: Overview = request.registry.overviews.of(request.affiliate, desk.formats.today())
    return found


def configuration_view(request: Request) -> Response:
    """The state of the configuration, with the differences of one kind or cause where the address names it."""
    desk = configurator(request)
    narrowed = (request.GET.get(name, "")[:SHOWN_NAME] for name in ("kind", "cause"))
    return page_answer(request, desk, configuration_page(desk, overview_of(request, desk), *narrowed))


def banner_view(request: Request) -> Response:
    """The banner as it is now; nothing once the files are mended."""
    desk = configurator(request)
    diagnostics = desk.visit.diagnostics
    if diagnostics is None:
        return Response("", content_type="text/html", charset="utf-8")
    if request.GET.get("seen") == digest(errors_of(request.diagnostics)):
        return Response(status=UNCHANGED)
    return fragment_answer(request, desk, diagnostics)


def code_view(request: Request) -> Response:
    """What a code means, and the way out."""
    desk = configurator(request)
    code = request.matchdict["code"]
    meaning = {**CODES, **errors.CODES}.get(code)
    if meaning is None:
        raise NotFound(f"there is no code `{code[:SHOWN_NAME]}`", hint="codes are like E101 and R620")
    return page_answer(request, desk, code_page(desk, code, meaning))
