"""Kinds `layer`, `pack` and `calendar`: whose configuration a folder holds, and when its people work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Element, Label, word
from sidra_metamodel.traits import FINAL, ListMerge


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Element):
    """Where an affiliate's records are kept: one of the three, and never where another one's are."""

    sqlite: str | None = word("File name of a SQLite database inside the data folder.", environment=True, default=None)
    schema: str | None = word(
        "Schema of the PostgreSQL database that the setting `database` names.",
        environment=True,
        example="senegal",
        default=None,
    )
    database: str | None = word(
        "Address of a PostgreSQL database of its own, without a password.",
        environment=True,
        example='"postgresql://db.example/poland"',
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Element):
    """A part of an affiliate that records and people belong to; whoever works for it works for all below it."""

    kind_: Literal["region", "shop", "team"] = word(
        "What it is. A region holds regions, shops and teams; a shop holds teams.", required=True
    )
    label: Label = word("Its name as people read it.")
    parent: str | None = word("The unit that it stands in.", refers="unit", example="dakar", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Document):
    """A layer: the group, a region, an affiliate or an environment; `layer.yaml` of its folder."""

    kind: ClassVar[str] = "layer"
    folder: ClassVar[str] = ""

    level: Literal["group", "region", "affiliate", "environment"] = word(
        "Its rank among layers.", required=True, rule=FINAL
    )
    label: Label = word("Its name as people read it.")
    prefix: str | None = word("Begins the local names of this layer: `sn` for `x_sn_ninea`.", default=None, rule=FINAL)
    version: str | None = word(
        "Version of the layer; the group's is what affiliates require.", default=None, rule=FINAL
    )
    requires: Mapping[str, str] = word(
        "Versions of lower layers and packs it was written for: `~1.2` is 1.2.x, `^1.2` from 1.2 to below 2, and "
        "`>=1.2 <3` what it says.",
        rule=FINAL,
        example="{group: ~1.0}",
    )
    baseline: str | None = word(
        "Version of the baseline that an affiliate has, of those in the data folder; default: the installed one. "
        "`sidra upgrade` changes it.",
        rule=FINAL,
        example="1.3.2",
        default=None,
    )
    tiers: frozenset[str] = word(
        "Packs of the baseline that are in force.", rule=FINAL, refers="pack", example="[core, b2b]"
    )
    locales: tuple[str, ...] = word(
        "Languages in order of preference.", merge=ListMerge.ATOMIC, among="locale", example="[ar, en]"
    )
    currency: str | None = word("ISO 4217 code of amounts without one.", among="currency", example="JOD", default=None)
    country: str | None = word(
        "ISO 3166 code: telephone numbers and addresses without a country.",
        among="country",
        example="JO",
        default=None,
    )
    time_zone: str | None = word(
        "IANA time zone of `today` and of times without zone.", example="Asia/Amman", default=None
    )
    calendar: str | None = word("Working hours and holidays.", refers="calendar", default=None)
    units: Mapping[str, Unit] = word(
        "Regions, shops and teams; where there are any, records and people belong to no other.", removable=True
    )
    store: Store | None = word("Where records are kept; default: a SQLite file named after the layer.", default=None)
    hue: int | None = word(
        "Colour of the badge that stands for it on screens, as an OKLCH hue.",
        example="150",
        default=None,
        least=0,
        most=360,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(Document):
    """A pack of the baseline: a set of documents that an affiliate takes whole by its tier."""

    kind: ClassVar[str] = "pack"
    folder: ClassVar[str] = ""

    tier: Literal["core", "mature", "b2b"] = word(
        "The tier it belongs to, which affiliates with this pack take.",
        required=True,
        rule=FINAL,
    )
    label: Label = word("Its name as people read it.")
    version: str | None = word("Version of the pack.", default=None, rule=FINAL)
    requires: frozenset[str] = word("Packs it builds on; they are merged before it.", rule=FINAL, refers="pack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Element):
    """Opening hours of a day."""

    from_: str = word("Start, `HH:MM` in the affiliate's zone.", required=True, example='"08:00"')
    to: str = word(
        "End, `HH:MM`; where that is earlier than the start, the hours end on the next day.",
        required=True,
        example='"17:00"',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Element):
    """A day on which nobody works."""

    shorthand: ClassVar[str | None] = "date"

    date: str = word("`YYYY-MM-DD`, or `MM-DD` for every year.", required=True, example='"04-04"')
    label: Label = word("Its name as people read it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Document):
    """Working hours and holidays."""

    kind: ClassVar[str] = "calendar"
    folder: ClassVar[str] = "calendars"
    label: Label = word("Its name as people read it.")
    week: Mapping[str, Hours] = word(
        "Hours of the days `mon` to `sun`; a day that is absent is free. For schedules a day with hours is a working "
        "day, whatever they are.",
        removable=True,
        borrowed=True,
    )
    holidays: Mapping[str, Holiday] = word("Free days by name.", removable=True)
