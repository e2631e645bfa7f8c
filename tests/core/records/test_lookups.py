"""A masked value may be looked up whole: only so often, leaving a trace, and in no other way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sidra.access.actor import Actor
from sidra.access.throttle import LOOKUPS_OF_ACTOR
from sidra.errors import BadQuery, Forbidden, TooManyAttempts
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime

NUMBER = "AB123456"


@pytest.fixture
def number(system: Records) -> str:
    system.create("individual", {"family_name": "Diop", "national_number": NUMBER})
    return NUMBER


def person(runtime: Runtime, role: str = "agent", id: str = "aa") -> Records:
    return runtime.records(Actor(f"00000000-0000-7000-8000-0000000000{id}", "Awa", frozenset({role})))


def by_filter(records: Records, value: str) -> int:
    return len(records.list("individual", Query(filters=(Filter("national_number", "eq", value),))).records)


def by_count(records: Records, value: str) -> int:
    count = records.list("individual", Query(filters=(Filter("national_number", "in", [value]),), limit=0)).count
    return count.value if count is not None else -1


def by_relation(records: Records, value: str) -> int:
    return len(records.list("contact_medium", Query(filters=(Filter("party.national_number", "eq", value),))).records)


def by_search(records: Records, value: str) -> int:
    return len(records.search(value))


WAYS = [by_filter, by_count, by_relation, by_search]


def traces(runtime: Runtime) -> list[tuple[str, str, str, str | None]]:
    with runtime.store.reading() as connection:
        sql = "SELECT actor_id, entity, changed, record_id FROM audit_entry WHERE action = 'look_up'"
        rows: list[tuple[str, str, str, str | None]] = connection.execute(sql).fetchall()
    return rows


@pytest.mark.parametrize("look", WAYS)
def test_who_looks_a_masked_value_up_finds_it_and_leaves_a_trace_without_it(
    runtime: Runtime, number: str, look: Callable[[Records, str], int]
) -> None:
    found = look(person(runtime), number)
    assert found == (0 if look is by_relation else 1)
    ((actor, entity, changed, record),) = traces(runtime)
    assert (actor[-2:], entity, changed) == ("aa", "individual", '["national_number"]')
    assert record is None
    with runtime.store.reading() as connection:
        assert NUMBER not in str(connection.execute("SELECT * FROM audit_entry").fetchall())


@pytest.mark.parametrize("look", WAYS)
def test_who_has_looked_up_too_many_is_refused_until_the_window_has_passed_and_others_are_not(
    runtime: Runtime, number: str, look: Callable[[Records, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.LOOKUPS_OF_ACTOR", 3)
    for guess in range(3):
        look(person(runtime), f"AB00000{guess}")
    with pytest.raises(TooManyAttempts) as refusal:
        look(person(runtime), number)
    assert refusal.value.retry_after_seconds == 15 * 60
    assert len(traces(runtime)) == 3
    look(person(runtime, id="bb"), number)
    assert person(runtime).search("Diop")
    later = runtime.at(lambda: runtime.now() + runtime.now().resolution * 15 * 60 * 1_000_000)
    assert look(person(later), number) == look(person(runtime, id="bb"), number)


def test_values_that_are_looked_up_at_once_are_no_more_than_the_limit(
    runtime: Runtime, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.LOOKUPS_OF_ACTOR", 3)
    gate = threading.Barrier(8)

    def look(guess: int) -> bool:
        gate.wait()
        try:
            by_filter(person(runtime), f"AB00000{guess}")
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, range(8))) == 3
    assert len(traces(runtime)) == 3


def test_an_agent_may_look_up_as_many_as_calls_come_in() -> None:
    assert LOOKUPS_OF_ACTOR >= 60


def test_a_page_with_its_count_is_one_lookup_and_who_reads_the_value_makes_none(
    runtime: Runtime, system: Records, number: str
) -> None:
    query = Query(filters=(Filter("national_number", "eq", number),), count=True)
    person(runtime).list("individual", query)
    assert len(traces(runtime)) == 1
    system.list("individual", query)
    assert len(traces(runtime)) == 1


@pytest.mark.parametrize("text", ["Diop", "AB12", "ABCDEF", "12"])
def test_a_text_that_is_no_whole_value_is_not_looked_for_among_the_masked(
    runtime: Runtime, number: str, text: str
) -> None:
    person(runtime).search(text)
    assert traces(runtime) == []


@pytest.mark.parametrize(
    "query",
    [
        *(
            Query(filters=(Filter("national_number", op, value),))  # type: ignore[arg-type]  # of OPERATORS
            for op, value in (
                ("in", [NUMBER, "AB000000"]),
                ("in", []),
                ("ne", NUMBER),
                ("gt", "A"),
                ("gte", "A"),
                ("lt", "Z"),
                ("lte", "Z"),
                ("starts", "AB"),
                ("contains", "AB1"),
                ("null", False),
                ("eq", None),
            )
        ),
        Query(sort=("national_number",)),
        Query(sort=("-national_number",)),
    ],
    ids=str,
)
def test_a_masked_value_is_asked_for_whole_and_in_no_other_way(runtime: Runtime, number: str, query: Query) -> None:
    with pytest.raises(BadQuery):
        person(runtime).list("individual", query)
    assert traces(runtime) == []


@pytest.mark.parametrize("op", ["eq", "ne", "in", "gt", "lt", "null", "starts", "contains"])
def test_a_hidden_attribute_narrows_and_orders_nothing(runtime: Runtime, number: str, op: str) -> None:
    clerk = person(runtime, "clerk")
    value = ["1990-01-01"] if op == "in" else True if op == "null" else "1990-01-01"
    for entity, path in (("individual", "birth_date"), ("contact_medium", "party.birth_date")):
        query = Query(filters=(Filter(path, op, value),))  # type: ignore[arg-type]  # of OPERATORS
        with pytest.raises((BadQuery, Forbidden)):
            clerk.list(entity, query)
    for sort in ("birth_date", "-birth_date"):
        with pytest.raises(BadQuery):
            clerk.list("individual", Query(sort=(sort,)))


def test_work_that_is_granted_as_a_whole_leaves_traces_and_is_not_slowed_down(
    runtime: Runtime, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.LOOKUPS_OF_ACTOR", 1)
    with runtime.unit_of_work(person(runtime).actor) as work:
        for guess in range(3):
            by_filter(work.records, f"AB00000{guess}")
    assert len(traces(runtime)) == 3
