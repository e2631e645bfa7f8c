"""Ways in which somebody who has the database, and even knows how the chain is made, changes an audit unseen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from sidra.audit.chain import entry_digest, history_digest, lane_of
from sidra.audit.tables import ENTRY_COLUMNS, HEAD_COLUMNS, HISTORY_COLUMNS, audit_tables
from sidra.store.database import Store
from sidra.store.positional import compile_positional
from sidra.store.prepared import given

Row = list[Any]
COLUMNS = {
    "audit_entry": (*ENTRY_COLUMNS, "digest"),
    "record_history": HISTORY_COLUMNS,
    "audit_head": HEAD_COLUMNS,
}
IDS = {"record_id", "owner_id", "former_owner_id", "person_id"}
DIGESTS = {"digest", "history_digest"}
NUMBERS = {"sequence", "number", "at", "version", "entry", "lane"}
OPTIONAL = {"version", "reason", "history_digest", "owner_id", "former_owner_id", "person_id", "sealed"}


@dataclass
class Audit:
    """All rows of an audit; each way of tampering changes them in place."""

    entries: list[Row]
    histories: list[Row]
    heads: list[Row]

    @classmethod
    def read(cls, store: Store) -> Audit:
        """Return the rows of a store."""
        with store.reading() as connection:
            found = [
                [
                    list(row)
                    for row in connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1").fetchall()
                ]
                for table, names in COLUMNS.items()
            ]
        return cls(*found)

    def copy(self) -> Audit:
        """Return the same rows, to be tampered with."""
        return Audit(*([list(row) for row in rows] for rows in self.all))

    @property
    def all(self) -> tuple[list[Row], list[Row], list[Row]]:
        """The rows of the three tables."""
        return self.entries, self.histories, self.heads

    def put(self, store: Store) -> None:
        """Put these rows in the place of a store's."""
        with store.writing() as connection:
            for (table, insertion), rows in zip(insertions(store).items(), self.all, strict=True):
                connection.execute(f"DELETE FROM {table}")
                connection.executemany(insertion, [tuple(row) for row in rows])

    @property
    def contents(self) -> list[list[str]]:
        """The rows, in no order."""
        return [sorted(map(repr, rows)) for rows in self.all]

    @property
    def is_storable(self) -> bool:
        """Whether no number stands twice, which no database takes."""
        return all(len({row[0] for row in rows}) == len(rows) for rows in self.all)

    def lane(self, lane: int) -> list[Row]:
        """Return the entries of a lane."""
        return [row for row in self.entries if lane_of(row[0]) == lane]

    def forge(self, lane: int) -> None:
        """Number the entries of a lane anew, make their digests, and set its end: what was done to them then fits."""
        values = {row[0]: row for row in self.histories}
        digest = bytes(32)
        for number, row in enumerate(self.lane(lane), 1):
            history = values.get(row[0])
            row[1], row[-2] = number, None if history is None else history_digest(history)
            row[-1] = digest = entry_digest(digest, row[:-1])
        ends = [[lane, row[0], row[1], row[-1]] for row in self.lane(lane)[-1:]]
        self.heads[:] = [head for head in self.heads if head[0] != lane] + ends


@cache
def insertions(store: Store) -> dict[str, str]:
    """Return what adds a row to each table."""
    tables = audit_tables(sa.MetaData())
    return {
        table.name: compile_positional(
            store, table.insert().values({each.name: given(each.name) for each in table.c})
        ).sql
        for table in (tables.entry, tables.history, tables.head)
    }


Tampering = Callable[[Audit, random.Random], None]


def edit(audit: Audit, chance: random.Random) -> None:
    """Give one column of one row, of any table, another value."""
    rows, names = chance.choice(list(zip(audit.all, COLUMNS.values(), strict=True)))
    row, column = chance.choice(rows), chance.randrange(len(names))
    row[column] = other(names[column], row[column], chance)


def other(name: str, value: object, chance: random.Random) -> object:
    """Return another value for a column."""
    if name in OPTIONAL and value is not None and chance.random() < 0.3:
        return None
    if name in IDS or name in DIGESTS:
        return chance.randbytes(16 if name in IDS else 32)
    if name in NUMBERS:
        return (value if isinstance(value, int) else 0) + chance.choice([-1024, -1, 1, 2, 1024, 10**9])
    text = str(value or "")
    return chance.choice([text + " ", text.swapcase() + "x", "Nobody", text[:-1] + "é"])


def remove_entry(audit: Audit, chance: random.Random) -> None:
    """Delete an entry, perhaps with its values, and any of them: the last one too."""
    gone = audit.entries.pop(chance.randrange(len(audit.entries)))
    if chance.random() < 0.5:
        audit.histories[:] = [row for row in audit.histories if row[0] != gone[0]]


