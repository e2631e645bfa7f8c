"""A key for each person: without it, what was sealed is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from sidra.privacy.keys import KeyMissing, KeyRing
from sidra.privacy.persons import Persons
from sidra.privacy.tables import privacy_tables
from sidra.store.database import Store

AWA, BINTA = bytes(15) + b"\x01", bytes(15) + b"\x02"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "sn.db", durability="normal")
    with made.writing() as connection:
        connection.execute(str(sa.schema.CreateTable(privacy_tables(sa.MetaData())).compile(dialect=made.dialect)))
    yield made
    made.close()


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.in_memory("sn")


@pytest.fixture
def persons(store: Store, ring: KeyRing) -> Persons:
    return Persons(store, ring)


def sealed(persons: Persons, store: Store, person: bytes = AWA) -> str:
    with store.writing() as connection:
        return persons.seal(connection, person, b"1 234", b"place")


def test_what_is_sealed_comes_back_for_the_same_person_and_place(persons: Persons, store: Store) -> None:
    text = sealed(persons, store)
    with store.reading() as connection:
        assert persons.unseal(connection, AWA, text, b"place") == b"1 234"
        assert persons.unseal(connection, AWA, text, b"elsewhere") is None
        assert persons.unseal(connection, BINTA, text, b"place") is None


def test_a_person_has_one_key_however_many_seal(persons: Persons, store: Store) -> None:
    threads = [threading.Thread(target=sealed, args=(persons, store)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert len(connection.execute("SELECT * FROM privacy_person_key").fetchall()) == 1


def test_once_the_key_is_destroyed_nothing_is_read_any_more(persons: Persons, store: Store, ring: KeyRing) -> None:
    text, other = sealed(persons, store), Persons(store, ring)
    with store.reading() as connection:
        assert other.unseal(connection, AWA, text, b"place") == b"1 234"
    with store.writing() as connection:
        assert persons.erase(connection, AWA)
        assert not persons.erase(connection, AWA)
    with store.reading() as connection:
        assert other.unseal(connection, AWA, text, b"place") is None


def test_what_is_sealed_after_an_erasure_has_another_key(persons: Persons, store: Store) -> None:
    text = sealed(persons, store)
    with store.writing() as connection:
        persons.erase(connection, AWA)
    later = sealed(persons, store)
    with store.reading() as connection:
        assert persons.unseal(connection, AWA, text, b"place") is None
        assert persons.unseal(connection, AWA, later, b"place") == b"1 234"


def test_without_the_ring_the_keys_of_persons_are_of_no_use(persons: Persons, store: Store) -> None:
    text = sealed(persons, store)
    stolen = Persons(store, KeyRing.in_memory("sn"))
    with store.reading() as connection, pytest.raises(KeyMissing):
        stolen.unseal(connection, AWA, text, b"place")


def test_a_key_that_was_not_kept_is_no_key(persons: Persons, store: Store) -> None:
    with pytest.raises(RuntimeError, match="back"), store.writing() as connection:  # noqa: PT012 - the block goes back
        text = persons.seal(connection, AWA, b"1 234", b"place")
        raise RuntimeError("back")
    with store.reading() as connection:
        assert persons.unseal(connection, AWA, text, b"place") is None


def test_a_store_whose_keys_are_lost_is_not_gone_on_with(persons: Persons, store: Store, ring: KeyRing) -> None:
    lost = Persons(store, KeyRing.in_memory("sn"))
    lost.check_keys()
    sealed(persons, store)
    persons.check_keys()
    with pytest.raises(KeyMissing, match="the keys of `sn` are missing"):
        lost.check_keys()
