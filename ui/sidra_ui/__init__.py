"""The screens: one topic a module, each with an `includeme` that registers its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyramid.config import Configurator

TOPICS = (
    "sidra_ui.pages",
    "sidra_ui.faults",
    "sidra_ui.entrance",
    "sidra_ui.steps",
    "sidra_ui.accounts",
    "sidra_ui.user_accounts",
    "sidra_ui.auditing",
    "sidra_ui.home",
    "sidra_ui.search",
    "sidra_ui.feeds",
    "sidra_ui.telling",
    "sidra_ui.duplicates",
    "sidra_ui.configuration",
    "sidra_ui.explaining",
    "sidra_ui.plans",
    "sidra_ui.comparing",
    "sidra_ui.widget_pages",
    "sidra_ui.touring",
    "sidra_ui.why",
    "sidra_ui.exporting",
    "sidra_ui.privacy",
    "sidra_ui.arranging",
    "sidra_ui.bulk",
    "sidra_ui.cells",
    "sidra_ui.dashboards",
    "sidra_ui.wizards",
    "sidra_ui.console",
    "sidra_ui.boards",
    "sidra_ui.calendars",
    "sidra_ui.lists",
    "sidra_ui.view360",
    "sidra_ui.drafting",
    "sidra_ui.editing",
    "sidra_ui.attaching",
    "sidra_ui.commenting",
    "sidra_ui.records",
    "sidra_ui.revealing",
)
"""In order: an address is answered by the first that knows it, so those with names of their own come first."""


def includeme(config: Configurator) -> None:
    """All screens."""
    for topic in TOPICS:
        config.include(topic)
