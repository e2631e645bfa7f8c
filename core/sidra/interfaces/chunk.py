"""The rows of a feed that are loaded in one transaction: each becomes its records, or goes to quarantine whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sidra.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound, Problem, SidraError
from sidra.interfaces.feed import Described, Feed
from sidra.interfaces.files import Row
from sidra.interfaces.quarantine import Quarantine, Reject
from sidra.interfaces.runs import Counts
from sidra.interfaces.upserting import KnownRecords, Outcome, Upsert
from sidra.records.work import UnitOfWork


class Chunk:
    """Rows that are loaded in one transaction.

    A unit of work that gathers takes the rows by the set: what they are found by is read before, and what they make is
    written behind them. A row that is refused is taken back while its records wait. Where that cannot be, or one of
    many cannot be added, NotAdded ends the transaction: in another unit of work each row has a savepoint of its own.
    """

    def __init__(self, work: UnitOfWork, feed: Feed, quarantine: Quarantine, run_id: str, file: str) -> None:
        self._work, self._feed, self._quarantine = work, feed, quarantine
        self._run_id, self._file = run_id, file
        self._known = KnownRecords(work.records)
        self._upsert = Upsert(work, self._known)
        self._environment = work.records.environment({})
        self._rejects: dict[str, Reject | None] = {}
        """By key: the row that goes to quarantine; None where it is loaded, and comes out of it."""

    def load(self, rows: Sequence[Row], counts: Counts) -> Counts:
        """Load rows; returns the counts with theirs. Raises NotAdded."""
        described = [self._feed.describe(row, self._environment) for row in rows]
        records = [one.record for one in described if one.record is not None]
        self._known.read(key for record in records for key in record.all_keys())
        self._known.read_linked(records)
        keys = [self._feed.key_of(row, self._file) for row in rows]
        became = Counter({"read": len(rows)})
        for row, one, key in zip(rows, described, keys, strict=True):
            outcome, is_warned = self._load_row(row, one, key)
            became[outcome] += 1
            became["warned"] += is_warned
        self._keep_rejects()
        return counts.plus(**became)

    def _keep_rejects(self) -> None:
        """Bring the quarantine up to date, last of all: what changes a row asks the others to be written."""
        connection, feed = self._work.connection, self._feed.name
        kept = self._quarantine.kept(connection, feed, list(self._rejects))
        for key, reject in self._rejects.items():
            if reject is not None:
                self._quarantine.put(connection, reject, is_there=key in kept)
            elif key in kept:
                self._quarantine.clear(connection, feed, key)

    def _load_row(self, row: Row, described: Described, key: str) -> tuple[str, bool]:
        """Return what became of a row, and whether it came with warnings."""
        outcome, problems = self._save(described)
        if outcome is None:
            reject = Reject(
                self._work.new_id(), self._run_id, self._feed.name, key, row.line, row.values, problems, self._work.now
            )
            self._rejects[key] = reject
            return "quarantined", False
        self._rejects[key] = None
        return outcome, bool(problems)

    def replay(self, kept: Reject, row: Row) -> Reject | None:
        """Load a corrected row in place of the one that was kept."""
        outcome, problems = self._save(self._feed.describe(row, self._environment))
        if outcome is not None:
            self._quarantine.drop(self._work.connection, kept.id)
            return None
        still = replace(kept, texts=row.values, problems=problems, at=self._work.now)
        self._quarantine.change(self._work.connection, still)
        return still

    def _save(self, described: Described) -> tuple[Outcome | None, tuple[Problem, ...]]:
        """Save a row's records with the warnings about it, or none of them with the reasons."""
        if described.record is None:
            return None, described.problems
        try:
            with self._work.savepoint():
                return self._upsert.save(described.record), described.problems
        except (Invalid, Duplicate, NotFound, Conflict, Forbidden) as refusal:
            self._known.take_back()
            return None, _problems(refusal)


def _problems(refusal: SidraError) -> tuple[Problem, ...]:
    if isinstance(refusal, Invalid):
        return refusal.problems
    return (Problem(refusal.code, "", refusal.reason, refusal.hint),)
