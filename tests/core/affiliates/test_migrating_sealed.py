"""`encrypt` turned on or off, and new names for what is encrypted, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.store.schema.comparing import create, migrating, rows, runtime, shape

from sidra.access.actor import system_actor
from sidra.privacy.keys import is_sealed
from sidra.privacy.scrubbing import scrub_wanted
from sidra.records.query import Filter, Query
from sidra.store.database import Store
from sidra.store.failures import Reshaped
from sidra.store.schema import running
from sidra.store.schema.changes import Class
from sidra.store.schema.evolve import NeedsMigration, SchemaMismatch
from sidra.store.schema.shape import kept_in

THING = "entity: thing\nattributes:\n  name: {{type: string}}\n{}"
CLEAR = THING.format("  n: {type: string, search: true, sort: true, filter: true, unique: true}\n")
SEALED = THING.format("  n: {type: string, encrypt: true, search: exact, unique: true}\n")
RENAMED = SEALED.replace("n: {type", "m: {$was: n, type")
MOVED = RENAMED.replace("entity: thing\n", "entity: item\n$was: thing\n")
SECRET = "Awa Ndiaye of Ziguinchor"


def found(store: Store, entity: str, name: str, document: str) -> list[str]:
    """The ids of the records that a whole value finds."""
    records = runtime(store, document).records(system_actor("test"))
    wanted = Filter(name, "eq", SECRET)
    listed = [one.id for one in records.list(entity, Query(filters=(wanted,))).records]
    assert [hit.id for hit in records.search(SECRET)] == listed
    return listed


def everything(store: Store) -> str:
    """All that a store's tables have, as text."""
    with store.reading() as connection:
        return "".join(
            str(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in store.columns(connection)
        )


@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        (CLEAR, SEALED, "thing.n"),
        (SEALED, CLEAR, "thing.n"),
        (SEALED, RENAMED, "thing.m"),
        (SEALED, MOVED, "item.m"),
        (CLEAR, MOVED, "item.m"),
        (SEALED, CLEAR.replace("n: {type", "m: {$was: n, type"), "thing.m"),
    ],
)
def test_values_are_sealed_opened_or_sealed_anew_by_apply_and_found_as_before(
    store: Store, fresh: Store, before: str, after: str, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity, name = subject.split(".")
    monkeypatch.setattr(running, "CHUNK", 4)
    made = runtime(store, before)
    record = create(made, "thing", name="a", n=SECRET)
    others = [create(made, "thing", name="b", n=f"other {number}") for number in range(9)]
    create(made, "thing", name="c")
    with pytest.raises(NeedsMigration) as refusal:
        runtime(store, after)
    assert refusal.value.code == "R100"
    planned = [change for change in migrating(store, after).plan().of(Class.MIGRATED) if change.rows is not None]
    assert [(change.subject, change.rows) for change in planned] == [(subject, 10)]
    migrating(store, after).apply()
    values = [("a", SECRET), *(("b", f"other {number}") for number in range(len(others))), ("c", None)]
    assert rows(runtime(store, after), entity, "name", name) == values
    assert found(store, entity, name, after) == [record.id]
    runtime(fresh, after)
    assert shape(store) == shape(fresh)
    status = migrating(store, after).status()
    assert (migrating(store, after).plan().all, status.aside, status.unfinished) == ((), (), ())
    assert status.drift.foreign == ()
    with store.reading() as connection:
        texts = [text for (text,) in connection.execute(f"SELECT {name} FROM {entity}").fetchall() if text is not None]
    assert {is_sealed(text) for text in texts} == {"encrypt" in after}


def test_no_value_in_the_clear_is_left_in_the_database_once_it_is_encrypted(store: Store, place: str) -> None:
    made = runtime(store, CLEAR)
    for number in range(30):
        create(made, "thing", name="a", n=f"{SECRET} {number}")
    assert "ziguinchor" in everything(store)
    migrating(store, SEALED).apply()
    assert "ziguinchor" not in everything(store).lower()
    assert scrub_wanted(store)
    if not place.startswith("postgresql"):
        content = b"".join(path.read_bytes() for path in Path(str(store.where)).parent.glob(f"{Path(place).name}*"))
        assert content
        assert b"ziguinchor" not in content.lower()


@pytest.mark.parametrize(("before", "after"), [(CLEAR, SEALED), (SEALED, CLEAR), (SEALED, RENAMED)])
def test_nobody_reads_or_writes_by_the_configuration_before(store: Store, place: str, before: str, after: str) -> None:
    other = Store.open(place)
    old = runtime(other, before)
    record = create(old, "thing", name="a", n=SECRET)
    migrating(store, after).apply()
    records = old.records(system_actor("test"))
    for attempt in (
        lambda: records.get("thing", record.id),
        lambda: records.list("thing"),
        lambda: records.create("thing", {"name": "b", "n": "x"}),
        lambda: records.update("thing", record.id, {"n": "x"}),
    ):
        with pytest.raises(Reshaped):
            attempt()
    assert found(other, "thing", "m" if after == RENAMED else "n", after) == [record.id]
    other.close()


def test_what_is_written_meanwhile_by_the_configuration_before_is_sealed_as_well(store: Store, place: str) -> None:
    other = Store.open(place)
    old = runtime(other, CLEAR)
    record = create(old, "thing", name="a", n="before")
    wrote: list[str] = []

    def tell(entry: object, event: str, count: int = 0) -> None:
        del count
        if event == "ended" and "convert" in str(entry) and not wrote:
            wrote.append(create(old, "thing", name="b", n="new").id)
            old.records(system_actor("test")).update("thing", record.id, {"n": SECRET})

    migrating(store, SEALED).apply(tell=tell)
    assert len(wrote) == 1
    assert rows(runtime(store, SEALED), "thing", "n") == [(SECRET,), ("new",)]
    assert "ziguinchor" not in everything(store).lower()
    other.close()


def test_a_value_whose_key_is_lost_is_counted_and_keeps_everything_as_it_is(store: Store) -> None:
    made = runtime(store, SEALED)
    record = create(made, "thing", name="a", n=SECRET)
    create(made, "thing", name="b", n="other")
    with store.writing() as connection:
        connection.execute("UPDATE thing SET n = n || 'AAAA' WHERE name = 'a'")
    (change,) = migrating(store, CLEAR).plan().of(Class.REFUSED)
    assert (change.rows, change.examples) == (1, (record.id,))
    with pytest.raises(SchemaMismatch, match="some values do not fit"):
        migrating(store, CLEAR).apply()
    with store.reading() as connection:
        assert kept_in(store, connection).meanings["thing.n"] == "sealed text"


def test_encrypt_may_come_go_and_come_again(store: Store, fresh: Store) -> None:
    made = runtime(store, CLEAR)
    record = create(made, "thing", name="a", n=SECRET)
    for document in (SEALED, CLEAR, SEALED, CLEAR):
        migrating(store, document).apply()
        assert found(store, "thing", "n", document) == [record.id]
    runtime(fresh, CLEAR)
    assert shape(store) == shape(fresh)
    listed = runtime(store, CLEAR).records(system_actor("test")).list("thing", Query(sort=("n",))).records
    assert [one.id for one in listed] == [record.id]
