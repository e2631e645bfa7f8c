"""Rows by the set make what they make one by one: the same records, rejects, entries, texts and keys."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.interfaces.conftest import COLUMNS, FILES, NOW, MakeModel, person_of

from sidra.access.actor import Actor, system_actor
from sidra.audit.verification import Verification
from sidra.interfaces.files import Row, csv_text
from sidra.interfaces.loading import FeedLoader, Loading
from sidra.interfaces.runs import Counts
from sidra.records.query import Query
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import id_text

CHANGED = {
    "person": """
entity: person
title: family_name
history: true
identity: {strong: [email], refuse: true}
attributes:
  family_name: {type: string, required: true, max_length: 10, search: true, sort: true, pii: [identity]}
  birth_date: {type: date, max: today, pii: [identity]}
  number: {type: string, unique: true}
  email: {type: string, search: exact}
relations:
  customers: {to: customer, many: true, inverse: person}
""",
    "customer": """
entity: customer
title: legacy_id
history: true
attributes:
  legacy_id: {type: string, unique: true, search: exact}
  number: {type: sequence, sequence: "C-{n:06}"}
  name: {type: string, compute: {by: "person.family_name", stored: true}, search: true, pii: [identity]}
  total: {type: decimal, scale: 2}
  segment: {type: string, default: mass}
  line_count: {type: integer, compute: {by: "lines.size()", stored: true}}
relations:
  person: {to: person, required: true}
  plan: {to: plan}
  lines: {to: line, many: true, inverse: customer}
  friends: {to: customer, many: true}
""",
    "load": FILES["core/load.yaml"].replace(
        'format: "%d/%m/%Y"}}}', 'format: "%d/%m/%Y"}, number: {from: phone}, email: {from: level}}}'
    ),
    "steward": """
role: steward
may:
  customer: {do: [create, read, update], rows: "total == null || total < 5.0"}
  person: {do: [create, read, update]}
  plan: {do: [read]}
  line: {do: [create, read, update]}
functions: [feeds]
""",
}
ENTITIES = ("plan", "person", "customer", "line")
ENTRIES = "SELECT sequence, action, entity, record_id, version, changed, actor_id FROM audit_entry ORDER BY sequence"
TEXTS = "SELECT record_id, root, field, folded FROM sidra_search"
HAPPENED = "SELECT event, entity, record_id, version FROM outbox ORDER BY id"
KEYS = "SELECT person_id FROM privacy_person_key"
REJECTED = "SELECT row_key, line, texts, problems FROM feed_reject ORDER BY row_key"
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["C1", "C2", "C3", "C4", "C5", ""]),
            "name": st.sampled_from(["Diop", "Sarr\t\\N", "", "Ndiaye Sarr Fall"]),
            "born": st.sampled_from(["17/05/1990", "x", ""]),
            "plan": st.sampled_from(["max", "max", "", "none"]),
            "phone": st.sampled_from(["", "", "1", "2", "3"]),
            "total": st.sampled_from(["1", "2", "7", "x", ""]),
            "level": st.sampled_from(["", "", "G", "S", "Z"]),
        }
    ),
    max_size=9,
)


class Way:
    """One store, into which rows go by the set or one by one."""

    def __init__(self, runtime: Runtime, place: str, *, gathers: bool) -> None:
        self.runtime, self.place, self.gathers = runtime, place, gathers
        self.fell_back = 0
        runtime.records(system_actor("test")).create("plan", {"code": "max"})

    def load(self, path: Path, actor: Actor, patch: pytest.MonkeyPatch) -> Counts:
        """Load a file."""
        load = Loading._load_chunk

        def told(loading: Loading, rows: list[Row], counts: Counts, *, gathers: bool) -> Counts:
            self.fell_back += not gathers
            return load(loading, rows, counts, gathers=gathers and self.gathers)

        with patch.context() as patched:
            patched.setattr(Loading, "_load_chunk", told)
            return FeedLoader(self.runtime, "load").run(path, actor)

    def told(self) -> dict[str, Any]:
        """What is in the store, with numbers in the place of ids."""
        records = self.runtime.records(system_actor("test"))
        found = [one for name in ENTITIES for one in records.list(name, Query(limit=1000)).records]
        numbers = {one.id: number for number, one in enumerate(sorted(found, key=lambda one: one.id))}
        counted = sorted(one["number"] for one in found if one.entity == "customer")

        def plain(name: str, value: object) -> object:
            if name == "number" and value in counted:
                return counted.index(str(value))
            return numbers.get(value, value) if isinstance(value, str) else value

        rows = {name: [self._plain(row, numbers) for row in self._all(sql)] for name, sql in QUERIES.items()}
        rows["texts"], rows["keys"] = sorted(rows["texts"], key=str), sorted(rows["keys"], key=str)
        history = {
            numbers[one.id]: [
                (
                    entry.action,
                    entry.version,
                    entry.member,
                    plain(entry.member, entry.old),
                    plain(entry.member, entry.new),
                )
                for entry in self.runtime.audit.history(one.id)
            ]
            for one in found
        }
        stored = [
            {name: plain(name, value) for name, value in one.items() if name not in {"created_at", "updated_at"}}
            for one in sorted(found, key=lambda one: one.id)
        ]
        return {"records": stored, "history": history, **rows}

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        with self.runtime.store.reading() as connection:
            return list(connection.execute(sql).fetchall())

    def _plain(self, row: tuple[Any, ...], numbers: dict[str, int]) -> list[object]:
        cells = [id_text(cell) if isinstance(cell, bytes) else cell for cell in row]
        return [numbers.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]


QUERIES = {
    "entries": ENTRIES.replace("SELECT sequence, ", "SELECT "),
    "texts": TEXTS,
    "happened": HAPPENED,
    "keys": KEYS,
    "rejected": REJECTED,
}


@pytest.fixture
def ways(kind: str, make_model: MakeModel, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Way]]:
    """A store by the set, and another of the same Model one by one."""
    moments = itertools.count()
    found = []
    for gathers in (True, False):
        if kind == "sqlite":
            place = str(tmp_path / f"{gathers}.db")
        else:
            place = request.getfixturevalue("postgresql_server").new_schema()
        clock = lambda: NOW + datetime.timedelta(seconds=next(moments))  # noqa: E731 - ids in the order of their making
        runtime = Runtime(make_model(**CHANGED), Store.open(place, durability="normal"), clock=clock)
        found.append(Way(runtime, place, gathers=gathers))
    yield found
    for way in found:
        way.runtime.store.close()
        if kind == "postgresql":
            request.getfixturevalue("postgresql_server").drop_schema(way.place)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, is_person=st.booleans())
def test_rows_by_the_set_make_what_they_make_one_by_one(
    ways: list[Way], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, str]], is_person: bool
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(csv_text(COLUMNS, rows), encoding="utf-8")
    actor = person_of("steward") if is_person else system_actor("feed:load")
    by_the_set, one_by_one = (way.load(path, actor, monkeypatch) for way in ways)
    assert by_the_set == one_by_one
    made, expected = (way.told() for way in ways)
    for name, part in expected.items():
        assert made[name] == part, name
    for way in ways:
        assert Verification(way.runtime.store, way.runtime.keys, way.runtime.affiliate).run().is_whole
