"""What is found wrong with a database: made wrong first, on each."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from tests.core.models import model_of
from tests.servers import PostgresqlServer

from sidra.store import checking
from sidra.store.checking import DAMAGED, LACKING, Fault, look_over, look_through
from sidra.store.database import Store
from sidra.store.schema.evolve import evolve
from sidra.store.schema.shape import Wanted
from sidra.store.tables import build_tables

MODEL = "entity: thing\nattributes:\n  name: {type: string, sort: true}\nrelations:\n  other: {to: thing}\n"
ROWS = 5000
PAGE = 4096
NUMBERS = count(1)


def made(where: str) -> Store:
    """A store with the tables of things and of the search, and texts in it."""
    store = Store.open(where, durability="normal")
    tables = build_tables(model_of(MODEL))
    store.texts.add_tables(tables.metadata)
    evolve(store, Wanted(tables), 1)
    with store.writing() as connection:
        for number in range(1, ROWS if where.endswith(".db") else 10):
            key = number.to_bytes(16, "big")
            store.texts.keep(connection, key, "thing", "name", f"thing number {number}", is_new=True)
    return store


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    opened = made(place)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with things, which nobody has open."""
    where = tmp_path / "sn.db"
    made(str(where)).close()
    return where


def reasons(found: list[Fault], code: str) -> list[str]:
    assert {fault.code for fault in found} <= {code}
    assert all(fault.hint for fault in found)
    return [fault.reason for fault in found]


def spoil(file: Path) -> None:
    """Write noise over pages in the middle of a file."""
    pages = file.stat().st_size // PAGE
    with file.open("r+b") as opened:
        opened.seek(pages // 2 * PAGE)
        opened.write(os.urandom(PAGE * 4))


def test_nothing_is_wrong_with_a_store_that_holds_together(store: Store) -> None:
    assert look_over(store) == []
    assert look_through(store) == []


def test_pages_that_were_overwritten_are_found_by_both_looks(file: Path) -> None:
    spoil(file)
    opened = Store.open(file)
    assert reasons(look_over(opened), DAMAGED)
    assert reasons(look_through(opened), DAMAGED)
    opened.close()


def test_a_large_file_is_read_at_both_ends_of_its_tables(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SMALL_BYTES", 0)
    opened = Store.open(file)
    assert look_over(opened) == []
    opened.close()
    with file.open("r+b") as broken:
        broken.seek(2 * PAGE)
        broken.write(os.urandom(file.stat().st_size - 2 * PAGE))
    opened = Store.open(file)
    assert reasons(look_over(opened), DAMAGED) == ["the database cannot be read (SQLITE_CORRUPT)"]
    opened.close()


def test_a_look_that_takes_too_long_ends_and_tells_nothing(file: Path) -> None:
    opened = Store.open(file)
    assert look_over(opened, seconds=0) == []
    opened.close()


def test_texts_that_are_not_found_by_their_parts_are_told(file: Path) -> None:
    opened = Store.open(file)
    with opened.writing() as connection:
        forget = "INSERT INTO sidra_search_text (sidra_search_text, rowid, folded) VALUES ('delete', 7, ?)"
        connection.execute(forget, ("thing number 7",))
    assert look_over(opened) == []
    assert reasons(look_through(opened), DAMAGED) == ["1 texts are not found by their parts"]
    opened.close()


def test_rows_that_refer_to_nothing_are_told(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        row = "INSERT INTO thing (id, version, created_at, updated_at, other_id) VALUES (?, 1, 0, 0, ?)"
        connection.execute(row, (b"1" * 16, b"2" * 16))
    opened = Store.open(file)
    told = ["1 rows of `thing` refer to rows of `thing` that are not there"]
    assert reasons(look_through(opened), DAMAGED) == told
    opened.close()


@pytest.fixture
def powerless(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of a database whose tables are another role's, without the extension."""
    url, role = postgresql_server.new_database(), f"powerless_{next(NUMBERS)}"
    made(url).close()
    database = url.partition("@/")[2].partition("?")[0]
    postgresql_server.execute("DROP EXTENSION pg_trgm CASCADE; REVOKE CREATE ON SCHEMA public FROM public", database)
    postgresql_server.execute(f"CREATE ROLE {role} LOGIN")
    yield postgresql_server.url(database, role)
    postgresql_server.execute(f"DROP ROLE {role}")


def test_a_server_that_lacks_an_extension_and_rights_is_told(powerless: str) -> None:
    opened = Store.open(powerless)
    told = reasons(look_over(opened), LACKING)
    assert told[:2] == [
        "the extension pg_trgm is not in the database",
        "the role may make nothing in the schema `public`",
    ]
    assert "the role may not read and write `thing`" in told
    assert look_through(opened) == look_over(opened)
    opened.close()


def test_a_schema_that_is_not_there_is_told(postgresql_server: PostgresqlServer) -> None:
    opened = Store.open(postgresql_server.url(search_path="nowhere"))
    assert reasons(look_over(opened), LACKING) == ["the schema is not there, or the role may not use it"]
    opened.close()


def test_an_index_that_was_not_finished_is_told_by_the_thorough_look(postgresql_url: str) -> None:
    opened = made(postgresql_url)
    update = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_sidra_search_part'::regclass"
    with opened.writing() as connection:
        connection.execute(update)
    assert look_over(opened) == []
    assert reasons(look_through(opened), DAMAGED) == ["the index `ix_sidra_search_part` is not complete"]
    opened.close()
