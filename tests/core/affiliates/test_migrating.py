"""Changes of a configuration with data: planned, applied, told, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.store.schema.comparing import create, migrating, rows, runtime, shape

from sidra.store.database import Store
from sidra.store.schema.changes import Class
from sidra.store.schema.evolve import NeedsMigration, SchemaMismatch

THING = "entity: thing\nattributes:\n  name: {{type: string}}\n{}"


def brought(store: Store, fresh: Store, *documents: str) -> None:
    """Apply, and hold the result against a store that is new."""
    migrating(store, *documents).apply(consents=True)
    runtime(fresh, *documents)
    assert shape(store) == shape(fresh)
    assert migrating(store, *documents).plan().to_do == ()
    before = shape(store)
    migrating(store, *documents).apply(consents=True)
    assert shape(store) == before


@pytest.mark.parametrize(
    ("before", "after", "value", "now"),
    [
        ("type: decimal, scale: 2", "type: decimal, scale: 4", Decimal("1.25"), Decimal("1.25")),
        ("type: decimal, scale: 4", "type: decimal, scale: 2", Decimal("1.25"), Decimal("1.25")),
        ("type: integer", "type: decimal, scale: 3", 7, Decimal(7)),
        ("type: decimal, scale: 1", "type: integer", Decimal(7), 7),
        ("type: integer", "type: string", 7, "7"),
        ("type: string, sort: true", "type: integer, sort: true, filter: true", " 7", 7),
        ("type: string", "type: string, localised: true", "abc", {"fr": "abc"}),
        ("type: string, localised: true", "type: string", {"fr": "abc"}, "abc"),
        ("type: string", "type: boolean", "True", True),
        ("type: boolean", "type: string", False, "false"),
        ("type: string", "type: integer, unique: true", "12", 12),
    ],
)
def test_a_type_that_can_be_converted_waits_for_apply_and_loses_nothing(
    store: Store, fresh: Store, before: str, after: str, value: object, now: object
) -> None:
    old, new = (THING.format(f"  n: {{{written}}}\n") for written in (before, after))
    made = runtime(store, old)
    create(made, "thing", name="a", n=value)
    create(made, "thing", name="b")
    with pytest.raises(NeedsMigration) as refusal:
        runtime(store, new)
    assert refusal.value.code == "R100"
    planned = migrating(store, new).plan().of(Class.MIGRATED)
    assert [(change.subject, change.rows) for change in planned] == [("thing.n", 1)]
    brought(store, fresh, new)
    assert rows(runtime(store, new), "thing", "name", "n") == [("a", now), ("b", None)]


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("type: decimal, scale: 4", "type: decimal, scale: 2", Decimal("1.255")),
        ("type: string", "type: integer", "seven"),
        ("type: string, localised: true", "type: string", {"fr": "a", "en": "b"}),
        ("type: integer", "type: decimal, scale: 4", 2**60),
    ],
)
def test_a_value_that_would_lose_something_is_counted_and_keeps_everything_as_it_is(
    store: Store, before: str, after: str, value: object
) -> None:
    old, new = (THING.format(f"  n: {{{written}}}\n") for written in (before, after))
    made = runtime(store, old)
    record = create(made, "thing", n=value)
    (change,) = migrating(store, new).plan().of(Class.REFUSED)
    assert (change.rows, change.examples) == (1, (record.id,))
    assert change.says.endswith(", which some values do not fit")
    known = shape(store)
    with pytest.raises(SchemaMismatch, match="some values do not fit"):
        migrating(store, new).apply()
    assert {name: table for name, table in shape(store).items() if name == "thing"} == {"thing": known["thing"]}


def test_what_has_another_name_now_keeps_its_values(store: Store, fresh: Store) -> None:
    old = (
        """
entity: thing
attributes:
  n: {type: string, sort: true, filter: true, search: true, unique: true}
relations:
  other: {to: thing}
  any: {to: [thing, place]}
  friends: {to: thing, many: true}
""",
        "entity: special\nis_a: thing\n",
        "entity: place\n",
    )
    made = runtime(store, *old)
    first = create(made, "special", n="Awa")
    create(made, "thing", n="b", other=first.id, any={"id": first.id, "kind": "special"}, friends=[first.id])
    new = (
        """
