"""Proof that the audit is whole: the chains are walked from their first entries, and every digest is made anew."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa

from sidra.audit.chain import LANE_BITS, NOTHING, entry_digest, history_digest, lane_of
from sidra.audit.heads import Head, HeadRefused, LaneEnd, Signer, lane_ends, select_ends
from sidra.audit.tables import ENTRY_COLUMNS, HISTORY_COLUMNS, audit_tables
from sidra.errors import SidraError
from sidra.store.codecs import GREATEST_INTEGER, LEAST_INTEGER, decode_datetime
from sidra.store.database import Connection, Statement, Store
from sidra.store.prepared import given
from sidra.store.snapshots import snapshot

BATCH = 2_000
"""Rows that are in memory at a time."""

Kind = Literal[
    "edited", "missing", "out of order", "cut off", "end edited",
    "history edited", "history missing", "history added", "history without entry",
    "rewritten", "foreign head", "false signature", "unreadable head",
]  # fmt: skip
MEANINGS: Mapping[Kind, str] = MappingProxyType(
    {
        "edited": "the entry is not what was written, or what came before it was replaced",
        "missing": "entries before this one are gone",
        "out of order": "the entry stands in a place that was another's: moved, copied or added",
        "cut off": "entries after this one are gone",
        "end edited": "the recorded end of the chain is not its last entry",
        "history edited": "the values that the entry changed are not those that were written",
        "history missing": "the values that the entry changed are gone",
        "history added": "the entry had no values, and now has some",
        "history without entry": "there are values whose entry is gone, or never was",
        "rewritten": "the chain does not pass through a head that was exported: it was written anew",
        "foreign head": "the head is of another affiliate, or signed by a key that is not here",
        "false signature": "the file of the head was changed after it was signed",
        "unreadable head": "the file holds no head",
    }
)

Row = tuple[Any, ...]


class AuditBroken(SidraError):
    """The audit is not what was written."""

    code = "R041"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place at which something of one kind is wrong."""

    kind: Kind
    sequence: int | None = None
    """Of the entry at which it shows; None for a head."""
    at: datetime.datetime | None = None
    """When that entry was written."""
    detail: str = ""

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return MEANINGS[self.kind]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chains found."""

    entries: int
    lanes: int
    heads: int
    faults: tuple[Fault, ...]
    counts: Mapping[Kind, int]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(slots=True)
class _Lane:
    """How far the chain of a lane was walked."""

    sequence: int = 0
    number: int = 0
    digest: bytes = NOTHING


@dataclass(slots=True)
class _Found:
    """What is wrong: the first of each kind, and how many there are."""

    first: dict[Kind, Fault] = field(default_factory=dict)
    counts: Counter[Kind] = field(default_factory=Counter)

    def note(self, kind: Kind, sequence: int | None = None, detail: str = "") -> None:
        at = None if sequence is None else decode_datetime(sequence >> LANE_BITS)
        self.first.setdefault(kind, Fault(kind, sequence, at, detail))
        self.counts[kind] += 1


class Verification:
    """Verifies the audit of one affiliate's store."""

    def __init__(self, store: Store, keys: Signer, affiliate: str, batch: int = BATCH) -> None:
        """Read `batch` rows at a time."""
        self._store, self._keys, self._affiliate = store, keys, affiliate
        self._reading = _Reading(*_selections(store), select_ends(store), batch)

    def run(self, heads: Iterable[Head | HeadRefused] = ()) -> Verdict:
        """Return whether the audit, as it stands now, is what was written, and has all that the heads saw."""
        found = _Found()
        # Before the moment at which the database is read: a head that is exported meanwhile may see further.
        known = list(heads)
        good = [each for each in known if isinstance(each, Head) and self._is_genuine(each, found)]
        for refused in known:
            if isinstance(refused, HeadRefused):
                found.note("unreadable head", detail=refused.reason)
        walk = _Walk(self._reading, found, good)
        with snapshot(self._store) as connection:
            walk.run(connection)
        return Verdict(walk.entries, len(walk.lanes), len(known), tuple(found.first.values()), dict(found.counts))

    def _is_genuine(self, head: Head, found: _Found) -> bool:
        place = f"{head.source}: of `{head.affiliate}`, {head.at:%Y-%m-%dT%H:%M:%SZ}"
        try:
            is_signed = self._keys.verify(head.body, head.signature)
        except SidraError as missing:
            found.note("foreign head", detail=f"{place}: {missing.reason}")
            return False
        if not is_signed:
            found.note("false signature", detail=place)
        elif head.affiliate != self._affiliate:
            found.note("foreign head", detail=place)
        return is_signed and head.affiliate == self._affiliate


@dataclass(frozen=True, slots=True)
class _Reading:
    """The statements that read entries, their history and the ends of lanes, and how many rows at a time."""

    entries: Statement
    history: Statement
    ends: Statement
    batch: int


