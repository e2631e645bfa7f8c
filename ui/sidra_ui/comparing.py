"""The configuration of the group: the affiliates side by side, of which a reader sees those that are his."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.comparing.courses import History, Point, course_of, history_of
from sidra.comparing.report import LANGUAGES
from sidra.errors import SidraError
from sidra.store.database import Store
from sidra.web.comparisons import Counted
from sidra.web.request import Request
from sidra_metamodel.comparing.comparison import Comparison
from sidra_ui.configuration import configurator
from sidra_ui.pages import add_page, page_answer
from sidra_ui.presenting.comparing.group import REPORT, Asked, Compared, counting_page, group_page
from sidra_ui.presenting.frame.shell import CONFIGURE, GROUP
from sidra_ui.switching import entrant

SHOWN_NAME = 40
ASKED = ("tab", "affiliate", "level", "category", "domain", "expired")


def includeme(config: Configurator) -> None:
    """The page of the group."""
    config.include("sidra.web.comparisons")
    add_page(config, "group_configuration", f"/{GROUP}", group_view)
    add_page(config, "group_report", f"/{GROUP}/{REPORT}", report_view)


def group_view(request: Request) -> Response:
    """The matrix, the overrides or the waivers; raises Forbidden for who does not configure."""
    desk = configurator(request)
    found: Counted | None = request.registry.compared.of(desk.formats.today())
    if found is None:
        return page_answer(request, desk, counting_page(desk))
    names = configured(request)
    seen = Compared(seen_of(found, names), course(request, names), len(names) < len(found.comparison.affiliates))
    asked = Asked(*(request.GET.get(name, "")[:SHOWN_NAME] for name in ASKED))
    return page_answer(request, desk, group_page(desk, seen, asked))


def seen_of(found: Counted, names: frozenset[str]) -> Counted:
    """What is counted of some affiliates."""
    ready = {name: one for name, one in found.readiness.items() if name in names}
    return replace(found, comparison=narrowed(found.comparison, names), readiness=ready)


def course(request: Request, names: frozenset[str]) -> tuple[Point, ...]:
    """How the reuse of some affiliates went; one whose store is away is left out, and holds up no other."""
    runtimes = (site.runtime for site in request.sites if site.name in names)
    return course_of(tuple(histories(runtime.store for runtime in runtimes if runtime is not None)))


def histories(stores: Iterable[Store]) -> Iterator[History]:
    """The releases of each store that can be asked."""
    for store in stores:
        with suppress(SidraError):
            yield history_of(store)


def report_view(request: Request) -> Response:
    """The gap analysis as a file that needs nothing else, of the affiliates that the reader may see."""
    desk = configurator(request)
    found: Counted | None = request.registry.compared.of(desk.formats.today())
    if found is None:
        return page_answer(request, desk, counting_page(desk))
    seen = seen_of(found, configured(request))
    language = desk.locale if desk.locale in LANGUAGES else LANGUAGES[0]
    text = request.registry.compared.report(seen, language)
    name = f"gap-analysis-{seen.comparison.today:%Y-%m-%d}.html"
    return Response(
        text, content_type="text/html", charset="utf-8", content_disposition=f'attachment; filename="{name}"'
    )


def configured(request: Request) -> frozenset[str]:
    """The affiliates whose configuration the reader may see: this one, and where the same browser configures too.

    What an affiliate says otherwise tells of its processes, limits and partners, and belongs to it; no other role
    of another affiliate opens it.
    """
    found = {request.affiliate}
    for site in request.sites:
        actor, runtime = entrant(request, site), site.runtime
        if actor is not None and runtime is not None:
            found |= {site.name} if runtime.profile(actor.roles, actor.scopes).may_use(CONFIGURE) else set()
    return frozenset(found)


def narrowed(comparison: Comparison, names: frozenset[str]) -> Comparison:
    """A comparison of some affiliates alone: nothing in it tells of another, not even that it is there."""
    regions = (
        replace(region, affiliates=tuple(name for name in region.affiliates if name in names))
        for region in comparison.regions
    )
    return replace(
        comparison,
        affiliates={name: one for name, one in comparison.affiliates.items() if name in names},
        regions=tuple(region for region in regions if region.affiliates),
        candidates=tuple(one for one in comparison.candidates if names.issuperset(one.affiliates)),
        waivers=tuple(one for one in comparison.waivers if one.affiliate in names),
    )
