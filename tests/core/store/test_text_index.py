"""Texts that are found by their parts, the same on both databases; on PostgreSQL by its indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.store.database import Connection, Store
from sidra.store.schema.evolve import evolve
from sidra.store.schema.shape import Wanted
from sidra.store.tables import Tables, build_tables
from sidra.store.text_postgresql import _BY_BEGINNING, _BY_PART

LETTERS = st.text("ab%_\\'\" é", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place, durability="normal")
    tables: Tables = build_tables(model_of("entity: thing\n"))
    made.texts.add_tables(tables.metadata)
    evolve(made, Wanted(tables), 1)
    yield made
    made.close()


def keep(store: Store, connection: Connection, number: int, folded: str, field: str = "name") -> None:
    store.texts.keep(connection, number.to_bytes(16, "big"), "thing", field, folded)


def found(store: Store, words: list[str], short: list[str]) -> set[int]:
    with store.reading() as connection:
        rows = store.texts.by_part(connection, store.texts.parameters("text", words, short), ["thing.name"], 100)
    return {int.from_bytes(row.record_id, "big") for row in rows}


def test_a_text_is_kept_once_changed_and_forgotten(store: Store) -> None:
    with store.writing() as connection:
        keep(store, connection, 1, "awa ndiaye")
        keep(store, connection, 1, "awa fall")
        keep(store, connection, 2, "awa diop")
        keep(store, connection, 2, "elsewhere awa", field="note")
    assert found(store, ["awa"], []) == {1, 2}
    assert found(store, ["ndiaye"], []) == set()
    assert found(store, ["awa"], ["fa"]) == {1}
    with store.writing() as connection:
        keep(store, connection, 1, "")
        store.texts.forget(connection, (2).to_bytes(16, "big"))
    assert found(store, ["awa"], []) == set()


@given(
    texts=st.lists(LETTERS, max_size=6),
    words=st.lists(LETTERS.filter(lambda word: len(word) > 2), min_size=1, max_size=2),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_text_is_found_by_what_stands_in_it_and_by_nothing_else(
    store: Store, texts: list[str], words: list[str]
) -> None:
    with store.writing() as connection:
        for number in range(6):
            store.texts.forget(connection, number.to_bytes(16, "big"))
        for number, text in enumerate(texts):
            keep(store, connection, number, text)
    assert found(store, words, []) == {number for number, text in enumerate(texts) if all(one in text for one in words)}


@given(texts=st.lists(LETTERS, max_size=6), start=LETTERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_text_is_found_by_its_beginning(store: Store, texts: list[str], start: str) -> None:
    with store.writing() as connection:
        for number in range(6):
            store.texts.forget(connection, number.to_bytes(16, "big"))
        for number, text in enumerate(texts):
            keep(store, connection, number, text)
    with store.reading() as connection:
        rows = store.texts.by_beginning(connection, start, "thing", ["name"], 100)
    assert [row.folded for row in rows] == sorted(text for text in texts if text.startswith(start))


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_indexes_lead_to_the_texts(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO sidra_search (record_id, root, field, folded) SELECT md5(n::text)::uuid, 'thing', 'name', "
            "md5(n::text) || ' ' || md5((n + 1)::text) FROM generate_series(1, 20000) n"
        )
    with store.reading() as connection:
        connection.execute("SELECT gin_clean_pending_list('ix_sidra_search_part'::regclass)")
        connection.execute("ANALYZE sidra_search")
        by_part = _BY_PART.format(parts="folded LIKE '%abcdef%'", fields=1, limit=2)
        part = plan(connection, by_part, ["[]", 4000])
        beginning = plan(connection, _BY_BEGINNING, ["thing", "ab", "ab\U0010ffff", '["name"]', 200])
    assert "ix_sidra_search_part" in part
    assert "ix_sidra_search_start" in beginning


def plan(connection: Connection, sql: str, values: list[Any]) -> str:
    return "\n".join(line for (line,) in connection.execute(f"EXPLAIN {sql}", values).fetchall())
