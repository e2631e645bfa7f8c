"""Reasons that people give for what the audit keeps: why a value was shown, a package given out, a person erased."""

from __future__ import annotations

from sidra.errors import Invalid, Problem
from sidra.rules.wording import tell
from sidra.store.storable import storable

LEAST_CHARACTERS, MOST_CHARACTERS = 5, 300
"""A shorter one says nothing, a longer one is another note about the customer."""


def checked_reason(given: str, locale: str) -> str:
    """Return a reason without what is around it; raises Invalid for one that says nothing."""
    told = " ".join(storable(given).split())
    if LEAST_CHARACTERS <= len(told) <= MOST_CHARACTERS and any(map(str.isalpha, told)):
        return told
    text = tell("reason_needed", locale, least=LEAST_CHARACTERS, most=MOST_CHARACTERS)
    raise Invalid([Problem("R090", "reason", text)])
