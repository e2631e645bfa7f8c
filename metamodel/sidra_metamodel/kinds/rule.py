"""Kind `rule`: what must hold, what follows, what a new record gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Formula, Label, word
from sidra_metamodel.traits import ACCUMULATE, FINAL, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Document):
    """A rule of an entity; `default`, `compute`, `validate` run in this order inside the transaction."""

    kind: ClassVar[str] = "rule"
    folder: ClassVar[str] = "rules"

    kind_: Literal["validate", "compute", "default"] = word("What it does.", required=True, rule=FINAL)
    on: str = word("The entity it is about.", required=True, rule=FINAL, refers="entity", scoping=Scoping.SUBJECT)
    label: Label = word("As people read it.")
    when: Formula | None = word(
        "It applies only where this holds.", default=None, rule=FINAL, site=Site.RECORD, expects="boolean"
    )
    check: tuple[Formula, ...] = word(
        "Must hold; the checks of all layers count.",
        rule=ACCUMULATE,
        single=True,
        site=Site.RECORD,
        expects="boolean",
        of_kind=("validate",),
    )
    at: str | None = word(
        "Attribute it is about: where a message is shown, or what is set.",
        default=None,
        rule=FINAL,
        refers="member",
        scoping=Scoping.MEMBER,
    )
    value: Formula | None = word(
        "The value.", default=None, site=Site.RECORD, expects="attribute", of_kind=("compute", "default")
    )
    message: Label = word("What a person is told.", of_kind=("validate",))
    severity: Literal["error", "warning"] = word(
        "Whether saving is refused.", default="error", rule=FINAL, of_kind=("validate",)
    )
