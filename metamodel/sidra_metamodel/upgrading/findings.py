"""What a new version of the baseline does to one override."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sidra_metamodel.nodes import Place
from sidra_metamodel.upgrading.overrides import Override, Path


class Class(StrEnum):
    """What became of what an override saw; the worst first."""

    ORPHAN = "ORPHAN"
    """What it was about is gone."""
    LOCKED = "LOCKED"
    """It must no longer say that."""
    OVERTAKEN = "OVERTAKEN"
    """It is now looser than the baseline."""
    CHANGED = "CHANGED UNDERNEATH"
    RENAMED = "RENAMED"
    ABSORBED = "ABSORBED"
    """The baseline now says the same."""
    UNLOCKED = "UNLOCKED"
    NEW = "NEW NEAR YOU"
    """Something is new inside what it replaces, and stays hidden."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a new version of the baseline does to one override, and what is to be done."""

    cls: Class
    path: str
    """The whole path as people write it, before the upgrade."""
    level: int
    saw: str
    now: str
    yours: str
    blocks: bool
    """Whether somebody has to decide before the version can be taken."""
    advice: str
    at: Place
    override: Override = field(compare=False, repr=False)
    to: Path = field(default=(), compare=False)
    """For what was renamed: kind, document and path as they are now."""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for programs."""
        return {
            "class": self.cls.value,
            "path": self.path,
            "level": self.level,
            "saw": self.saw,
            "now": self.now,
            "yours": self.yours,
            "blocks": self.blocks,
            "advice": self.advice,
            "at": {"path": self.at.path, "line": self.at.line, "column": self.at.column},
            **({"to": ".".join(self.to)} if self.to else {}),
        }
