"""What some units may try out before the others: what people see, and nothing of what is kept, allowed or answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sidra.releases.plan import Impact, Item, Plan

ANY: Final = "*"
"""Stands for one name in a path: of a member, a value, a state, a step, a group."""
KINDS: Final = frozenset({"screen", "menu", "tour", "translation"})
"""Documents that say nothing but what people see."""
PATHS: Final[Mapping[str, frozenset[tuple[str, ...]]]] = MappingProxyType(
    {
        "entity": frozenset(
            {
                *((word,) for word in ("label", "plural", "label_new", "help", "icon")),
                *(("attributes", ANY, word) for word in ("label", "help", "group", "widget", "hidden")),
                *(("relations", ANY, word) for word in ("label", "help", "group", "hidden")),
                *(("lifecycle", "transitions", ANY, word) for word in ("label", "tone", "icon")),
            }
        ),
        "enum": frozenset({("label",), *(("values", ANY, word) for word in ("label", "help", "tone", "icon"))}),
        "type": frozenset((word,) for word in ("label", "help", "example", "widget")),
        "role": frozenset({("label",)}),
    }
)
"""Of other documents, the places of what people see; whatever stands below one of them belongs to it."""


def is_of_screens(plan: Plan) -> bool:
    """Tell whether a counted plan changes what people see alone, so that the database need not follow."""
    return plan.is_counted and not plan.migration and all(map(is_seen_alone, plan))


def is_seen_alone(item: Item) -> bool:
    """Tell whether a change is one of what people see, by its kind of document and its place in it."""
    if item.cls is not Impact.SAFE:
        return False
    return item.kind in KINDS or any(_stands_at(item.path, place) for place in PATHS.get(item.kind, ()))


def _stands_at(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return len(path) >= len(place) and all(name in {ANY, said} for said, name in zip(path, place, strict=False))
