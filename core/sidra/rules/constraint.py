"""One demand on one member of a record: the code that tests it, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sidra.errors import Problem
from sidra.rules.conditions import text_in
from sidra.rules.wording import tell
from sidra_metamodel.language import Formula, Label

Message = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A demand.

    source: an expression of Python that is true when the demand is violated; it sees the value as `v`, the operand as
    `{k}`, and `env`. is_about_absence: tested where there is no value, else only where there is one.
    """

    code: str
    path: str
    source: str
    message: Message
    # A bound, a set, or a function of the value, as the source uses it.
    operand: Any = None
    is_about_absence: bool = False
    formula: Formula | None = None
    """What it follows from, where that is an expression."""

    def problem(self, locale: str | None) -> Problem:
        """What a person is told."""
        return Problem(self.code, self.path, self.message(locale))


def worded(key: str, **facts: object) -> Message:
    """A message of ours with its facts."""
    return partial(_tell, key, facts)


def _tell(key: str, facts: dict[str, object], locale: str | None) -> str:
    return tell(key, locale, **facts)


def labelled(label: Label, otherwise: Message) -> Message:
    """The text of the configuration where it has one, else another message."""
    return (lambda locale: text_in(label, locale)) if label.texts else otherwise
