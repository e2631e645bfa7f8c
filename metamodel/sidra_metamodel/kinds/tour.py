"""Kind `tour`: guided help, step by step, on one kind of page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Element, Label, word
from sidra_metamodel.traits import SUBSET, TIGHTEN, Scoping


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStep(Element):
    """One thing to look at. A step whose part is not on the page of its reader is passed over."""

    at: str = word("The part of the page it points at.", required=True, among="page_part")
    label: Label = word("What it is about, in a few words.")
    text: Label = word("What can be done here, in a sentence or two.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour(Document):
    """A tour: offered once to each person of its roles, and in the menu of the person ever after."""

    kind: ClassVar[str] = "tour"
    folder: ClassVar[str] = "tours"

    label: Label = word("What the tour is called in the menu.")
    page: Literal["home", "list", "record", "view360", "board", "calendar", "dashboard", "console"] = word(
        "The kind of page it is given on.", required=True
    )
    of: str | None = word(
        "The entity whose pages it is about; default: all.", default=None, refers="entity", scoping=Scoping.SOURCE
    )
    roles: frozenset[str] = word(
        "Who it is for; empty: everybody.", rule=TIGHTEN, narrower=SUBSET, refers="role", empty_is_all=True
    )
    steps: Mapping[str, TourStep] = word("What it shows, in order.", removable=True)
    hidden: bool = word("Not offered.", default=False)
