"""Whether a database holds together: a short look while it is served, and a thorough one on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from sidra.errors import SidraError
from sidra.store.database import Connection, Store
from sidra.store.failures import reason_code
from sidra.store.limiting import TookTooLong

LOOK_SECONDS = 5.0
"""How long the short look may take."""
SMALL_BYTES = 1_000_000_000
"""Up to this size a file is looked at whole; SQLite cannot be stopped while it follows the pages of a table."""
SAMPLE = 200
"""Rows of a table that are read at either end of a larger file."""
MOST = 20
"""What is told of one kind; a damaged file would go on for ever."""
DAMAGED, LACKING = "R034", "R035"
KEEP = "keep the database as it is, restore its last backup beside it, and compare"

_TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
_KEY = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
# What has no parts is not among the parts: the index of FTS5 knows nothing shorter than three characters.
_NOT_FOUND = """
SELECT count(*) FROM sidra_search s
WHERE length(s.folded) > 2 AND NOT EXISTS (
  SELECT 1 FROM sidra_search_text
  WHERE sidra_search_text MATCH '"' || replace(s.folded, '"', '""') || '"' AND rowid = s.number)
"""
_SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_FORBIDDEN = f"""
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = {_SCHEMA} AND NOT (
  has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
  AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
ORDER BY relname
"""
_UNFINISHED = f"""
SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid
WHERE relnamespace = {_SCHEMA} AND NOT (indisvalid AND indisready) ORDER BY relname
"""
_UNPROVED = f"SELECT conname FROM pg_constraint WHERE NOT convalidated AND connamespace = {_SCHEMA} ORDER BY conname"


class StoreDamaged(SidraError):
    """A store does not hold together."""

    code = DAMAGED


class Fault(NamedTuple):
    """What is wrong with a database, in words that hold no value of a record."""

    code: str
    reason: str
    hint: str


def look_over(store: Store, seconds: float = LOOK_SECONDS) -> list[Fault]:
    """Return what a short look finds wrong; what takes longer is left to `look_through`. Raises Busy."""
    return _seen(store, _OVER[store.dialect.name], seconds)


def look_through(store: Store) -> list[Fault]:
    """Return all that is wrong, however long that takes. Raises Busy."""
    return _seen(store, _THROUGH[store.dialect.name], None)


def _seen(store: Store, look: Look, seconds: float | None) -> list[Fault]:
    found: list[Fault] = []
    try:
        with store.reading() as connection:
            if seconds is None:
                found.extend(look(connection))
                return found
            with suppress(TookTooLong), store.limited(connection, seconds):
                found.extend(look(connection))
    except store.errors as error:
        found.append(Fault(DAMAGED, f"the database cannot be read ({reason_code(error)})", KEEP))
    return found


def _file_over(connection: Connection) -> Iterator[Fault]:
    """Look at the pages of a file; at both ends of each table where they are too many."""
    [size] = connection.execute(_SIZE).fetchone()
    if size <= SMALL_BYTES:
        yield from _pages(connection, "quick_check")
        return
    for (table,) in connection.execute(_TABLES).fetchall():
        key = [f'"{name}"' for (name,) in connection.execute(_KEY, (table,)).fetchall()] or ["rowid"]
        for direction in ("", " DESC"):
            order = ", ".join(name + direction for name in key)
            connection.execute(f'SELECT * FROM "{table}" ORDER BY {order} LIMIT {SAMPLE}').fetchall()


def _pages(connection: Connection, check: str) -> Iterator[Fault]:
    for (says,) in connection.execute(f"PRAGMA {check}({MOST})").fetchall():
        if says != "ok":
            yield Fault(DAMAGED, says.replace("\n", " "), KEEP)


def _file_through(connection: Connection) -> Iterator[Fault]:
    yield from _pages(connection, "integrity_check")
    lost: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        lost[table, parent] = lost.get((table, parent), 0) + 1
    for (table, parent), count in sorted(lost.items()):
        yield Fault(DAMAGED, f"{count} rows of `{table}` refer to rows of `{parent}` that are not there", KEEP)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sidra_search_text'").fetchone() is not None:
        [count] = connection.execute(_NOT_FOUND).fetchone()
        if count:
            yield Fault(DAMAGED, f"{count} texts are not found by their parts", KEEP)


def _server_over(connection: Connection) -> Iterator[Fault]:
    """Look at what the role may do, and at what the database must have."""
    [schema, is_standby] = connection.execute("SELECT current_schema(), pg_is_in_recovery()").fetchone()
    if schema is None:
        yield Fault(LACKING, "the schema is not there, or the role may not use it", "run `sidra store create`")
        return
    if is_standby:
        yield Fault(LACKING, "the server is a standby, which keeps nothing new", "name the primary server")
    if connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").fetchone() is None:
        hint = "let an administrator run `CREATE EXTENSION pg_trgm SCHEMA public`"
        yield Fault(LACKING, "the extension pg_trgm is not in the database", hint)
    if not connection.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()[0]:
        hint = "run `sidra store create`: what new configuration needs could not be made"
        yield Fault(LACKING, f"the role may make nothing in the schema `{schema}`", hint)
    yield from _named(connection, _FORBIDDEN, LACKING, "the role may not read and write {}", "run `sidra store create`")


def _server_through(connection: Connection) -> Iterator[Fault]:
    yield from _server_over(connection)
    hint = "wait where it is being built; else `REINDEX` it"
    yield from _named(connection, _UNFINISHED, DAMAGED, "the index {} is not complete", hint)
    yield from _named(connection, _UNPROVED, DAMAGED, "the constraint {} was never proved", "`VALIDATE` it")


def _named(connection: Connection, select: str, code: str, reason: str, hint: str) -> Iterator[Fault]:
    for (name,) in connection.execute(select).fetchall()[:MOST]:
        yield Fault(code, reason.format(f"`{name}`"), hint)


Look = Callable[[Connection], Iterator[Fault]]
_OVER: dict[str, Look] = {"sqlite": _file_over, "postgresql": _server_over}
_THROUGH: dict[str, Look] = {"sqlite": _file_through, "postgresql": _server_through}