entity: item
$was: thing
attributes:
  m: {$was: n, type: string, sort: true, filter: true, search: true, unique: true}
relations:
  parent: {$was: other, to: item}
  thing: {$was: any, to: [item, place]}
  mates: {$was: friends, to: item, many: true}
""",
        "entity: rare\n$was: special\nis_a: item\n",
        "entity: place\n",
    )
    with pytest.raises(NeedsMigration):
        runtime(store, *new)
    brought(store, fresh, *new)
    now = runtime(store, *new)
    assert rows(now, "item", "m", "parent_id", "thing_kind") == [("Awa", None, None), ("b", first.id, "rare")]
    records = now.system_records(None, now.now())
    assert [hit.id for hit in records.search("awa")] == [first.id]
    assert records.get("item", first.id).entity == "rare"


@pytest.mark.parametrize("former", ["x_sn_n", "x_pl_n"])
def test_of_several_former_names_the_one_that_the_store_has_keeps_its_values(store: Store, former: str) -> None:
    thing = "entity: thing\nhistory: true\nattributes:\n  {}\n"
    made = runtime(store, thing.format(f"{former}: {{type: string}}"))
    record = create(made, "thing", **{former: "Awa"})
    new = thing.format("n: {$was: [x_sn_n, x_pl_n], type: string}")
    migrating(store, new).apply()
    now = runtime(store, new)
    assert rows(now, "thing", "n") == [("Awa",)]
    changes = now.system_records(None, now.now()).history("thing", record.id).changes
    assert [one.attribute for one in changes if one.new == "Awa"] == ["n"]


def test_a_value_of_a_code_list_may_have_had_several_names(store: Store) -> None:
    thing = THING.format("  state: {type: enum, enum: state, filter: true}\n")
    create(runtime(store, thing, "enum: state\nvalues: {open: {}, shut: {}}\n"), "thing", state="shut")
    new = (thing, "enum: state\nvalues: {open: {}, closed: {$was: [done, shut]}}\n")
    migrating(store, *new).apply()
    assert rows(runtime(store, *new), "thing", "state") == [("closed",)]


def test_the_history_is_read_under_present_names_and_not_where_a_name_was_given_away_and_taken_again(
    store: Store,
) -> None:
    thing = "entity: thing\nhistory: true\nattributes:\n  {}\n"
    made = runtime(store, thing.format("n: {type: string}"))
    record = create(made, "thing", n="Awa")
    item = "entity: item\n$was: thing\nhistory: true\nattributes:\n  {}\n"
    renamed = item.format("m: {$was: n, type: string}")
    migrating(store, renamed).apply()
    now = runtime(store, renamed)
    changes = now.system_records(None, now.now()).history("item", record.id).changes
    assert [(one.entity, one.attribute, one.new) for one in changes if one.new == "Awa"] == [("item", "m", "Awa")]
    taken = runtime(store, item.format("m: {$was: n, type: string}\n  n: {type: string}"))
    found = taken.system_records(None, taken.now()).history("item", record.id).changes
    assert "Awa" not in [one.new for one in found]


def test_a_value_of_a_code_list_that_has_another_name_is_renamed_in_every_record(store: Store, fresh: Store) -> None:
    thing = THING.format("  state: {type: enum, enum: state, filter: true}\n")
    made = runtime(store, thing, "enum: state\nvalues: {open: {}, shut: {}}\n")
    create(made, "thing", state="shut")
    new = (thing, "enum: state\nvalues: {open: {}, closed: {$was: shut}}\n")
    with pytest.raises(NeedsMigration):
        runtime(store, *new)
    brought(store, fresh, *new)
    assert rows(runtime(store, *new), "thing", "state") == [("closed",)]


def test_what_goes_stays_until_somebody_consents_is_set_aside_then_and_comes_back(store: Store, fresh: Store) -> None:
    old = (
        THING.format("  n: {type: string, sort: true}\nrelations: {home: {to: place}, all: {to: place, many: true}}\n"),
        "entity: place\nattributes: {name: {type: string}}\nrelations: {above: {to: place}}\n",
    )
    made = runtime(store, *old)
    place = create(made, "place", name="Dakar")
    below = create(made, "place", name="Plateau", above=place.id)
    create(made, "thing", name="a", n="Awa", home=below.id, all=[place.id, below.id])
    left = THING.format("")
    runtime(store, left)
    assert {change.level for change in migrating(store, left).plan()} == {Class.DESTRUCTIVE}
    known = shape(store)
    migrating(store, left).apply()
    assert shape(store) == known
    migrating(store, left).apply(consents=True)
    runtime(fresh, left)
    assert migrating(store, left).plan().to_do == ()
    assert "n" not in shape(store)["thing"][0]
    create(runtime(store, left), "thing", name="b")
    now = runtime(store, *old)
    assert rows(now, "thing", "name", "n", "home_id") == [("a", "Awa", below.id), ("b", None, None)]
    assert rows(now, "place", "name", "above_id") == [("Dakar", None), ("Plateau", place.id)]
    first = now.system_records(None, now.now()).list("thing").records
    assert {one.id for record in first for one in record["all"]} == {place.id, below.id}
    assert migrating(store, *old).status().aside == ()


def test_another_formula_reaches_the_records_that_are_there_by_apply(store: Store) -> None:
    formula = "  loud: {{type: string, compute: {{by: '{}', stored: true}}}}\n"
    made = runtime(store, THING.format(formula.format("name")))
    for number in range(3):
        create(made, "thing", name=f"n{number}")
    new = THING.format(formula.format("name.upperAscii()"))
    now = runtime(store, new)
    assert rows(now, "thing", "loud") == [("n0",), ("n1",), ("n2",)]
    (change,) = migrating(store, new).plan()
    assert (change.level, change.subject, change.rows) == (Class.LATER, "thing.loud", 3)
    migrating(store, new).apply()
    assert rows(now, "thing", "loud") == [("N0",), ("N1",), ("N2",)]
    assert migrating(store, new).plan().all == ()


def test_records_that_do_not_fulfil_what_is_demanded_now_are_counted_and_left(store: Store) -> None:
    states = "enum: state\nvalues: {{open: {{}}{}}}\n"
    made = runtime(store, THING.format("  state: {type: enum, enum: state}\n"), states.format(", shut: {}"))
    first = create(made, "thing", name="long name", state="shut")
    create(made, "thing", state="open")
    new = (
        THING.replace("type: string", "type: string, required: true, max_length: 5").format(
            "  state: {type: enum, enum: state}\n"
        ),
        states.format(""),
    )
    runtime(store, *new)
    plan = migrating(store, *new).plan()
    assert plan.to_do == ()
    assert [(change.subject, change.rows) for change in plan] == [("thing.name", 2), ("thing.state", 1)]
    assert plan.all[1].examples == (first.id,)


def test_values_that_must_be_unique_now_are_counted_and_refused(store: Store) -> None:
    made = runtime(store, THING.format(""))
    for name in ("a", "a", "b", "b", "b", "c"):
        create(made, "thing", name=name)
    new = THING.replace("string", "string, unique: true").format("")
    (change,) = migrating(store, new).plan().of(Class.REFUSED)
    assert change.rows == 5
    with pytest.raises(SchemaMismatch, match="same name"):
        runtime(store, new)
    with pytest.raises(SchemaMismatch, match="same name"):
        migrating(store, new).apply()


def test_the_status_tells_of_what_somebody_else_did_and_apply_mends_it(store: Store) -> None:
    old = THING.format("  n: {type: string, filter: true}\n")
    runtime(store, old)
    with store.writing() as connection:
        connection.execute("DROP INDEX ix_thing_n_created_at_id")
        connection.execute("ALTER TABLE thing ADD COLUMN theirs TEXT")
        connection.execute("CREATE TABLE others (id TEXT)")
    found = migrating(store, old).status().drift
    assert [change.says for change in found.missing] == ["index of `thing` by n, created_at, id"]
    assert set(found.foreign) == {"thing.theirs", "others"}
    assert runtime(store, old).drift.missing == found.missing
    migrating(store, old).apply()
    assert migrating(store, old).status().drift.missing == ()
    with store.writing() as connection:
        connection.execute("ALTER TABLE thing RENAME COLUMN name TO gone")
    with pytest.raises(SchemaMismatch) as refusal:
        runtime(store, old)
    assert refusal.value.code == "R102"
    migrating(store, old).apply()
    assert rows(runtime(store, old), "thing", "name") == []
