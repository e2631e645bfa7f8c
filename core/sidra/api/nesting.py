"""Where `nest:` puts an attribute: `interactionDate.startDateTime`, `channel[].name, channel[].id`."""

from __future__ import annotations

from typing import NamedTuple

LIST = "[]"


class Nested(NamedTuple):
    """The names that lead to an attribute."""

    outside: tuple[str, ...]
    repeated: tuple[tuple[str, ...], ...]
    """Other names in the same object that show the same value."""
    is_listed: bool
    """Whether the first name leads to a list of one object."""


def read_nested(text: str) -> Nested:
    """The names that a nesting means; what comes after a comma repeats the value under another name."""
    first, *others = (_names(part.strip()) for part in text.split(","))
    return Nested(first, tuple(others), is_listed=text.partition(".")[0].strip().endswith(LIST))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.replace(LIST, "").split("."))
