"""The statements that keep out who has the configuration before, with the first change of each table of a plan."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.fences import FENCE, fences_in, version_column
from sidra.store.meanings import meaning_table
from sidra.store.schema.ddl import Ddl
from sidra.store.schema.renames import Renames
from sidra.store.schema.shape import Kept


class Fencing:
    """The fences of one plan."""

    def __init__(self, ddl: Ddl, renames: Renames, kept: Kept) -> None:
        self._ddl, self._renames = ddl, renames
        self._fences = fences_in(kept.meanings)
        self._done: set[str] = set()

    def follow(self) -> None:
        """Say that tables which have another name keep how often their version was renamed."""
        known = meaning_table(sa.MetaData())
        for now, was in self._renames.tables.items():
            if was in self._fences:
                changed = known.update().where(known.c.place == FENCE + was).values(place=FENCE + now)
                self._ddl.say(self._ddl.literal(changed))

    def put(self, table: str) -> None:
        """Say that the version of a table has another name, by which nobody finds it who has not read that."""
        if table in self._done:
            return
        self._done.add(table)
        fence, known = self._fences.get(self._renames.table(table), 0), meaning_table(sa.MetaData())
        self._ddl.do.alter_column(table, version_column(fence), new_column_name=version_column(fence + 1))
        self._ddl.say(self._ddl.literal(known.delete().where(known.c.place == FENCE + table)))
        self._ddl.say(self._ddl.literal(known.insert().values(place=FENCE + table, meaning=str(fence + 1))))