def remove_values(audit: Audit, chance: random.Random) -> None:
    """Delete the values of an entry."""
    audit.histories.pop(chance.randrange(len(audit.histories)))


def remove_end(audit: Audit, chance: random.Random) -> None:
    """Delete the recorded end of a lane."""
    audit.heads.pop(chance.randrange(len(audit.heads)))


def swap(audit: Audit, chance: random.Random) -> None:
    """Let two entries change places, with or without their numbers and digests."""
    one, two = chance.sample(audit.entries, 2)
    first = chance.choice([0, 1, 2])
    one[first:], two[first:] = two[first:], one[first:]


def reorder(audit: Audit, chance: random.Random) -> None:
    """Let the entries of a stretch stand in another order, numbered as if that were theirs."""
    start = chance.randrange(len(audit.entries) - 3)
    part = audit.entries[start : start + 3]
    contents = [row[2:-1] for row in part]
    for row, content in zip(part, contents[1:] + contents[:1], strict=True):
        row[2:-1] = content


def insert(audit: Audit, chance: random.Random) -> None:
    """Add a copy of an entry somewhere, with a digest that fits what is before it."""
    copied = list(chance.choice(audit.entries))
    taken = {row[0] for row in audit.entries}
    copied[0] = chance.choice(audit.entries)[0] + 1024
    while copied[0] in taken:
        copied[0] += 1024
    before = [row for row in audit.lane(lane_of(copied[0])) if row[0] < copied[0]]
    copied[1], copied[-2] = before[-1][1] + 1, None
    copied[-1] = entry_digest(before[-1][-1], copied[:-1])
    audit.entries.append(copied)


def copy_values(audit: Audit, chance: random.Random) -> None:
    """Give the values of one entry to another, or to a number that no entry has."""
    copied = list(chance.choice(audit.histories))
    copied[0] = chance.choice([chance.choice(audit.entries)[0], chance.getrandbits(40)])
    audit.histories[:] = [row for row in audit.histories if row[0] != copied[0]] + [copied]


def cut(audit: Audit, chance: random.Random) -> None:
    """Cut the newest entries of a lane off, and set its end back, so that all that is left fits."""
    lane = chance.choice(audit.heads)[0]
    rows = audit.lane(lane)
    drop(audit, lane, rows[chance.randrange(len(rows)) :])


def cut_beginning(audit: Audit, chance: random.Random) -> None:
    """Cut the oldest entries of a lane off, and make the rest fit."""
    lane = chance.choice(audit.heads)[0]
    rows = audit.lane(lane)
    drop(audit, lane, rows[: chance.randint(1, len(rows))])


def drop(audit: Audit, lane: int, rows: Iterable[Row]) -> None:
    """Take entries of a lane away with their values, and make the rest fit."""
    gone = {row[0] for row in rows}
    for kept in (audit.entries, audit.histories):
        kept[:] = [row for row in kept if row[0] not in gone]
    audit.forge(lane)


def rewrite(audit: Audit, chance: random.Random) -> None:
    """Change an entry, and make all digests after it anew."""
    row = chance.choice(audit.entries)
    row[4] = "Nobody"
    audit.forge(lane_of(row[0]))


def rewrite_values(audit: Audit, chance: random.Random) -> None:
    """Change the values of an entry, and make all digests after it anew."""
    row = chance.choice(audit.histories)
    row[5] = '{"name":[null,"Nobody"]}'
    audit.forge(lane_of(row[0]))


def move_lane(audit: Audit, chance: random.Random) -> None:
    """Let an entry be one of another lane, and make both lanes fit."""
    lane = chance.choice(audit.heads)[0]
    row = chance.choice(audit.lane(lane))
    audit.histories[:] = [one for one in audit.histories if one[0] != row[0]]
    row[0] += 7
    audit.entries.sort()
    for one in (lane, lane_of(row[0])):
        audit.forge(one)


WAYS: Sequence[Tampering] = (
    edit, edit, edit, remove_entry, remove_values, remove_end, swap, reorder, insert, copy_values, cut, cut_beginning,
    rewrite, rewrite_values, move_lane,
)  # fmt: skip


def tamperings(whole: Audit, chance: random.Random, number: int, older: Audit) -> Iterator[tuple[str, Audit]]:
    """Yield so many audits that differ from a whole one, each with the name of how it was tampered with.

    older: what the store held at an earlier moment, put back now and then.
    """
    while number:
        audit, way = whole.copy(), chance.choice(WAYS)
        name = way.__name__
        if chance.random() < 0.02:
            audit, name = older.copy(), "replay"
        else:
            way(audit, chance)
        if audit.is_storable and audit.contents != whole.contents:
            number -= 1
            yield name, audit
