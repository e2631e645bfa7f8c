"""The same data on both databases: lists, pages, filters and the search show the same in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.records.conftest import NOW, MakeModel

from sidra.access.actor import system_actor
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import new_id

Both = tuple[Records, Records]

LETTERS = "aAbBzZéÉßIıİiŁłÆæœØñÑ'-. %_\\\"9أإابهة中가ΣςσДд€𝔸️"
NAMES = st.one_of(st.text(alphabet=LETTERS, min_size=1, max_size=8), st.text(min_size=1, max_size=8)).filter(
    lambda text: bool(text.strip()) and text.isprintable()
)
NUMBERS = count()
"""What orders records that are alike: those of one name."""
SCORES = st.none() | st.integers(0, 100)


@pytest.fixture
def both(make_model: MakeModel, tmp_path: Path, postgresql_url: str) -> Iterator[Both]:
    """The same Model, empty, on each database."""
    stores = [Store.open(where, durability="normal") for where in (tmp_path / "sn.db", postgresql_url)]
    first, second = (Runtime(make_model(), store, clock=lambda: NOW).records(system_actor("test")) for store in stores)
    yield first, second
    for store in stores:
        store.close()


def add(records: Records, name: str, score: int | None, id: str) -> None:
    """Make a customer who is an individual; the id orders those of one name, whose ids are otherwise of chance."""

    def make(unit: object) -> None:
        party = records.create("individual", {"family_name": name}, work=unit)  # type: ignore[arg-type]  # a unit of work
        records.create("customer", {"id": id, "engaged_party": party.id, "score": score}, work=unit)  # type: ignore[arg-type]  # as above

    records.runtime.transact(records.actor, make)


def shown(records: Records, query: Query) -> list[list[tuple[object, object]]]:
    """What stands on all pages, one after the other."""
    pages, cursor = [], query.after
    while True:
        page = records.list(
            "customer", Query(sort=query.sort, limit=query.limit, filters=query.filters, text=query.text, after=cursor)
        )
        pages.append([(record["name"], record["score"]) for record in page.records])
        cursor = page.next_cursor
        if not cursor:
            return pages


def found(records: Records, text: str) -> list[tuple[str, object]]:
    return [(hit.entity, named(hit.record)) for hit in records.search(text, limit=100)]


def named(record: Record) -> object:
    return record["name" if record.entity == "customer" else "family_name"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(NAMES, SCORES), min_size=1, max_size=4),
    sort=st.sampled_from([("name", "score"), ("-name", "score"), ("score", "-name"), ("-score", "name")]),
    limit=st.integers(1, 7),
    part=st.text(alphabet=LETTERS, min_size=1, max_size=5),
    bound=st.integers(0, 100),
)
def test_pages_filters_and_hits_are_the_same_on_both_databases(
    both: Both,
    rows: list[tuple[str, int | None]],
    sort: tuple[str, ...],
    limit: int,
    part: str,
    bound: int,
) -> None:
    for name, score in rows:
        id = new_id(0, next(NUMBERS))
        for records in both:
            add(records, name, score, id)
    asked = [
        Query(sort=sort, limit=limit),
        Query(sort=sort, limit=limit, filters=(Filter("score", "gte", bound),)),
        Query(sort=sort, limit=limit, filters=(Filter("score", "null", value=True),)),
        Query(sort=sort, limit=limit, filters=(Filter("name", "starts", part),)),
        Query(sort=sort, limit=limit, filters=(Filter("name", "contains", part),)),
        Query(sort=sort, limit=limit, text=part),
    ]
    for query in asked:
        first, second = (shown(records, query) for records in both)
        assert first == second, query
    for text in (part, rows[0][0], rows[0][0][1:4], " ".join(name for name, _ in rows)):
        hits, others = (sorted(found(records, text), key=repr) for records in both)
        assert hits == others, text
