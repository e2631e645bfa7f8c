"""Kind `simulator`: an outside system that is played, for demonstrations and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sidra_metamodel.language import Document, Element, Label, word
from sidra_metamodel.traits import ListMerge


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Element):
    """A value that a simulator makes up, always the same for the same key; exactly one of its first four keywords."""

    shorthand: ClassVar[str | None] = "text"

    text: str | None = word(
        "A text; `{key}` is what was asked for, `{n}` counts from 1, `{month}` is like 2026-11.", default=None
    )
    among: tuple[str, ...] = word("One of these; with `in_turn`, the first for the first row.", merge=ListMerge.ATOMIC)
    least: float | None = word("A number from here up to `most`.", default=None)
    day: int | None = word("The date of a day of the row's month; above 28 it runs into the next.", default=None)
    most: float | None = word("The greatest number.", default=None)
    step: float = word("What numbers are a multiple of.", default=1)
    in_turn: bool = word("The values of `among` row by row, the last one for all others.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Element):
    """What is answered at one path."""

    path: str = word("Below the address of the system.", required=True, example="/customerBill")
    key: str = word("The parameter of the query from which all else follows.", required=True, example="account")
    rows: int | None = word(
        "So many in a list, the newest first; default: one object.", default=None, least=0, most=100
    )
    of: Mapping[str, Made] = word(
        "Values by their names, which are answered in camelCase; two underscores lead into an object: `amount__value`."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator(Document):
    """An outside system that `sidra simulate` and `sidra demo` play; layers refine it like everything else."""

    kind: ClassVar[str] = "simulator"
    folder: ClassVar[str] = "simulators"

    label: Label = word("As people read it.")
    delay: timedelta | None = word("How long every answer takes; default: none.", default=None, environment=True)
    failing: int = word("Of a hundred calls, so many fail.", default=0, least=0, most=100, environment=True)
    answers: Mapping[str, Answer] = word("What it answers.", removable=True)
