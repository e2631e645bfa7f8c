"""The steps after which texts are sealed that were not, sealed no more, or sealed for another name.

They are those of a conversion, but nothing is set aside: what is to be sealed must not be left beside it, and what was
sealed is all in what it was made into. So the values of before are emptied row by row, then their columns go.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from sidra.store.indexes import MAX_NAME
from sidra.store.meanings import meaning_table
from sidra.store.schema.changes import Kind
from sidra.store.schema.converting import Converting
from sidra.store.schema.steps import Clear, Step
from sidra.store.tables import FOLLOWS, INDEX_SUFFIX, SORT_SUFFIX

BESIDE = {SORT_SUFFIX: "collation keys", INDEX_SUFFIX: "blind indexes"}
"""What the names end with of the columns that follow from a text, and what they mean."""
PAST = "past_"
"""What the name of the column of before begins with, until it goes."""


class Sealing(Converting):
    """The steps of one change of `encrypt`, or of the name that texts are sealed for."""

    def after(self) -> Iterator[Step]:
        """Yield what empties the values of before and all that followed from them, then takes their columns away."""
        ddl, fill, subject, table = self._making.ddl, self._fill, self._change.subject, self._table.name
        past, beside = self._called_aside(), self._left_beside()
        clear = Clear(table, past, (past, fill.seen, *beside), "" if fill.unseals else self._column.name)
        yield Step(f"empty what {subject} was kept as", "clear", clear=clear)
        for name in clear.columns:
            ddl.do.drop_column(table, name)
        yield Step(f"take away what {subject} was kept as", before=tuple(ddl.taken()))

    def _called_aside(self) -> str:
        return f"{PAST}{self._column.name}"[:MAX_NAME]

    def _keep_former(self, aside: str) -> None:
        """Drop the indexes that the configuration has no more, since a column with one cannot go.

        What follows from values and is wanted comes back as new when the configuration is loaded, and is filled then.
        """
        del aside
        ddl, table = self._making.ddl, self._table
        for change in self._changes:
            if change.kind is Kind.DROP_INDEX and change.subject == table.name:
                ddl.say(f"DROP INDEX IF EXISTS {ddl.quote(change.detail['index'])}")
        for name in self._anew():
            for index in (one for one in table.indexes if name in one.columns):
                ddl.say(f"DROP INDEX IF EXISTS {ddl.quote(str(index.name))}")
            ddl.do.drop_column(table.name, name)
        known = meaning_table(sa.MetaData())
        for name in (*self._anew(), *self._left_beside()):
            ddl.say(ddl.literal(known.delete().where(known.c.place == f"{table.name}.{name}")))

    def _anew(self) -> list[str]:
        """Return the columns beside that are there, and wanted, but follow from the values of before."""
        there = self._making.kept.columns[self._change.detail["kept_table"]]
        return [
            column.name
            for column in self._table.c
            if column.info.get(FOLLOWS)
            and self._called[column.name] in there
            and column.name in {self._column.name + suffix for suffix in BESIDE}
        ]

    def _left_beside(self) -> list[str]:
        """Return the columns beside that are there and wanted no more."""
        kept, (former, column) = (
            self._making.kept,
            (self._change.detail[name] for name in ("kept_table", "kept_column")),
        )
        names = {column + suffix: meaning for suffix, meaning in BESIDE.items()}
        return [
            name
            for name, meaning in names.items()
            if kept.meanings.get(f"{former}.{name}") == meaning
            and name in kept.columns[former]
            and name not in self._called.values()
        ]
