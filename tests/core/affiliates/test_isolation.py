"""With our routing removed: what the role of one affiliate reads of another over a connection of its own."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from tests.core.affiliates.installations import Installation, installation
from tests.proofs.counting import Counts
from tests.servers import PostgresqlServer

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.store.database import Store

SCHEMAS = ("sn", "eg", "ml")
IN_DATABASES = ("pl", "ro")
PAIRS = list(itertools.permutations(SCHEMAS, 2))
ROWS = 25

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class World:
    """An installation with records, and the large object of each affiliate."""

    made: Installation
    connections: dict[str, psycopg.Connection[Row]]
    """One for each role, that nothing of ours has touched."""
    objects: dict[str, int]

    def read(self, affiliate: str, query: str) -> list[Row]:
        """Return what an affiliate's own role gets for a query."""
        cursor = self.connections[affiliate].execute(query.encode())
        return cursor.fetchall() if cursor.description else []

    def copied(self, affiliate: str, table: str) -> bytes:
        """Return a table as COPY gives it."""
        with self.connections[affiliate].cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
            return b"".join(bytes(block) for block in copy)

    def tables(self, affiliate: str) -> list[str]:
        """Return all tables of an affiliate, as an administrator sees them."""
        place = self.made.place(affiliate)
        query = f"SELECT tablename FROM pg_tables WHERE schemaname = '{place.schema}' ORDER BY 1"
        return [f'{place.schema}."{name}"' for (name,) in self.made.server.execute(query, place.address.database)]


def marker(affiliate: str) -> str:
    """What stands in records of one affiliate and nowhere else."""
    return f"only of {affiliate}"


def fill(affiliates: Affiliates, name: str) -> None:
    """Give an affiliate records whose texts say whose they are."""
    runtime = affiliates.get(name)
    assert runtime is not None, affiliates.state(name)
    records = runtime.records(system_actor("test"))
    for _ in range(ROWS):
        records.create("note", {"text": marker(name), "secret": marker(name)})


