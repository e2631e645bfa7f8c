from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.core.affiliates.installations import Installation, installation
from tests.servers import PostgresqlServer

from sidra.affiliates.opening import passfile
from sidra.affiliates.passfile import password_of
from sidra.affiliates.provisioning import NotAllowed
from sidra.affiliates.roles import RoleRefused, check_login, size_of
from sidra.store.failures import StoreError


@pytest.fixture
def made(postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[Installation]:
    """An installation with `sn` in a schema, of which nothing is made yet."""
    with installation(tmp_path, postgresql_server) as found:
        found.add("sn", "{schema: senegal}")
        yield found


def login_of(made: Installation, affiliate: str) -> None:
    check_login(made.login(affiliate), made.place(affiliate))


def test_a_place_is_made_once_and_told_once(made: Installation) -> None:
    first = made.provision("sn")
    role = made.place("sn").role
    assert first == [f"made the role {role}", "made the database", "added pg_trgm", "made the schema"]
    assert made.provision("sn") == []
    login_of(made, "sn")


def test_a_second_affiliate_needs_its_role_and_its_schema_only(made: Installation) -> None:
    made.provision("sn")
    made.add("eg", "{schema: egypt}")
    assert made.provision("eg") == [f"made the role {made.name}_egypt", "made the schema"]


def test_the_password_is_in_the_file_and_in_no_log_of_the_server(made: Installation) -> None:
    made.provision("sn")
    place = made.place("sn")
    password = password_of(passfile(made.settings), place.address, place.role)
    assert len(password) > 20
    made.server.execute("SELECT 1")
    assert password not in made.server.log


@pytest.mark.parametrize("steps", range(1, 8))
def test_what_ended_half_way_is_finished_by_the_next_time(
    made: Installation, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0
    original = psycopg.Connection.execute

    def dying(connection: psycopg.Connection[tuple[object, ...]], query: object, *values: object) -> object:
        nonlocal done
        if not isinstance(query, bytes):
            done += 1
            if done > steps:
                raise KeyboardInterrupt
        return original(connection, query, *values)  # type: ignore[call-overload]  # as it was given

    with monkeypatch.context() as dies:
        dies.setattr(psycopg.Connection, "execute", dying)
        with pytest.raises(KeyboardInterrupt):
            made.provision("sn")
    made.provision("sn")
    login_of(made, "sn")


def test_a_role_that_somebody_else_made_is_left_alone(made: Installation) -> None:
    role = made.place("sn").role
    made.server.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'of-another'")
    with pytest.raises(RoleRefused, match="was not made for `sn`"):
        made.provision("sn")
    psycopg.connect(made.server.loopback("postgres", role, "of-another")).close()


def test_a_schema_that_somebody_else_owns_is_left_alone(made: Installation) -> None:
    made.provision("sn")
    made.add("eg", "{schema: egypt}")
    made.server.execute("CREATE SCHEMA egypt", made.name)
    with pytest.raises(RoleRefused, match="belongs to `postgres`"):
        made.provision("eg")


def test_a_new_password_ends_the_old_one(made: Installation) -> None:
    made.provision("sn")
    before = made.login("sn")
    assert made.provision("sn", renews_password=True) == [f"gave {made.place('sn').role} a new password"]
    assert made.login("sn") != before
    login_of(made, "sn")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(before)


def test_who_may_not_make_roles_gets_what_an_administrator_runs(made: Installation) -> None:
    made.server.execute(f"CREATE DATABASE {made.name}")
    made.server.execute(f"CREATE ROLE {made.name}_plain LOGIN PASSWORD 'of-the-tests'")
    try:
        with pytest.raises(NotAllowed) as caught:
            made.provision("sn", user=f"{made.name}_plain")
        assert made.place("sn").role in caught.value.script
        databases = {"postgres": "", made.name: ""}
        database = "postgres"
        for line in caught.value.script.splitlines():
            if line.startswith("\\connect "):
                database = line.removeprefix("\\connect ")
            else:
                databases[database] += f"{line}\n"
        for name, sql in databases.items():
            for statement in filter(str.strip, sql.split(";\n")):
                made.server.execute(statement, name)
        login_of(made, "sn")
    finally:
        made.server.execute(f"DROP ROLE {made.name}_plain")


def test_an_administrator_that_is_no_superuser_makes_places_too(made: Installation) -> None:
    keeper = f"{made.name}_keeper"
    made.server.execute(f"CREATE ROLE {keeper} LOGIN CREATEROLE CREATEDB PASSWORD 'of-the-tests'")
    try:
        made.provision("sn", user=keeper)
        login_of(made, "sn")
    finally:
        made.remove()
        made.server.execute(f"DROP ROLE {keeper}")


@pytest.mark.parametrize(
    ("excess", "reason"),
    [
        ("ALTER ROLE {role} CREATEDB", "may make databases"),
        ("ALTER ROLE {role} SUPERUSER", "is an administrator"),
        ("GRANT pg_read_all_data TO {role}", "member of another role"),
        ("CREATE SCHEMA egypt; GRANT USAGE ON SCHEMA egypt TO {role}", "the schema `egypt`"),
        ("GRANT CREATE ON DATABASE {database} TO {role}", "make schemas"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "tables in the schema `public`"),
    ],
)
def test_a_role_that_may_do_too_much_is_refused(made: Installation, excess: str, reason: str) -> None:
    made.provision("sn")
    made.server.execute(excess.format(role=made.place("sn").role, database=made.name), made.name)
    with pytest.raises(RoleRefused, match=reason):
        login_of(made, "sn")


def test_a_role_that_the_layer_names_must_be_there_and_keeps_its_password(made: Installation) -> None:
    role = f"{made.name}_crm"
    address = made.own_database("pl").replace("//", f"//{role}@")
    made.add("pl", f'{{database: "{address}"}}')
    with pytest.raises(RoleRefused, match="which the layer names"):
        made.provision("pl")
    made.server.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'")
    made.provision("pl")
    login_of(made, "pl")
    assert not passfile(made.settings).exists()


def test_a_server_that_is_not_there_is_told_in_a_sentence(made: Installation) -> None:
    made.add("pl", '{database: "postgresql://127.0.0.1:1/poland"}')
    with pytest.raises(StoreError, match=r"PostgreSQL refuses: .*refused"):
        made.provision("pl")


def test_the_size_of_a_store_is_that_of_its_tables(made: Installation) -> None:
    made.provision("sn")
    with psycopg.connect(made.login("sn"), autocommit=True) as connection:
        connection.execute("CREATE TABLE note AS SELECT generate_series(1, 1000) AS number")
    assert size_of(made.login("sn"), made.place("sn")) >= 8192
