"""Each new demand is counted once when a configuration is loaded, and what was found is kept in the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.store.schema.comparing import create, migrating, runtime

from sidra.records import fulfilment
from sidra.records.fulfilment import demanded, unfulfilled
from sidra.records.violations import violations_of
from sidra.runtime import Runtime
from sidra.store.database import Store

THING = "entity: thing\nattributes:\n  name: {{type: string{}}}\n  n: {{type: integer{}}}\n"
LAX, STRICT = THING.format("", ""), THING.format(", required: true", ", max: 3")
NAME, N = ("thing", "name"), ("thing", "n")


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place)
    yield made
    made.close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The members whose demands were counted, time by time."""
    told: list[set[str]] = []
    count = violations_of

    def spy(made: Runtime, connection: object, entity: str, paths: set[str], *rest: object) -> object:
        told.append(set(paths))
        return count(made, connection, entity, paths, *rest)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(fulfilment, "violations_of", spy)
    return told


def test_a_new_demand_is_counted_once_and_what_is_violated_again_until_it_is_not(
    store: Store, counted: list[set[str]]
) -> None:
    made = runtime(store, LAX)
    assert unfulfilled(made) == {}
    wrong = create(made, "thing", n=2)
    now = runtime(store, STRICT)
    assert unfulfilled(now) == {NAME: 1}
    assert unfulfilled(now) == {NAME: 1}
    assert migrating(store, STRICT).status().unfulfilled == {NAME: 1}
    now.system_records(None, now.now()).update("thing", wrong.id, {"name": "a"})
    assert [unfulfilled(runtime(store, STRICT)) for _ in range(2)] == [{}, {}]
    assert counted == [{"name", "n"}, {"name"}, {"name"}]
    assert migrating(store, STRICT).status().unfulfilled == {}


def test_what_takes_too_long_is_told_without_a_number_and_counted_by_apply(store: Store) -> None:
    create(runtime(store, LAX), "thing", n=7)
    now = runtime(store, STRICT)
    assert unfulfilled(now, seconds=0) == {NAME: None, N: None}
    migrating(store, STRICT).apply()
    assert unfulfilled(now, seconds=0) == {NAME: 1, N: 1}


def test_a_demand_that_is_taken_back_is_forgotten(store: Store) -> None:
    create(runtime(store, LAX), "thing")
    assert unfulfilled(runtime(store, STRICT)) == {NAME: 1}
    assert unfulfilled(runtime(store, LAX)) == {}
    assert migrating(store, LAX).status().unfulfilled == {}


@pytest.mark.parametrize(
    "now",
    [
        THING.format(", required: true", ""),
        THING.format(", required: n == 1", ""),
        THING.format(", max_length: 3", ""),
        THING.format(", pattern: a", ""),
        THING.format("", ", min: 0"),
        THING.format(", filter: true", ""),
    ],
)
def test_whatever_is_demanded_anew_is_seen_and_nothing_else(store: Store, now: str) -> None:
    before, after = demanded(runtime(store, LAX).model), demanded(migrating(store, now).model)
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert changed == ({N} if "min:" in now else {NAME})
    labelled = now.replace("type: string", "type: string, label: {en: x}")
    assert demanded(migrating(store, labelled).model) == after
