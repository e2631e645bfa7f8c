"""Kind `role`: what its people may do with which records and attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import ACCESS, ACCUMULATE, FINAL, LOWER, SUBSET, TIGHTEN, Scoping, Site

ColumnAccess = Literal["edit", "read", "enter", "mask", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Element):
    """What a role may do with one entity; named by the entity."""

    do: frozenset[str] = word(
        "`create read update delete merge` and names of transitions.", rule=TIGHTEN, narrower=SUBSET, refers="action"
    )
    rows: tuple[Formula, ...] = word(
        "Only records for which all of these hold; those of all layers count.",
        rule=ACCUMULATE,
        single=True,
        site=Site.GRANT,
        expects="boolean",
        sql=True,
    )
    columns: Mapping[str, ColumnAccess] = word(
        "Access to single attributes; the others: `edit` where `do` has update, else `read`. `enter` is masked, but a "
        "new record may be given a value.",
        rule=TIGHTEN,
        narrower=ACCESS,
        refers="member",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Document):
    """A role. Grants of several roles of a person add up; layers narrow."""

    kind: ClassVar[str] = "role"
    folder: ClassVar[str] = "roles"

    label: Label = word("As people read it.")
    within: str | None = word(
        "The role of the group that a role of a layer's own stays within: it gives no more, on no other rows.",
        default=None,
        rule=FINAL,
        refers="role",
        example="team_lead",
    )
    may: Mapping[str, Grant] = word(
        "Grants by entity; one on a supertype holds for its subtypes.",
        refers="entity",
        rule=TIGHTEN,
        narrower=SUBSET,
        removable=True,
        scoping=Scoping.SOURCE,
    )
    functions: frozenset[str] = word(
        "Functions beyond records, such as `search` or `configure`.",
        rule=TIGHTEN,
        narrower=SUBSET,
        among="function",
    )
    export_rows: int | None = word(
        "The most rows that these people export of a list at once; default: the setting `export_rows`. Of several "
        "roles the greatest counts.",
        default=None,
        rule=TIGHTEN,
        narrower=LOWER,
        least=1,
        most=1_000_000,
    )
