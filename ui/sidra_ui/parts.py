"""What the screens add to the language, through the hook that plugins use: the icons and the controls they know."""

from __future__ import annotations

from pathlib import Path

from sidra.hookspecs import hookimpl
from sidra_metamodel.registry import Vocabulary
from sidra_metamodel.widgets import Widget
from sidra_ui.presenting.frame.tours import PARTS
from sidra_ui.widgets import BUILT_IN

ICONS = Path(__file__).with_name("assets") / "icons.txt"


@hookimpl
def register_vocabularies() -> list[Vocabulary]:
    """Return the icons of the sprite and the controls that a screen may ask for."""
    icons = frozenset(ICONS.read_text(encoding="utf-8").split())
    return [
        Vocabulary(
            name="icon", values=icons, help="the screens have those of Lucide that `sidra_ui/assets/icons.txt` names"
        ),
        Vocabulary(name="page_part", values=frozenset(PARTS)),
    ]


@hookimpl
def register_widgets() -> list[Widget]:
    """Return the widgets of the screens."""
    return list(BUILT_IN)
