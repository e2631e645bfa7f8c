"""The server that the tests start."""

import os

import psycopg
from tests.servers import PostgresqlServer


def test_the_server_runs_as_somebody_without_rights(postgresql_server: PostgresqlServer) -> None:
    assert postgresql_server.data.stat().st_uid == (os.geteuid() or postgresql_server.folder.stat().st_uid) != 0


def test_a_schema_of_a_test_is_the_one_that_names_are_looked_up_in(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        row = connection.execute("SELECT current_schema(), count(*) FROM pg_tables WHERE schemaname = current_schema()")
        schema, tables = row.fetchone() or ("", 1)
    assert schema.startswith("made_")
    assert tables == 0


def test_by_the_network_the_server_asks_for_a_password(postgresql_server: PostgresqlServer) -> None:
    with psycopg.connect(postgresql_server.loopback()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    try:
        psycopg.connect(postgresql_server.loopback(password="wrong")).close()
    except psycopg.OperationalError:
        return
    raise AssertionError("a wrong password was taken")
