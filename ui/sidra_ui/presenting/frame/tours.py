"""Guided help: which tours the page of a reader has, and what they point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sidra.preferences.settings import Preferences
from sidra_metamodel.kinds.tour import Tour
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.shell import TourStepView, TourView

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "palette": ".omni",
        "navigation": "#nav",
        "affiliate": ".aff",
        "account": ".face",
        "heading": ".heading",
        "actions": ".heading .actions, .identity .actions",
        "views": "[data-part=views], main .tabs",
        "filters": "main .tools",
        "table": "#list",
        "header": ".identity-card",
        "alerts": ".alerts",
        "figures": ".kpis",
        "panels": ".split",
        "path": ".path",
        "tabs": ".identity-card .tabs",
        "board": "[data-part=board], .board",
        "tiles": "[data-part=tiles], .dashboard",
        "inbox": "[data-part=inbox]",
        "conversation": "[data-part=conversation]",
        "context": "[data-part=context]",
        "steps": "[data-part=steps]",
        "wrap_up": "[data-part=wrap_up]",
    }
)
"""The parts of pages that YAML may name, each as a selector; the first that is on the page counts."""
KEY = "tour."
DONE = "done"
WHOLE = {"360": "view360", "board": "board", "calendar": "calendar", "chart": "list"}


def tours_of(desk: Desk) -> tuple[TourView, ...]:
    """The tours of this page for its reader; one that was not seen to its end begins where it was left."""
    declared = list(fitting(desk))
    if not declared:
        return ()
    try:
        seen = Preferences(desk.records.runtime, desk.records.actor.id).read_below(KEY)
    except (ValueError, AttributeError):
        # A client of the API or the program itself has no account that could keep anything.
        return ()
    return tuple(view(desk, tour, seen.get(KEY + tour.name)) for tour in declared)


def fitting(desk: Desk) -> Iterator[Tour]:
    """The tours that the configuration has for such a page and the reader's roles."""
    page, entity = page_of(desk)
    for tour in desk.model.tours.values():
        is_for = not tour.roles or bool(tour.roles & set(desk.records.actor.roles))
        if page == tour.page and tour.of in {None, entity} and is_for and not tour.hidden and tour.steps:
            yield tour


def page_of(desk: Desk) -> tuple[str, str]:
    """The kind of the page, and the entity that it is about; nothing for pages that have no tours."""
    path = desk.visit.path.partition("?")[0].removeprefix(desk.addresses.page()).strip("/")
    parts = path.split("/") if path else []
    entity = parts[0] if parts else ""
    if not parts:
        return "home", ""
    screen = desk.model.screens.get(entity)
    if entity == "console" or (screen is not None and screen.kind_ in {"dashboard", "console"}):
        return (screen.kind_ if screen is not None else "console"), ""
    if entity not in desk.model.entities:
        return "", ""
    if len(parts) == 1:
        return "list", entity
    last = parts[-1]
    return WHOLE.get(last, "record" if len(parts) == len(("entity", "id")) and last != "new" else ""), entity


def view(desk: Desk, tour: Tour, seen: Any) -> TourView:  # noqa: ANN401 - JSON
    """A tour in the reader's language."""
    steps = tuple(
        TourStepView(PARTS[step.at], desk.label(step), desk.text(step.text))
        for step in tour.steps.values()
        if step.at in PARTS
    )
    begins = seen if isinstance(seen, int) and 0 <= seen < len(steps) else 0
    address = desk.addresses.page("tours", tour.name)
    return TourView(tour.name, desk.label(tour), steps, address, begins, is_offered=seen is None)
