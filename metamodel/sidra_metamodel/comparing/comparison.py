"""All affiliates side by side: what they reuse of the baseline, where they differ and why, and what could be shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sidra_metamodel.comparing.converging import Candidate
from sidra_metamodel.comparing.dead import Dead
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.comparing.reuse import Reuse
from sidra_metamodel.governing.waivers import Waived

Texts = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedAffiliate:
    """One affiliate beside the baseline."""

    name: str
    label: Texts
    region: str | None
    country: str
    hue: int | None
    version: str
    """The baseline's version that it stands on; empty where the group's layer names none."""
    is_whole: bool
    """Whether its files could all be read and merged; else what is counted is what is left."""
    domains: Mapping[str, Reuse]
    overrides: tuple[Override, ...]
    dead: tuple[Dead, ...]
    """What it says to no effect."""

    @property
    def reuse(self) -> Reuse:
        """How much of all its documents is the baseline's."""
        return sum(self.domains.values(), Reuse())


@dataclass(frozen=True, slots=True)
class Region:
    """A region and its affiliates."""

    name: str | None
    """None for affiliates of no region."""
    label: Texts
    affiliates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All affiliates of an installation on one day."""

    today: date
    version: str
    """The version of the group's layer."""
    group: Texts
    affiliates: Mapping[str, ComparedAffiliate]
    """By name, sorted."""
    regions: tuple[Region, ...]
    """By name; affiliates of no region come last."""
    domains: tuple[str, ...]
    """Those that any affiliate has something in, in the order in which they are shown."""
    candidates: tuple[Candidate, ...]
    waivers: tuple[Waived, ...]
    """What the group lets single affiliates have although a rule refuses it."""

    @property
    def reuse(self) -> Reuse:
        """How much of all that the affiliates have is the baseline's."""
        return sum((one.reuse for one in self.affiliates.values()), Reuse())

    @property
    def overrides(self) -> tuple[Override, ...]:
        """Those of all affiliates."""
        return tuple(override for one in self.affiliates.values() for override in one.overrides)

    @property
    def dead(self) -> tuple[Dead, ...]:
        """What affiliates say to no effect."""
        return tuple(dead for one in self.affiliates.values() for dead in one.dead)

    @property
    def expired(self) -> tuple[Override, ...]:
        """Overrides that should have ended."""
        return tuple(one for one in self.overrides if one.is_overdue(self.today))
