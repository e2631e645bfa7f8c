"""Which records could not be saved as they are: counted by the database, and read only where it cannot tell."""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.backfill import all_records
from sidra.records.compiled import later
from sidra.records.demands import demands, everything
from sidra.records.readers import Field, compile_reader
from sidra.rules.constraints import Constraints
from sidra.store.expression_fragments import Sql, any_of, case, sql
from sidra.store.identifiers import NO_ID, id_text
from sidra.store.limiting import TookTooLong
from sidra.store.schema.changes import Change, Class, Kind

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.rules.constraint import Constraint
    from sidra.runtime import Runtime
    from sidra.store.database import Connection
    from sidra.store.tables import Stored
    from sidra_metamodel.kinds.entity import Entity
    from sidra_metamodel.kinds.rule import Rule

EXAMPLES = 3
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Violation:
    """How many records of an entity do not fulfil what a member of them must be."""

    entity: str
    path: str
    """The member; empty for what is demanded of the whole record."""
    count: int
    examples: tuple[str, ...]
    """The ids of the first few."""


def violations(runtime: Runtime) -> list[Change]:
    """Return, by attribute, how many records have what can no longer be saved as it is, and the first few of them."""
    found: list[Violation] = []
    # It takes as long as it does: outside a transaction, and without the limits of a reader.
    with runtime.store.apart() as connection:
        for name, entity in runtime.model.entities.items():
            if not entity.abstract:
                found += violations_of(runtime, connection, name)
    return [_told(runtime.model.entities[one.entity], one) for one in found]


def violations_of(
    runtime: Runtime,
    connection: Connection,
    entity: str,
    paths: Collection[str] | None = None,
    until: float | None = None,
    is_wanted: Callable[[Constraint | Rule], bool] = everything,
) -> list[Violation]:
    """Return the violations by records that are exactly of an entity; with `paths` only those of these members.

    `is_wanted` tells which demands count. Raises TookTooLong where it reads records `until` a moment of the monotonic
    clock.
    """
    counting = _Counting(runtime, connection, runtime.entity(entity), until, is_wanted)
    return [one for one in counting.all(paths) if one.count]


class _Counting:
    def __init__(
        self,
        runtime: Runtime,
        connection: Connection,
        compiled: CompiledEntity,
        until: float | None = None,
        is_wanted: Callable[[Constraint | Rule], bool] = everything,
    ) -> None:
        self._runtime, self._connection, self._compiled, self._until = runtime, connection, compiled, until
        self._is_wanted = is_wanted
        self._now: datetime.datetime = runtime.now()
        self._table = compiled.table.table
        self._context = runtime.statement_context(runtime.system_actor, self._now)
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._examples: defaultdict[str, list[str]] = defaultdict(list)

    def all(self, paths: Collection[str] | None) -> list[Violation]:
        found = demands(self._runtime, self._compiled, self._now, self._is_wanted)
        self._by_sql({path: one for path, one in found.violated.items() if paths is None or path in paths})
        self._by_value(sorted(found.of_values if paths is None else found.of_values & set(paths)))
        self._by_record(found.of_records if paths is None else found.of_records & set(paths))
        return [
            Violation(self._compiled.name, path, count, tuple(sorted(self._examples[path])[:EXAMPLES]))
            for path, count in sorted(self._counts.items())
        ]

    def _note(self, path: str, id: str) -> None:
        self._counts[path] += 1
        if len(self._examples[path]) < EXAMPLES:
            self._examples[path].append(id)

    def _look_at_clock(self) -> None:
        if self._until is not None and time.monotonic() > self._until:
            raise TookTooLong

    def _of_kind(self, select: sa.Select[Any]) -> sa.Select[Any]:
        return select.where(self._table.c.kind == self._compiled.name) if self._compiled.table.has_kind else select

    def _rows(self, select: sa.Select[Any], **given: object) -> list[Any]:
        statement = self._runtime.store.compile(select)
        return statement.run(
            self._connection, {**self._context, **given} if statement.wants_context else given
        ).fetchall()

    def _by_sql(self, violated: dict[str, Sql]) -> None:
        """Count all in one statement, and look for examples of what there is."""
        if not violated:
            return
        columns: list[Sql] = [sa.func.count(case(one, sql("1"))) for one in violated.values()]
        counted: sa.Select[Any] = sa.select(*columns)
        [row] = self._rows(self._of_kind(counted.select_from(self._table)))
        for (path, one), count in zip(violated.items(), row, strict=True):
            if count:
                self._counts[path] += count
                first = sa.select(self._table.c.id).where(one).order_by(self._table.c.id)
                rows = self._rows(self._of_kind(first).limit(sa.literal_column(str(EXAMPLES))))
                self._examples[path] += [id_text(id) for (id,) in rows]

    def _by_value(self, members: Sequence[str]) -> None:
        """Read the values of some attributes, of the records that have any."""
        if not members:
            return
        stored = [self._compiled.table.members[name] for name in members]
        columns = [self._table.c.id, *(self._table.c[column] for one in stored for column in one.columns)]
        read = compile_reader(self._fields(stored))
        constraints = Constraints(self._compiled.model, self._compiled.entity, frozenset(members))
        codes = {(one.path, one.code) for one in filter(self._is_wanted, constraints.all)}
        environment = self._runtime.system_records(self._connection, self._now).environment({})
        is_there = any_of([sql("({0} IS NOT NULL)", self._table.c[one.columns[0]]) for one in stored])
        for row in self._streamed(sa.select(*columns).where(is_there)):
            for problem in constraints.problems(read(row), environment):
                if (problem.path, problem.code) in codes:
                    self._note(problem.path, id_text(row[0]))

    def _fields(self, stored: list[Stored]) -> Iterator[Field]:
        position = 1
        for one in stored:
            places = tuple(range(position, position + len(one.columns)))
            position += len(places)
            unseal = (self._compiled.sealing.unsealer(one.name), 0) if one.is_sealed else None
            yield Field(one.name, one.codec, places, unseal=unseal)

    def _streamed(self, select: sa.Select[Any]) -> Iterator[Any]:
        id: sa.ColumnClause[Any] = self._table.c.id
        following = self._of_kind(select.where(id > later("k_id")).order_by(id))
        statement = self._runtime.store.compile(following.limit(sa.literal_column(str(BATCH))))
        last = NO_ID
        while True:
            self._look_at_clock()
            rows = statement.run(self._connection, {"k_id": last}).fetchall()
            yield from rows
            if len(rows) < BATCH:
                return
            last = rows[-1][0]

    def _by_record(self, paths: Collection[str]) -> None:
        """Hold whole records against all rules, for what follows from more than a value of theirs."""
        if not paths:
            return
        records = self._runtime.system_records(self._connection, self._now)
        rules = self._runtime.rules(self._compiled.name)
        for record in all_records(records, self._connection, self._compiled):
            self._look_at_clock()
            problems = rules.validate(records.environment(record))
            for path in {one.path for one in problems if one.severity == "error"} & set(paths):
                self._note(path, record.id)


def _told(entity: Entity, found: Violation) -> Change:
    element = entity.attributes.get(found.path) or entity.relations.get(found.path) or entity
    subject = f"{entity.name}.{found.path}" if found.path else entity.name
    says = f"{found.count} records do not fulfil what `{subject}` must be now; each is corrected when it is next saved"
    place, examples = element.node.place, found.examples
    return Change(Kind.TIGHTEN, Class.COUNTED, subject, says, place=place, rows=found.count, examples=examples)
