"""What became of tests: passed, failed, or broken; as data that a person, a screen and a program read alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Place


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    """Something is not as the test says."""
    ERROR = "error"
    """The test cannot be run as it is written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as a test says."""

    at: Place
    """Where the test says it."""
    path: str
    """What says it: `then.alerted.expect`."""
    expected: str
    found: str
    values: tuple[tuple[str, str], ...] = ()
    """Parts of an expression, and what they were."""
    is_broken: bool = False
    """Whether the test cannot be run so, rather than fails."""

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "path": self.path,
            "file": self.at.path,
            "line": self.at.line,
            "column": self.at.column,
            "expected": self.expected,
            "found": self.found,
            "values": dict(self.values),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test in one affiliate."""

    affiliate: str
    test: str
    title: str
    at: Place
    verdict: Verdict
    findings: tuple[Finding, ...]
    seconds: float = field(compare=False)
    touched: frozenset[Key] = field(default=frozenset(), repr=False)
    """Kinds and names of the documents that it came upon."""

    @property
    def is_good(self) -> bool:
        """Whether it passed."""
        return self.verdict is Verdict.PASSED

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "affiliate": self.affiliate,
            "test": self.test,
            "title": self.title,
            "file": self.at.path,
            "line": self.at.line,
            "layer": self.at.layer,
            "verdict": str(self.verdict),
            "seconds": round(self.seconds, 4),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return how a test ended that found these."""
    broken = [finding.is_broken for finding in findings]
    if not broken:
        return Verdict.PASSED
    return Verdict.ERROR if any(broken) else Verdict.FAILED
