"""Kind `queue`: where work waits, who serves it, and how much of it a person holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Element, Label, word
from sidra_metamodel.traits import SUBSET, TIGHTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving(Element):
    """Who serves a queue: whoever has one of the roles, is of one of the units, and has all the skills."""

    roles: frozenset[str] = word(
        "Roles, of which a person needs one.", rule=TIGHTEN, narrower=SUBSET, refers="role", empty_is_all=True
    )
    units: frozenset[str] = word(
        "Regions, shops and teams, of which a person is in one; empty: of any unit.",
        rule=TIGHTEN,
        narrower=SUBSET,
        refers="unit",
        empty_is_all=True,
    )
    skills: frozenset[str] = word("Roles that a person must have besides, all of them.", refers="role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Document):
    """A queue: work that no person has yet waits in it for those who serve it."""

    kind: ClassVar[str] = "queue"
    folder: ClassVar[str] = "queues"

    label: Label = word("As people read it.")
    help: Label = word("What waits here, for a tooltip.")
    served_by: Serving | None = word("Who serves it; default: whoever may use the console.", default=None)
    order: Literal["oldest", "newest"] = word(
        "Which conversation `Take the next` of the console gives: the one that waits longest, or that came last.",
        default="oldest",
    )
    capacity: Mapping[str, int] = word(
        "By medium: how many conversations whoever serves this queue holds at once, of all queues together; of several "
        "bounds the greatest counts, and a medium that is not named has none."
    )
    answer_within: timedelta | None = word(
        "How long a message may wait for its answer before the inbox shows it as late.", default=None, example="15min"
    )
    hidden: bool = word("Not offered for new work; what waits in it stays.", default=False)
