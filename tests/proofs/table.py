"""The table at the end of `make prove`: what is asked of each proof, what it counted, its result, by database."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from tests.proofs.catalogue import PROOFS, Proof, database_of
from tests.proofs.counting import COUNTED, Counts

HEAD = ("proof", "asked", "database", "counted", "result", "seconds")


@dataclass
class Tally:
    """What became of the tests of one proof on one database."""

    outcomes: Counts = field(default_factory=Counter)
    counted: Counts = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """Add what became of a part of a test; its counts are whole when it is torn down."""
        self.seconds += report.duration
        if report.when == "call" or not report.passed:
            self.outcomes[report.outcome] += 1
        if report.when == "teardown":
            for name, counted in report.user_properties:
                # Not a sum, which leaves out what was counted none: no loss, nothing missed.
                self.counted.update(counted if name == COUNTED and isinstance(counted, dict) else {})

    @property
    def result(self) -> str:
        """In one word, and how many where it is a bad one."""
        bad = [f"{self.outcomes[one]} {one}" for one in ("failed", "skipped") if self.outcomes[one]]
        return ", ".join(bad) or "holds"

    @property
    def told(self) -> str:
        """What was counted, and how many tests that took."""
        counts = [f"{number:,} {what}" for what, number in self.counted.items()]
        return ", ".join([*counts, f"{self.outcomes.total():,} tests"])


class Table:
    """A plugin of pytest that counts and prints."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self._claims = {file: proof.claim for proof in PROOFS for file in proof.files}
        self._began = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what became of a test to its proof."""
        claim = self._claims.get(report.nodeid.partition("::")[0])
        if claim is not None:
            self._tallies[claim, database_of(report.nodeid)].add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table, as Markdown."""
        took = (time.monotonic() - self._began) / 60
        terminalreporter.section(f"proofs, {_today()}, {_machine()}, {took:,.0f} minutes")
        rows = [row for proof in PROOFS for row in self._rows(proof)]
        for line in _lines([HEAD, *rows]):
            terminalreporter.write_line(line)

    def _rows(self, proof: Proof) -> Iterator[Sequence[str]]:
        """Yield a row for each database; what a proof is and asks stands in the first."""
        first = (proof.claim, proof.asked)
        for (claim, database), tally in sorted(self._tallies.items(), key=lambda item: item[0], reverse=True):
            if claim == proof.claim and tally.outcomes:
                yield *first, database, tally.told, tally.result, f"{tally.seconds:,.0f}"
                first = ("", "")


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for number, row in enumerate(rows):
        yield f"| {' | '.join(text.ljust(width) for text, width in zip(row, widths, strict=True))} |"
        if number == 0:
            yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
