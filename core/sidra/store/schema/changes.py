"""What must change in a database so that it fits a Model: plain values, with their class, reason, place and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sidra_metamodel.nodes import Place


class Class(StrEnum):
    """How a change is made, from the least to the most that it asks of an operator."""

    SAFE = "safe"
    """At once, when the configuration is loaded: nothing that is there changes."""
    LATER = "later"
    """The configuration is in force already; `apply` brings what is there after it, while everything goes on."""
    COUNTED = "counted"
    """Nothing in the database changes, but records that are there may not fulfil what they now must."""
    MIGRATED = "migrated"
    """What is there moves or is converted: the configuration waits for `apply`."""
    DESTRUCTIVE = "destructive"
    """What is there is set aside: only with consent. The configuration is in force already."""
    REFUSED = "refused"
    """Cannot be done: the configuration stays out of force until it, or the data, is mended."""


WAITING = frozenset({Class.MIGRATED, Class.REFUSED})
"""Of these, one holds the configuration back."""


class Kind(StrEnum):
    """What a change does."""

    ADD_TABLE = "add table"
    ADD_COLUMN = "add column"
    ADD_INDEX = "add index"
    DROP_INDEX = "drop index"
    RENAME = "rename"
    RENAME_VALUE = "rename value"
    CONVERT = "convert"
    RESTORE = "restore"
    SET_ASIDE = "set aside"
    RECOMPUTE = "recompute"
    TIGHTEN = "tighten"
    SEAL = "seal"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that must change."""

    kind: Kind
    level: Class
    subject: str
    """What it is of, in the words of the configuration: `thing`, `thing.n`."""
    says: str
    """In a sentence without numbers of records: those may be known by fewer people."""
    """Without numbers of records: people read it who may not learn these, which `rows` tells."""
    why: str = ""
    place: Place | None = None
    """Where the configuration says so."""
    rows: int | None = None
    """How many it concerns; None where they were not counted."""
    examples: tuple[str, ...] = ()
    """The ids of a few of them."""
    detail: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What its steps need, of JSON's types."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that must change, in the order in which it is done."""

    all: tuple[Change, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        """Yield the changes."""
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def of(self, *levels: Class) -> tuple[Change, ...]:
        """Return those of some classes."""
        return tuple(change for change in self.all if change.level in levels)

    @property
    def waiting(self) -> tuple[Change, ...]:
        """Those that hold the configuration back."""
        return self.of(*WAITING)

    @property
    def to_do(self) -> tuple[Change, ...]:
        """Those that are not done yet by anybody: what is counted needs people, and no step."""
        return tuple(change for change in self.all if change.level is not Class.COUNTED)
