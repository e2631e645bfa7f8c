"""The gallery of widgets, in English."""

from sidra_ui.messages import Messages
from sidra_ui.presenting.configuration.widgets import widgets_page
from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.widgets import WidgetsPage
from sidra_ui.widgets import BUILT_IN


def gallery() -> WidgetsPage:
    """Return the built-in widgets in all their states."""
    return widgets_page(shell("en", "sn"), Messages("en"), {widget.name: widget for widget in BUILT_IN})
