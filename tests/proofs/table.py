"""The table at the end of `make prove`: each proof with what it counted, its result and its seconds."""

from __future__ import annotations

import datetime
import os
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from tests.proofs.catalogue import PROOFS
from tests.proofs.counting import COUNTS, Counts

HEAD = ("proof", "counts", "result", "seconds")


@dataclass
class Tally:
    """What became of the tests of one proof."""

    outcomes: Counts = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def result(self) -> str:
        """In one word, and how many where it is a bad one."""
        bad = [f"{self.outcomes[one]} {one}" for one in ("failed", "skipped") if self.outcomes[one]]
        return ", ".join(bad) or ("holds" if self.outcomes else "did not run")


class Table:
    """A plugin of pytest that counts and prints."""

    def __init__(self) -> None:
        self._tallies = {name: Tally() for name in PROOFS}
        self._names = {file: name for name, files in PROOFS.items() for file in files}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what became of a test to its proof."""
        name = self._names.get(report.nodeid.partition("::")[0])
        if name is None:
            return
        tally = self._tallies[name]
        tally.seconds += report.duration
        if report.when == "call" or not report.passed:
            tally.outcomes[report.outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the table, as Markdown."""
        kept = config.stash.get(COUNTS, {})
        terminalreporter.section(f"proofs, {_today()}, {_machine()}")
        rows = [_row(name, tally, kept) for name, tally in self._tallies.items() if tally.outcomes]
        for line in _lines([HEAD, *rows]):
            terminalreporter.write_line(line)


def _row(name: str, tally: Tally, kept: dict[str, Counts]) -> Sequence[str]:
    counted: Counts = Counter()
    for file in PROOFS[name]:
        # Not a sum, which leaves out what was counted none: no loss, nothing missed.
        counted.update(kept.get(file, Counter()))
    told = [f"{number:,} {what}" for what, number in counted.items()] + [f"{tally.outcomes.total():,} tests"]
    return name, ", ".join(told), tally.result, f"{tally.seconds:,.0f}"


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
