"""Ways out of a misspelling: the nearest known name, or a list of what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MAX_LISTED = 12

OF_A_PLUGIN = "one of a plugin is known once the plugin is in the settings and Sidra was started again"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question that offers the nearest known name, or nothing when none is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them, at most twelve."""
    known = list(names)
    rest = f" and {len(known) - MAX_LISTED} more" if len(known) > MAX_LISTED else ""
    return ", ".join(f"`{name}`" for name in known[:MAX_LISTED]) + rest
