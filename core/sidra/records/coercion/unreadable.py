"""What the readers of this topic share: how they refuse a value, and what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Unreadable(Exception):
    """A value that is not one of the attribute's type; it becomes a Problem before it leaves this topic.

    key: the message in `rules/messages`; facts: what it names.
    """

    def __init__(self, key: str, code: str = "R602", **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.code = code
        self.facts = facts


# From a value that is neither null nor blank text, and the locale it was written in, to a value of the type, which
# Python's own types cannot say. Raises Unreadable.
Read = Callable[[Any, str | None], Any]


def is_blank(value: object) -> bool:
    """Whether something given is no value: null, or text of blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())
