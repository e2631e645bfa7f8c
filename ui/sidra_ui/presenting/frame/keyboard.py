"""The keyboard map: every shortcut there is, declared here alone; a page has those whose target it has."""

from __future__ import annotations

from sidra_ui.messages import Messages
from sidra_ui.viewmodels.shell import Shortcut

SHORTCUTS: tuple[tuple[str, str, str], ...] = (
    ("Control+k", "key_palette", "#global-search"),
    ("/", "key_palette", "#global-search"),
    ("g", "key_navigation", "#nav .nav-item"),
    ("b", "key_rail", "[data-rail]"),
    ("f", "key_filter", ".live input"),
    ("j", "key_next_row", "sidra-table tbody a, .neighbours [rel=next]"),
    ("k", "key_previous_row", "sidra-table tbody a, .neighbours [rel=prev]"),
    ("n", "key_new", ".heading .actions a[href*='/new']"),
    ("e", "key_edit", ".identity .actions a[href$='/edit']"),
    ("Control+s", "key_save", ".save-bar button[type=submit]"),
    ("?", "key_help", "#keyboard"),
)
"""Key, sentence, and what it is about as a selector: a link or button is pressed, a control takes the focus."""
WRITTEN = {"Control": "Ctrl"}


def shortcuts(messages: Messages) -> tuple[Shortcut, ...]:
    """The keyboard map in a language."""
    return tuple(Shortcut(key, written(key), messages.text(name), target) for key, name, target in SHORTCUTS)


def written(key: str) -> tuple[str, ...]:
    """The caps of a shortcut, as they stand on a keyboard."""
    return tuple(WRITTEN.get(cap, cap.upper() if cap.isalpha() and len(cap) == 1 else cap) for cap in key.split("+"))
