"""What the configuration no longer has is set aside, and comes back when the configuration has it again."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import sqlalchemy as sa

from sidra.store.codecs import decode_datetime
from sidra.store.database import Connection, Store
from sidra.store.indexes import MAX_NAME
from sidra.store.meanings import MEANING, REFERENCES, meaning_table
from sidra.store.schema.changes import Change, Changes, Kind
from sidra.store.schema.ddl import Ddl, Written
from sidra.store.schema.keeping import aside_table
from sidra.store.schema.shape import ENTITY, Aside, Kept
from sidra.store.tables import Tables


def aside_name(kept: Kept, table: str, column: str, at: int) -> str:
    """Return the name under which a column, or a whole table, is kept aside: none has it yet."""
    taken = {*kept.columns, *kept.columns.get(table, ())}
    name = f"aside_{decode_datetime(at):%Y%m%d}_{column or table}"[: MAX_NAME - 3]
    number = 1
    while (found := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return found


def aside_row(ddl: Ddl, aside: Aside) -> str:
    """Return the statement that remembers what was set aside."""
    values = {
        "table_name": aside.table,
        "column_name": aside.column,
        "kept_as": aside.kept_as,
        "type": aside.type,
        "meaning": aside.meaning,
        "at": aside.at,
    }
    return ddl.literal(aside_table(sa.MetaData()).insert().values(values))


def column_aside(ddl: Ddl, change: Change, kept: Kept, at: int) -> list[str]:
    """Return the statements that set a column aside."""
    table, column = change.detail["table"], change.detail["column"]
    place = f"{table}.{column}"
    meaning, type_ = kept.meanings[place], kept.columns[table][column]
    name = aside_name(kept, table, column, at)
    if meaning.startswith(REFERENCES):
        # The database would go on to refuse that what it refers to is deleted.
        ddl.do.add_column(table, sa.Column(name, Written(type_)))
        ddl.say(f"UPDATE {ddl.quote(table)} SET {ddl.quote(name)} = {ddl.quote(column)}, {ddl.quote(column)} = NULL")
        if ddl.is_postgresql:
            ddl.do.drop_column(table, column)
    else:
        ddl.do.alter_column(table, column, new_column_name=name)
    ddl.say(aside_row(ddl, Aside(table, column, name, type_, meaning, at)))
    ddl.say(_forgotten(ddl, [place]))
    return ddl.taken()


def table_copied(ddl: Ddl, change: Change, kept: Kept, at: int) -> list[str]:
    """Return the statements that copy a table aside, to where nothing refers and from where nothing is referred to."""
    table = change.detail["table"]
    name = aside_name(kept, table, "", at)
    start = f"{table}."
    places = {place: meaning for place, meaning in kept.meanings.items() if place.startswith(start)}
    meanings = orjson.dumps({place.removeprefix(start): meaning for place, meaning in places.items()}).decode()
    ddl.say(f"CREATE TABLE {ddl.quote(name)} AS SELECT * FROM {ddl.quote(table)}")
    ddl.say(aside_row(ddl, Aside(table, "", name, "", meanings, at)))
    referring = [place.removeprefix(start) for place, meaning in places.items() if meaning.startswith(REFERENCES)]
    if referring and not is_link(change, kept):
        ddl.say(f"UPDATE {ddl.quote(table)} SET " + ", ".join(f"{ddl.quote(column)} = NULL" for column in referring))
    return ddl.taken()


def table_emptied(ddl: Ddl, change: Change, kept: Kept) -> list[str]:
    """Return the statements that take a copied table away."""
    table = change.detail["table"]
    # SQLite cannot take away what other tables may refer to: there it stays, and is empty.
    ddl.say(f"DROP TABLE {ddl.quote(table)} CASCADE" if ddl.is_postgresql else f"DELETE FROM {ddl.quote(table)}")
    for one in kept.aside:
        # What had been set aside of it before is in the copy, with all else.
        if one.table == table and one.column and one.kept_as in kept.columns[table]:
            known = aside_table(sa.MetaData())
            ddl.say(ddl.literal(known.delete().where(known.c.table_name == table, known.c.kept_as == one.kept_as)))
            if not ddl.is_postgresql:
                ddl.do.drop_column(table, one.kept_as)
    gone = [place for place in kept.meanings if place.startswith(f"{table}.")]
    gone += [place for place, root in kept.meanings.items() if place.startswith(ENTITY) and root == table]
    ddl.say(_forgotten(ddl, gone))
    return ddl.taken()


def is_link(change: Change, kept: Kept) -> bool:
    """Tell whether a table has links, and no records."""
    return "target_id" in kept.columns[change.detail["table"]] and "id" not in kept.columns[change.detail["table"]]


def _forgotten(ddl: Ddl, places: list[str]) -> str:
    kept = meaning_table(sa.MetaData())
    return ddl.literal(kept.delete().where(sa.or_(*(kept.c.place == place for place in places))))


def drop(store: Store, connection: Connection, aside: Aside) -> None:
    """Take away for good what was set aside."""
    quote = store.dialect.identifier_preparer.quote
    table, name = quote(aside.table), quote(aside.kept_as)
    connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}" if aside.column else f"DROP TABLE {name}")
    forget(store, connection, aside)


def size(store: Store, connection: Connection, aside: Aside) -> int:
    """Return how many values, or rows, were set aside."""
    quote = store.dialect.identifier_preparer.quote
    table, cells = (aside.table, quote(aside.kept_as)) if aside.column else (aside.kept_as, "*")
    return int(connection.execute(f"SELECT count({cells}) FROM {quote(table)}").fetchone()[0])


def forget(store: Store, connection: Connection, aside: Aside) -> None:
    """Remember no more that something was set aside."""
    table = aside_table(sa.MetaData())
    gone = table.delete().where(table.c.table_name == aside.table, table.c.kept_as == aside.kept_as)
    store.compile(gone).run(connection, {})


class Restoring:
    """What comes back when a Model is put on its database: columns before others are added, rows after that."""

    def __init__(self, store: Store, connection: Connection, changes: Changes, kept: Kept, tables: Tables) -> None:
        self._store, self._connection = store, connection
        self._quote = store.dialect.identifier_preparer.quote
        self._tables = {table.name: {one.name: one for one in table.columns} for table in tables.all}
        aside = {(one.table, one.column): one for one in kept.aside}
        found = [change.detail for change in changes if change.kind is Kind.RESTORE]
        self._found = [aside[detail["table"], detail["column"]] for detail in found]

    @property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns that come back, by table."""
        named = [one for one in self._found if one.column]
        return {one.table: frozenset(each.column for each in named if each.table == one.table) for one in named}

    def begin(self) -> bool:
        """Give columns their names again; return whether there were any."""
        renamed = [one for one in self._found if one.column and not self._refers(one)]
        for one in renamed:
            table, before, now = map(self._quote, (one.table, one.kept_as, one.column))
            self._connection.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {now}")
            forget(self._store, self._connection, one)
        return bool(renamed)

    def finish(self) -> None:
        """Fill the tables, and the references to what is still there."""
        tables = [one for one in self._found if not one.column]
        entities = [one for one in tables if "id" in self._tables[one.table]]
        for one in entities:
            columns = [name for name in self._columns(one) if not self._tables[one.table][name].foreign_keys]
            self._insert(one, columns)
        for one in entities:
            for name in self._columns(one):
                self._refer_again(one, name)
        for one in tables:
            if one not in entities:
                self._insert(one, self._columns(one))
            self._connection.execute(f"DROP TABLE {self._quote(one.kept_as)}")
            forget(self._store, self._connection, one)
        for one in self._found:
            if one.column and self._refers(one):
                self._give_back(one)

    def _refers(self, aside: Aside) -> bool:
        return aside.meaning.startswith(REFERENCES)

    def _columns(self, aside: Aside) -> list[str]:
        """Return the columns of a table that stand for what they stood for."""
        known = orjson.loads(aside.meaning)
        had = self._store.columns(self._connection)[aside.kept_as]
        return [
            column.name
            for column in self._tables[aside.table].values()
            if column.name in had and known.get(column.name, column.info.get(MEANING)) == column.info.get(MEANING)
        ]

    def _insert(self, aside: Aside, columns: list[str]) -> None:
        named = ", ".join(map(self._quote, columns))
        there = [
            f"{self._quote(name)} IN (SELECT id FROM {self._quote(target)})"
            for name in columns
            if (target := self._target(aside.table, name)) is not None
        ]
        where = f" WHERE {' AND '.join(there)}" if there else ""
        table, source = self._quote(aside.table), self._quote(aside.kept_as)
        self._connection.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM {source}{where}")

    def _refer_again(self, aside: Aside, name: str) -> None:
        target = self._target(aside.table, name)
        if target is not None:
            table, source, column, other = map(self._quote, (aside.table, aside.kept_as, name, target))
            former = f"SELECT a.{column} FROM {source} a WHERE a.id = {table}.id"
            there = f"{former} AND a.{column} IN (SELECT id FROM {other})"
            self._connection.execute(f"UPDATE {table} SET {column} = ({there})")

    def _give_back(self, aside: Aside) -> None:
        target = self._target(aside.table, aside.column)
        table, source, column = map(self._quote, (aside.table, aside.kept_as, aside.column))
        there = f" WHERE {source} IN (SELECT id FROM {self._quote(target)})" if target is not None else ""
        self._connection.execute(f"UPDATE {table} SET {column} = {source}{there}")
        self._connection.execute(f"ALTER TABLE {table} DROP COLUMN {source}")
        forget(self._store, self._connection, aside)

    def _target(self, table: str, column: str) -> str | None:
        keys = self._tables[table][column].foreign_keys
        return next((key.target_fullname.rpartition(".")[0] for key in keys), None)
