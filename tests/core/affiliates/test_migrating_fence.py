"""Who has the configuration before neither reads nor writes what means something else now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.core.store.schema.comparing import create, migrating, rows, runtime

from sidra.access.actor import system_actor
from sidra.store.database import Store
from sidra.store.failures import Reshaped

THING = "entity: thing\nattributes:\n  n: {{{}}}\n"
STATES = "enum: state\nvalues: {{open: {{}}, {}: {{}}}}\n"
OF_STATE = THING.format("type: enum, enum: state")


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("before", "after", "value", "now"),
    [
        ([THING.format("type: decimal, scale: 2")], [THING.format("type: decimal, scale: 5")], Decimal("1.5"), None),
        ([THING.format("type: string")], [THING.format("type: integer")], "7", 7),
        ([THING.format("type: string")], [THING.format("type: string, localised: true")], "a", {"fr": "a"}),
        (
            [OF_STATE, STATES.format("shut")],
            [OF_STATE, STATES.format("closed").replace("closed: {}", "closed: {$was: shut}")],
            "shut",
            "closed",
        ),
    ],
)
def test_nobody_reads_or_writes_by_the_configuration_before(
    store: Store, place: str, before: list[str], after: list[str], value: object, now: object
) -> None:
    other = Store.open(place)
    old = runtime(other, *before)
    record = create(old, "thing", n=value)
    migrating(store, *after).apply()
    records = old.records(system_actor("test"))
    for attempt in (
        lambda: records.get("thing", record.id),
        lambda: records.list("thing"),
        lambda: records.create("thing", {"n": value}),
        lambda: records.update("thing", record.id, {"n": value}),
    ):
        with pytest.raises(Reshaped):
            attempt()
    assert rows(runtime(store, *after), "thing", "n") == [(value if now is None else now,)]
    create(runtime(other, *after), "thing", n=value if now is None else now)
    other.close()


def test_a_table_that_was_converted_is_converted_again_renamed_set_aside_and_comes_back(store: Store) -> None:
    scales = [THING.format(f"type: decimal, scale: {scale}") for scale in (2, 3, 4)]
    create(runtime(store, scales[0]), "thing", n=Decimal("1.5"))
    for document in scales[1:]:
        migrating(store, document).apply()
    renamed = scales[2].replace("entity: thing\n", "entity: item\n$was: thing\n")
    migrating(store, renamed).apply()
    again = renamed.replace("scale: 4", "scale: 6")
    migrating(store, again).apply()
    other = "entity: place\nattributes: {name: {type: string}}\n"
    runtime(store, other)
    migrating(store, other).apply(consents=True)
    now = runtime(store, again, other)
    assert rows(now, "item", "n") == [(Decimal("1.5"),)]
    create(now, "item", n=Decimal("2.5"))
    assert migrating(store, again, other).status().drift.foreign == ()
    assert migrating(store, again, other).plan().to_do == ()


def test_a_runtime_is_made_anew_that_began_before_a_switch(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of the tables are read first; whoever switches before the rest is done is noticed."""
    before, after = (THING.format(f"type: decimal, scale: {scale}") for scale in (2, 3))
    create(runtime(store, before), "thing", n=Decimal("1.5"))
    migrating(store, after).apply()
    monkeypatch.setattr("sidra.runtime.kept_fences", lambda _store: {})
    with pytest.raises(Reshaped):
        runtime(store, after.replace("}", "}\n  new: {type: string}"))
