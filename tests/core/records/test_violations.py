"""Records that could not be saved as they are: the database counts what the rules themselves would."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.models import model_of
from tests.core.store.schema.comparing import KEYS, create, runtime

from sidra.access.actor import system_actor
from sidra.records import violations as counting
from sidra.records.backfill import all_records
from sidra.records.demands import demands
from sidra.records.violations import violations, violations_of
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.values import Money

NOW = datetime.datetime(2026, 3, 29, 22, 30, tzinfo=datetime.UTC)
LAX = """
entity: thing
attributes:
  name: {type: string}
  code: {type: string}
  secret: {type: string, encrypt: true}
  size: {type: integer}
  rate: {type: decimal, scale: 3}
  fee: {type: money}
  born: {type: date}
  met: {type: datetime}
  state: {type: enum, enum: state}
  stars: {type: rating}
  word: {type: string, localised: true}
relations:
  other: {to: thing}
  friends: {to: thing, many: true}
"""
STRICT = """
entity: thing
attributes:
  name: {type: string, required: true, min_length: 2, max_length: 4}
  code: {type: string, required: "state == 'open'", pattern: '[A-Z]\\d*'}
  secret: {type: string, encrypt: true, required: true, max_length: 2}
  size: {type: integer, min: 2, max: 5, required: "name != null"}
  rate: {type: decimal, scale: 3, min: -1.0005, max: 1.0005}
  fee: {type: money, max: 10.00001}
  born: {type: date, max: today}
  met: {type: datetime, min: today}
  state: {type: enum, enum: state}
  stars: {type: rating, max: 3}
  word: {type: string, localised: true, max_length: 3}
relations:
  other: {to: thing, required: "size > 3"}
  friends: {to: thing, many: true, min: 1, max: 1}
"""
SPECIAL = "entity: special\nis_a: thing\n"
SMALL = """
rule: small_and_open
on: thing
kind: validate
when: state == 'open'
check: size < 4
at: size
message: {en: x}
"""
WHOLE = """
rule: whole
on: thing
kind: validate
check: ['fee == null || rate != null', "other.name != 'b'"]
message: {en: x}
"""
ADVICE = "rule: advice\non: thing\nkind: validate\ncheck: size > 100\nseverity: warning\nmessage: {en: x}\n"
STATES = "enum: state\nvalues: {{open: {{}}{}}}\n"


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


RECORD = st.fixed_dictionaries(
    {
        "entity": st.sampled_from(["thing", "special"]),
        "name": maybe(st.sampled_from(["a", "b", "été", "😀😀😀😀", "😀😀😀😀😀"])),
        "code": maybe(st.sampled_from(["A1", "x", "B"])),
        "secret": maybe(st.sampled_from(["ab", "abc"])),
        "size": maybe(st.integers(0, 7)),
        "rate": maybe(st.sampled_from([Decimal(n).scaleb(-3) for n in (-1001, -1000, 0, 1000, 1001)])),
        "fee": maybe(st.sampled_from([Money(Decimal(n), "XOF") for n in ("10", "10.0001", "3")])),
        "born": maybe(st.sampled_from([datetime.date(2026, 3, day) for day in (29, 30, 31)])),
        "met": maybe(st.sampled_from([NOW + datetime.timedelta(minutes=n) for n in (-1440, -31, -30, 0, 90)])),
        "state": maybe(st.sampled_from(["open", "shut"])),
        "stars": maybe(st.integers(0, 5)),
        "word": maybe(st.sampled_from([{"fr": "abc"}, {"fr": "abc", "en": "abcd"}])),
    }
)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place)
    yield made
    made.close()


def lax(store: Store) -> Runtime:
    return runtime(store, LAX, SPECIAL, STATES.format(", shut: {}"))


def strict(store: Store) -> Runtime:
    model = model_of(STRICT, SPECIAL, STATES.format(""), SMALL, WHOLE, ADVICE)
    return Runtime(model, store, lambda: NOW, keys=KEYS, bring="nothing")


def by_the_rules(made: Runtime) -> Counter[str]:
    """What the rules find, record by record."""
    found: Counter[str] = Counter()
    with made.store.reading() as connection:
        records = made.system_records(connection, made.now())
        for name in ("thing", "special"):
            for record in all_records(records, connection, made.entity(name)):
                problems = made.rules(name).validate(records.environment(record))
                paths = {problem.path for problem in problems if problem.severity == "error"}
                found.update(f"{name}.{path}".rstrip(".") for path in paths)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(RECORD, min_size=1, max_size=6), links=st.lists(st.tuples(*[st.integers(0, 5)] * 2), max_size=6))
def test_the_database_counts_what_the_rules_find(
    store: Store, wanted: list[dict[str, Any]], links: list[tuple[int, int]]
) -> None:
    made = lax(store)
    before = strict(store)
    with store.writing() as connection:
        connection.execute("DELETE FROM thing_friends")
        connection.execute("UPDATE thing SET other_id = NULL")
        connection.execute("DELETE FROM thing")
    ids = [create(made, **one).id for one in wanted]
    records = made.records(system_actor("test"))
    for near, far in links:
        source, target = ids[near % len(ids)], ids[far % len(ids)]
        records.update("thing", source, {"other": target, "friends": list({target, ids[near % len(ids)]})})
    expected = by_the_rules(before)
    assert {change.subject: change.rows for change in violations(before)} == dict(expected)


def test_only_what_sql_cannot_tell_is_read(store: Store) -> None:
    made = strict(store)
    found = demands(made, made.entity("thing"), NOW)
    assert found.of_values == {"code", "secret", "word"}
    assert found.of_records == set()
    assert set(found.violated) == {*made.model.entities["thing"].attributes, "other", "friends", ""}


def test_a_formula_over_what_is_encrypted_is_told_by_the_whole_record(store: Store) -> None:
    made = lax(store)
    create(made, "thing", secret="ab")
    rule = "rule: r\non: thing\nkind: validate\ncheck: secret != 'ab'\nat: size\nmessage: {en: x}\n"
    now = Runtime(model_of(LAX, SPECIAL, STATES.format(""), rule), store, keys=KEYS, bring="nothing")
    assert demands(now, now.entity("thing"), NOW).of_records == {"size"}
    assert [(change.subject, change.rows) for change in violations(now)] == [("thing.size", 1)]


def test_one_statement_counts_all_that_sql_can_tell_of_an_entity(store: Store) -> None:
    made = lax(store)
    created = [create(made, "thing", name="a", size=9) for _ in range(5)]
    now = strict(store)
    told: list[str] = []
    with store.reading() as connection:

        class Spying:
            def execute(self, sql: str, *given: object) -> object:
                told.append(sql)
                return connection.execute(sql, *given)

        wanted = {"name", "size", "rate", "fee", "state", "stars", "other"}
        found = violations_of(now, Spying(), "thing", wanted)  # type: ignore[arg-type]  # what is asked of one
    assert [(one.path, one.count) for one in found] == [("name", 5), ("other", 5), ("size", 5)]
    assert found[0].examples == tuple(sorted(record.id for record in created)[: counting.EXAMPLES])
    assert sum("count(" in sql for sql in told) == 1
    assert len(told) == 1 + len(found)


def test_values_are_read_in_batches_to_the_last(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 2)
    made = lax(store)
    for number in range(5):
        create(made, "thing", code="x" if number % 2 else "A")
    with store.reading() as connection:
        found = violations_of(strict(store), connection, "thing", {"code"})
    assert [(one.path, one.count) for one in found] == [("code", 2)]
