"""The search of duplicates among all records: block by block in sorted order, so that memory holds one block at a time.

It can be stopped and goes on where it was; what it finds again is not found twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.identity.pairs import Pair, later
from sidra.identity.tables import identity_tables
from sidra.rules.duplicates import SURE, Sign
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.identifiers import id_bytes, id_text
from sidra_metamodel.folding import fold

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.service import Records
    from sidra.runtime import Runtime

READ = 2_000
"""Rows of one statement; a block that is cut by it is read on."""
KEPT = 200
"""Blocks after which what was found is kept."""
COMPARED = 200
"""Records of a block that are compared with each other; of a larger one each with its neighbours by name."""
NEIGHBOURS = 50

Block = tuple[Any, ...]


@dataclass(slots=True)
class Search:
    """What a search has done so far."""

    read: int = 0
    """Records."""
    compared: int = 0
    """Pairs."""
    found: int = 0
    """Pairs that may be one thing."""
    new: int = 0
    """Those among them that were not known."""
    bounded: int = 0
    """Blocks too large for each to be compared with each."""
    is_complete: bool = False


Progress = Callable[[Search], bool]
"""Told now and then what was done; the search stops where it answers False."""


def find_duplicates(
    runtime: Runtime,
    progress: Progress = lambda _search: True,
    *,
    entity: str | None = None,
    limit: int | None = None,
    since: int | None = None,
) -> Search:
    """Return what a search of pairs of records found that may be one thing; they are kept for people to decide.

    entity: only of this entity; limit: at most so many new pairs; since: only among values of records that were made
    since, in µs of 1970, as after a feed. A search that was stopped goes on where it was.
    """
    search = Search()
    for name, sign in signs(runtime, entity):
        if not _Finder(runtime, name, sign, search, since).run(progress, limit):
            return search
    search.is_complete = True
    return search


def signs(runtime: Runtime, entity: str | None = None) -> Iterator[tuple[str, Sign]]:
    """Yield by what two records may turn out to be one thing, each sign with the topmost entity that declares it."""
    known: set[tuple[str, str]] = set()
    for name in runtime.model.entities if entity is None else runtime.model.subtypes(entity):
        for sign in runtime.rules(name).duplicates.signs:
            key = (runtime.model.root(name), f"{sign.entity}.{sign.name}")
            is_inherited = any(
                sign.name in {one.name for one in runtime.rules(above).duplicates.signs}
                for above in runtime.model.ancestors(name)
            )
            if key not in known and not (is_inherited and entity is None):
                known.add(key)
                yield name, sign


class _Finder:
    """One sign over all records of an entity."""

    def __init__(self, runtime: Runtime, entity: str, sign: Sign, search: Search, since: int | None) -> None:
        self.runtime, self.sign, self.search, self.since = runtime, sign, search, since
        self.compiled: CompiledEntity = runtime.entity(entity)
        self.records: Records = runtime.system_records(None, runtime.now())
        self._names = [name for member in sign.block for name in self._columns(member)]
        self._places = [self._place(name) for name in self._names]
        self._position = _Position(runtime, entity, sign.name)
        self._new = 0

    def _columns(self, member: str) -> Sequence[str]:
        stored = self.compiled.table.members[member]
        return stored.columns[:1] if stored.relation is not None else stored.equal_columns

    def _place(self, name: str) -> int:
        return list(self._selected()).index(name)

    def _selected(self) -> Sequence[str]:
        """The columns of a row of the search: those of a record, and what equal values share where that is another."""
        own = list(map(str, self.compiled.positions))
        return [*own, *(name for name in self._names if name not in own)]

    def run(self, progress: Progress, limit: int | None) -> bool:
        """Compare all blocks after the last one of a search that was stopped; tell whether it came to the end."""
        started, reached = (0, None) if self.since is not None else self._position.begin()
        pending: list[Pair] = []
        done = 0
        for block, rows in self._blocks(reached):
            pending += self._pairs(rows)
            done += 1
            if done % KEPT and len(pending) < KEPT:
                continue
            self._keep(pending, block)
            pending = []
            if not progress(self.search) or (limit is not None and self.search.new >= limit):
                return False
        self._keep(pending, None)
        if self.since is None:
            self._position.finish(started)
        return progress(self.search)

    def _blocks(self, reached: Block | None) -> Iterator[tuple[Block, list[Row]]]:
        """Yield the rows that share the values of the sign, in the order of these."""
        for block, rows in groupby(self._rows(reached), key=self._block):
            found = list(rows)
            self.search.read += len(found)
            if len(found) > 1:
                yield block, found

    def _block(self, row: Row) -> Block:
        return tuple(row[place] for place in self._places)

    def _rows(self, reached: Block | None) -> Iterator[Row]:
        first = self._statement(is_first=reached is None)
        following = self._statement(is_first=False)
        place = self.compiled.positions["id"]
        after: tuple[Any, ...] | None = None if reached is None else (*reached, b"\xff" * 16)
        while True:
            given = {} if after is None else {f"k{number}": value for number, value in enumerate(after)}
            statement = first if after is None else following
            with self.runtime.store.reading() as connection:
                rows = statement.run(connection, given).fetchall()
            yield from rows
            if len(rows) < READ:
                return
            after = (*self._block(rows[-1]), rows[-1][place])

    def _statement(self, *, is_first: bool) -> Any:  # noqa: ANN401 - a Statement
        table = self.compiled.table.table
        keys = [table.c[name] for name in self._names]
        select = sa.select(*(table.c[name] for name in self._selected())).where(*(key.is_not(None) for key in keys))
        if self.compiled.table.kinds:
            select = select.where(table.c.kind.in_([sa.literal(kind) for kind in self.compiled.table.kinds]))
        if self.since is not None:
            new = table.alias("new")
            same = [new.c[name] == table.c[name] for name in self._names]
            select = select.where(sa.exists().where(*same, new.c.created_at >= sa.literal(self.since)))
        if not is_first:
            places = [later(f"k{number}") for number in range(len(keys) + 1)]
            select = select.where(sa.tuple_(*keys, table.c.id) > sa.tuple_(*places))
        return self.runtime.store.compile(select.order_by(*keys, table.c.id).limit(READ))

    def _pairs(self, rows: list[Row]) -> Iterator[Pair]:
        """Yield the pairs of a block that the sign holds for."""
        width = len(self.compiled.columns)
        records = [self.records.whole(self.compiled.kind_of(row), row[:width]) for row in rows]
        window = len(records)
        if window > COMPARED:
            self.search.bounded += 1
            window = NEIGHBOURS
            records.sort(key=lambda record: (fold(record.title), record.id))
        for number, one in enumerate(records):
            environment = self.records.environment(one)
            for other in records[number + 1 : number + 1 + window]:
                self.search.compared += 1
                if one.entity == other.entity and self.sign.is_same(environment, other):
                    score = SURE if self.sign.is_strong else self.sign.score(environment, other)
                    yield Pair(one.id, other.id, self.compiled.name, self.sign.name, score)

    def _keep(self, pairs: list[Pair], block: Block | None) -> None:
        """Keep what was found, and how far the search has come, in one transaction."""
        if not pairs and (block is None or self.since is not None):
            return
        at = self._position.now()

        def keep(connection: Any) -> int:  # noqa: ANN401 - a Connection
            if block is not None and self.since is None:
                self._position.reach(connection, block)
            return self.runtime.pairs.note(connection, pairs, at)

        self.search.new += self.runtime.store.transact(keep, patience=PATIENCE_SECONDS)
        self.search.found += len(pairs)


class _Position:
    """How far the search by one sign has come, in the store."""

    def __init__(self, runtime: Runtime, entity: str, rule: str) -> None:
        self._runtime, self._key = runtime, {"entity": entity, "rule": rule}
        search, compile_ = identity_tables(sa.MetaData()).search, runtime.store.compile
        mine = sa.and_(search.c.entity == later("entity"), search.c.rule == later("rule"))
        names = ("entity", "rule", "started_at", "finished_at", "reached")
        self._select = compile_(sa.select(search.c.started_at, search.c.finished_at, search.c.reached).where(mine))
        self._delete = compile_(sa.delete(search).where(mine))
        self._insert = compile_(sa.insert(search).values({name: later(name) for name in names}))
        self._reach = compile_(sa.update(search).where(mine).values(reached=later("reached")))
        self._finish = compile_(sa.update(search).where(mine).values(finished_at=later("at"), reached=sa.null()))

    def now(self) -> int:
        """Return the moment in µs since 1970."""
        return int(self._runtime.now().timestamp() * 1_000_000)

    def begin(self) -> tuple[int, Block | None]:
        """Return when the search began, and the last block of one that was stopped."""

        def begin(connection: Any) -> tuple[int, Block | None]:  # noqa: ANN401 - a Connection
            row = self._select.run(connection, self._key).fetchone()
            if row is not None and row[1] is None and row[2] is not None:
                return row[0], tuple(map(_cell, orjson.loads(row[2])))
            self._delete.run(connection, self._key)
            started = self.now()
            given = {**self._key, "started_at": started, "finished_at": None, "reached": None}
            self._insert.run(connection, given)
            return started, None

        return self._runtime.store.transact(begin, patience=PATIENCE_SECONDS)

    def reach(self, connection: Any, block: Block) -> None:  # noqa: ANN401 - a Connection
        """Note the last block that was compared whole."""
        plain = [{"id": id_text(cell)} if isinstance(cell, bytes) else cell for cell in block]
        self._reach.run(connection, {**self._key, "reached": orjson.dumps(plain).decode()})

    def finish(self, started: int) -> None:
        """Note that all was compared; pairs that were open and are no longer alike go."""

        def finish(connection: Any) -> None:  # noqa: ANN401 - a Connection
            self._finish.run(connection, {**self._key, "at": self.now()})
            self._runtime.pairs.settle(connection, self._key["entity"], self._key["rule"], started)

        self._runtime.store.transact(finish, patience=PATIENCE_SECONDS)


def _cell(plain: Any) -> Any:  # noqa: ANN401 - of a column's type
    return id_bytes(plain["id"]) if isinstance(plain, dict) else plain