class _Walk:
    """A walk along all chains at once, in the order of the numbers, which is that of time."""

    def __init__(self, reading: _Reading, found: _Found, heads: Iterable[Head]) -> None:
        self._reading, self._found = reading, found
        self.entries = 0
        self.lanes: dict[int, _Lane] = {}
        self._seen: dict[int, list[tuple[LaneEnd, Head]]] = {}
        """By sequence: what exported heads say of entries that are still to come."""
        for head in heads:
            for end in head.lanes:
                self._seen.setdefault(end.sequence, []).append((end, head))

    def run(self, connection: Connection) -> None:
        """Walk to the end, and compare it with what is recorded of it."""
        after = LEAST_INTEGER
        while rows := self._rows(connection, self._reading.entries, after):
            self._stretch(connection, rows, after)
            after = rows[-1][0]
        self._history(connection, after, GREATEST_INTEGER, frozenset())
        self._ends(lane_ends(self._reading.ends, connection))
        self._unmet()

    def _rows(
        self, connection: Connection, statement: Statement, after: int, until: int = GREATEST_INTEGER
    ) -> list[Row]:
        return statement.run(connection, {"after": after, "until": until, "number": self._reading.batch}).fetchall()

    def _stretch(self, connection: Connection, rows: Sequence[Row], after: int) -> None:
        """Walk along some entries, with the history of the same numbers."""
        history = self._history(connection, after, rows[-1][0], frozenset(row[0] for row in rows))
        for row in rows:
            self._entry(row, history.get(row[0]))

    def _history(self, connection: Connection, after: int, until: int, entries: Container[int]) -> dict[int, Row]:
        """Return the history of some entries; of rows between them, whose number may be any, none is kept."""
        found: dict[int, Row] = {}
        while rows := self._rows(connection, self._reading.history, after, until):
            for row in rows:
                if row[0] in entries:
                    found[row[0]] = row
                else:
                    self._found.note("history without entry", row[0])
            after = rows[-1][0]
        return found

    def _entry(self, row: Row, history: Row | None) -> None:
        """Hold an entry against the one before it in its lane, its values, and what heads say of it."""
        *cells, digest = row
        sequence, number = cells[:2]
        self.entries += 1
        lane = self.lanes.setdefault(lane_of(sequence), _Lane())
        expected = lane.number + 1
        if number == expected:
            if entry_digest(lane.digest, cells) != digest:
                self._found.note("edited", sequence)
        elif type(number) is not int or entry_digest(lane.digest, (sequence, expected, *cells[2:])) == digest:
            self._found.note("edited", sequence)
            number = expected
        elif number > lane.number:
            self._found.note("missing", sequence, f"{number - expected:,} gone")
        else:
            self._found.note("out of order", sequence)
        lane.sequence, lane.number, lane.digest = sequence, number, _digest(digest)
        self._values(sequence, cells[-1], history)
        for end, head in self._seen.pop(sequence, ()):
            if (end.number, end.digest) != (number, digest):
                self._found.note("rewritten", sequence, _told(head))

    def _values(self, sequence: int, digest: object, history: Row | None) -> None:
        if history is None:
            if digest is not None:
                self._found.note("history missing", sequence)
        elif digest is None:
            self._found.note("history added", sequence)
        elif history_digest(history) != digest:
            self._found.note("history edited", sequence)

    def _ends(self, ends: Iterable[LaneEnd]) -> None:
        """Hold the last entries against the recorded ends."""
        recorded = {end.lane: end for end in ends}
        for number, lane in self.lanes.items():
            end = recorded.pop(number, None)
            if end is None:
                self._found.note("end edited", lane.sequence, f"lane {number}: not recorded")
            elif (end.sequence, end.number, end.digest) != (lane.sequence, lane.number, lane.digest):
                is_cut = type(end.number) is int and end.number > lane.number
                gone = f"lane {number}: {end.number - lane.number:,} gone" if is_cut else f"lane {number}"
                self._found.note("cut off" if is_cut else "end edited", lane.sequence, gone)
        for end in recorded.values():
            self._found.note("cut off", end.sequence, f"lane {end.lane}: nothing is left of it")

    def _unmet(self) -> None:
        """Tell of what exported heads saw and the walk did not meet."""
        for sequence, seen in self._seen.items():
            for end, head in seen:
                lane = self.lanes.get(end.lane, _Lane())
                if sequence > lane.sequence:
                    self._found.note("cut off", lane.sequence or sequence, f"{end.number:,} entries in {_told(head)}")
                else:
                    self._found.note("rewritten", sequence, _told(head))


def _told(head: Head) -> str:
    return f"{head.source}, {head.at:%Y-%m-%dT%H:%M:%SZ}"


def _digest(found: object) -> bytes:
    return found if isinstance(found, bytes) else NOTHING


def _selections(store: Store) -> tuple[Statement, Statement]:
    tables = audit_tables(sa.MetaData())
    after, until, number = map(given, ("after", "until", "number"))

    def of(table: sa.Table, key: sa.Column[Any], columns: Sequence[str]) -> Statement:
        chosen = sa.select(*(table.c[name] for name in columns))
        return store.compile(chosen.where(key > after, key <= until).order_by(key).limit(number))

    entry, history = tables.entry, tables.history
    return (
        of(entry, entry.c.sequence, (*ENTRY_COLUMNS, "digest")),
        of(history, history.c.entry, HISTORY_COLUMNS),
    )
