"""Kinds `waiver` and `ceiling`: what the group allows one affiliate, and how far affiliates may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from sidra_metamodel.kinds.test import Value
from sidra_metamodel.language import Document, Element, word
from sidra_metamodel.traits import FINAL

Level = Literal["L0", "L1", "L2", "L3", "L4"]

EVERYONE: Final = "all"
"""The ceiling of each affiliate that has none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Document):
    """A waiver: one value that the group lets one affiliate have although a rule refuses it; in the group's tree."""

    kind: ClassVar[str] = "waiver"
    folder: ClassVar[str] = "waivers"

    affiliate: str = word("The affiliate that may have it, and no other.", required=True, rule=FINAL, example="pl")
    path: str = word(
        "What is allowed to differ, as `sidra explain` takes it.",
        required=True,
        rule=FINAL,
        example="individual.attributes.family_name.max_length",
    )
    allows: Value = word(
        "The value that it may have, exactly; `null` allows that nothing stands there.",
        required=True,
        rule=FINAL,
        example="80",
    )
    until: str = word("The last day that it is agreed for.", required=True, rule=FINAL, example='"2027-03-31"')
    approver: str = word("Who allows it.", required=True, rule=FINAL, example="K. Lindqvist")
    why: str = word("The reason, in a sentence.", required=True, rule=FINAL, example="Double surnames since 2024")
    ticket: str = word("Where it was decided.", required=True, rule=FINAL, example="GAP-17")


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLevels(Element):
    """How far an affiliate may go in each part of the business."""

    party: Level | None = word("Parties, customers, accounts and consents.", rule=FINAL, default=None)
    product: Level | None = word("Products and their catalogue.", rule=FINAL, default=None)
    sales: Level | None = word("Leads and opportunities.", rule=FINAL, default=None)
    service: Level | None = word("Interactions and tickets.", rule=FINAL, default=None)
    channel: Level | None = word("Channels and templates.", rule=FINAL, default=None)
    campaign: Level | None = word("Segments, campaigns and loyalty.", rule=FINAL, default=None)
    process: Level | None = word("Processes, queues, calendars and schedules.", rule=FINAL, default=None)
    interface: Level | None = word("Interfaces and simulators.", rule=FINAL, default=None)
    roles: Level | None = word("Roles.", rule=FINAL, default=None)
    screens: Level | None = word("Screens, menus, reports and tours.", rule=FINAL, default=None)
    common: Level | None = word("Code lists, types and the rest.", rule=FINAL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling(Document):
    """How far an affiliate may go; named after it, or `all` for those without one of their own; in the group's tree."""

    kind: ClassVar[str] = "ceiling"
    folder: ClassVar[str] = "ceilings"

    level: Level | None = word(
        "In each domain that is not named: `L1` texts and order, `L2` tightening and additions, `L3` replaced parts, "
        "`L4` code of plugins. What a waiver allows counts nowhere.",
        rule=FINAL,
        default=None,
    )
    domains: DomainLevels | None = word("In single domains.", rule=FINAL, default=None, example="{roles: L2}")


GRANTING: Final = frozenset({Waiver.kind, Ceiling.kind})
"""Kinds that the group's tree alone declares."""