@pytest.fixture(scope="module")
def world(postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three affiliates in schemas and two in databases, each with records, statistics and a large object."""
    with installation(tmp_path_factory.mktemp("isolation"), postgresql_server) as made, ExitStack() as ends:
        for name in SCHEMAS:
            made.add(name, f"{{schema: {name}}}")
        for name in IN_DATABASES:
            made.add(name, f'{{database: "{made.own_database(name)}"}}')
        for name in (*SCHEMAS, *IN_DATABASES):
            made.provision(name)
        with closing(Affiliates(made.settings)) as affiliates:
            for name in (*SCHEMAS, *IN_DATABASES):
                fill(affiliates, name)
        found = World(made, {}, {})
        for name in (*SCHEMAS, *IN_DATABASES):
            connection = psycopg.connect(made.login(name), autocommit=True)
            found.connections[name] = ends.enter_context(closing(connection))
        for name in SCHEMAS:
            found.read(name, "ANALYZE note")
            ((number,),) = found.read(name, f"SELECT lo_from_bytea(0, '{marker(name)}'::bytea)")
            found.objects[name] = int(str(number))
        yield found


@pytest.mark.parametrize("own", SCHEMAS)
def test_a_role_reads_its_own_records_by_every_way(world: World, own: str) -> None:
    schema = world.made.place(own).schema
    assert world.read(own, f"SELECT count(*) FROM {schema}.note") == [(ROWS,)]
    assert world.read(own, "SELECT DISTINCT secret FROM note") == [(marker(own),)]
    assert world.copied(own, f"{schema}.note").count(b"\n") == ROWS
    assert world.read(own, f"SELECT lo_get({world.objects[own]})") == [(marker(own).encode(),)]
    assert marker(own) in str(world.read(own, f"SELECT * FROM pg_stats WHERE schemaname = '{schema}'"))
    assert world.read(own, "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_name = 'note'") == [
        (schema,)
    ]


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_no_table_of_another_can_be_read_or_written(world: World, own: str, other: str, counts: Counts) -> None:
    tables = world.tables(other)
    assert f'{other}."note"' in tables
    counts["attempts on tables of another"] += 4 * len(tables)
    for table in tables:
        for query in (f"SELECT * FROM {table}", f"SELECT count(*) FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(errors.InsufficientPrivilege):
                world.read(own, query)
        with pytest.raises(errors.InsufficientPrivilege):
            world.copied(own, table)


@pytest.mark.parametrize(("own", "other"), PAIRS)
@pytest.mark.parametrize(
    "refused",
    [
        "SET ROLE {role}",
        "SET SESSION AUTHORIZATION {role}",
        "GRANT {role} TO CURRENT_USER",
        "ALTER ROLE {role} PASSWORD 'x'",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT SELECT ON TABLES TO PUBLIC",
        "ALTER SCHEMA {other} RENAME TO taken",
        "GRANT USAGE ON SCHEMA {other} TO PUBLIC",
        "CREATE TABLE {other}.planted (x int)",
        "CREATE VIEW seen AS SELECT * FROM {other}.note",
        "ALTER TABLE note OWNER TO {role}",
        "SELECT lo_get({object})",
        "SELECT lo_unlink({object})",
        "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT pg_ls_dir('.')",
        "COPY note TO '/dev/null'",
        "COPY note FROM PROGRAM 'true'",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw",
        "CREATE EXTENSION file_fdw",
        "CREATE SCHEMA another",
        "CREATE TABLE public.planted (x int)",
        "CREATE TEMPORARY TABLE planted (x int)",
        "CREATE DATABASE planted",
        "CREATE ROLE planted",
    ],
)
def test_what_would_lead_to_another_is_refused(world: World, own: str, other: str, refused: str) -> None:
    role, number = world.made.place(other).role, world.objects[other]
    with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile)):
        world.read(own, refused.format(role=role, other=other, object=number))


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_another_search_path_finds_nothing(world: World, own: str, other: str) -> None:
    with pytest.raises(errors.UndefinedTable):
        world.read(own, f"SET search_path = {other}; SELECT * FROM note")


@pytest.mark.parametrize(("own", "other"), PAIRS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM information_schema.tables WHERE table_schema = '{other}'",
        "SELECT * FROM information_schema.columns WHERE table_schema = '{other}'",
        "SELECT * FROM pg_stats WHERE schemaname = '{other}'",
        "SELECT * FROM pg_stats_ext WHERE schemaname = '{other}'",
        "SELECT * FROM pg_prepared_statements",
        "SELECT query FROM pg_stat_activity WHERE usename = '{role}' AND query NOT LIKE '<insufficient%'",
    ],
)
def test_the_catalogue_shows_nothing_of_another(world: World, own: str, other: str, query: str) -> None:
    # A connection of the other one's is open meanwhile, with its query in sight of those who may.
    with psycopg.connect(world.made.login(other)) as theirs:
        theirs.execute(f"SELECT '{marker(other)}'".encode())
        assert world.read(own, query.format(other=other, role=world.made.place(other).role)) == []


@pytest.mark.parametrize("own", SCHEMAS)
def test_nothing_that_a_role_can_read_at_all_holds_a_value_of_another(world: World, own: str) -> None:
    readable = (
        "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE relkind IN ('r', 'v', 'm', 'p') AND has_schema_privilege(n.oid, 'USAGE') "
        "AND has_table_privilege(c.oid, 'SELECT')"
    )
    names = [str(name) for (name,) in world.read(own, readable)]
    assert f"{own}.note" in names
    shown = {name: str(world.read(own, f"SELECT r::text FROM {name} r")) for name in names}
    assert marker(own) in shown[f"{own}.note"]
    leaks = [(name, other) for other in SCHEMAS if other != own for name in names if marker(other) in shown[name]]
    assert leaks == []


@pytest.mark.parametrize("own", [*SCHEMAS, *IN_DATABASES])
@pytest.mark.parametrize("other", [*SCHEMAS, *IN_DATABASES])
def test_nobody_connects_to_the_database_of_another(world: World, own: str, other: str) -> None:
    url, database = world.made.login(own), world.made.place(other).address.database
    if own == other or {own, other} <= set(SCHEMAS):
        psycopg.connect(url, dbname=database).close()
    else:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(url, dbname=database)


def test_no_connection_to_a_file_reads_another_file(tmp_path: Path) -> None:
    other = tmp_path / "pl.db"
    with closing(sqlite3.connect(other)) as theirs:
        theirs.execute("CREATE TABLE note (text)")
        theirs.execute("ATTACH ? AS itself", [str(other)])
    with closing(Store.open(tmp_path / "sn.db")) as store:
        for attach, values in (("ATTACH ? AS other", [str(other)]), (f"ATTACH '{other}' AS other", [])):
            with store.reading() as connection, pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                connection.execute(attach, values)
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"), store.writing() as connection:
                connection.execute(attach, values)
        with store.reading() as connection:
            connection.execute("VACUUM")


@pytest.mark.parametrize("own", [*SCHEMAS, *IN_DATABASES])
def test_nobody_gets_in_with_the_password_of_another(world: World, own: str) -> None:
    for other in {*SCHEMAS, *IN_DATABASES} - {own}:
        theirs = conninfo_to_dict(world.made.login(other))["password"]
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(world.made.login(own), password=str(theirs))
