"""How far-reaching a change is: derived from what changed, never written (LAYERING.md §4)."""

from __future__ import annotations

from typing import Final

AS_IS: Final = 0
"""The baseline as it is."""
TEXTS: Final = 1
"""Texts, order, hiding."""
LIMITS: Final = 2
"""Less room, and local additions."""
PARTS: Final = 3
"""Steps, screens or rules that are replaced or removed."""
CODE: Final = 4
"""Code of a plugin that an overlay brings in, and what the group waives a rule for."""

LEVELS: Final = (AS_IS, TEXTS, LIMITS, PARTS, CODE)


def level_name(level: int) -> str:
    """Return a level as people know it: `L2`."""
    return f"L{level}"


def level_of(name: str) -> int:
    """Return the level that a name such as `L2` stands for."""
    return int(name.removeprefix("L"))
