from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from tests.core.models import model_of

from sidra.store.codecs import INTEGER, TEXT
from sidra.store.database import Store
from sidra.store.schema import evolve as evolution
from sidra.store.schema.difference import difference
from sidra.store.schema.evolve import Added, Backfill, SchemaMismatch, released
from sidra.store.schema.shape import Wanted, kept_in
from sidra.store.tables import Tables, build_tables

NOBODY = "00000000-0000-0000-0000-000000000000"


def tables(*columns: sa.Column[object], unique: bool = False) -> Tables:
    metadata = sa.MetaData()
    sa.Table("sidra_release", metadata, sa.Column("model", TEXT, primary_key=True), sa.Column("at", INTEGER))
    parent = sa.Table("parent", metadata, sa.Column("id", TEXT, primary_key=True))
    note = sa.Table("order", metadata, sa.Column("id", TEXT, primary_key=True), sa.Column("text", TEXT), *columns)
    sa.Index("ux_text" if unique else "ix_text", note.c.text, unique=unique)
    assert parent is not None
    return Tables(metadata, {}, {})


def evolve(store: Store, tables: Tables, at: int, backfill: Backfill | None = None) -> bool:
    return evolution.evolve(store, Wanted(tables), at, backfill)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place, durability="normal")
    yield made
    made.close()


def seen(store: Store) -> dict[str, list[str]]:
    with store.reading() as connection:
        return {table: list(columns) for table, columns in store.columns(connection).items()}


def indexes(store: Store) -> set[str]:
    with store.reading() as connection:
        names = {name for kept in store.indexes(connection).values() for name in kept}
    return {name for name in names if not name.startswith("sqlite_") and not name.endswith("_pkey")}


def test_a_new_database_gets_all_tables_once(store: Store) -> None:
    added: list[Added] = []
    assert evolve(store, tables(), 1, lambda _, what: added.append(what))
    assert not evolve(store, tables(), 2, lambda _, what: added.append(what))
    assert [what.is_new for what in added] == [True]
    assert seen(store)["order"] == ["id", "text"]
    assert {part.split()[0] for part in released(store)} == {"sidra_release", "parent", "order"}


def test_columns_and_indexes_are_added_to_what_exists(store: Store) -> None:
    evolve(store, tables(), 1)
    added: list[Added] = []
    more = tables(sa.Column("parent_id", TEXT, sa.ForeignKey("parent.id")), sa.Column("n", INTEGER))
    assert evolve(store, more, 2, lambda _, what: added.append(what))
    assert added[0].columns == {"order": frozenset({"parent_id", "n"})}
    assert seen(store)["order"] == ["id", "text", "parent_id", "n"]
    with pytest.raises(store.errors) as refused, store.writing() as connection:
        connection.execute("INSERT INTO \"order\" (id, parent_id) VALUES ('1', 'nowhere')")
    assert store.refusal(refused.value) == frozenset()


def test_what_the_model_no_longer_has_stays(store: Store) -> None:
    evolve(store, tables(sa.Column("n", INTEGER)), 1)
    evolve(store, tables(), 2)
    assert seen(store)["order"] == ["id", "text", "n"]


def test_a_type_never_changes(store: Store) -> None:
    evolve(store, tables(sa.Column("n", INTEGER)), 1)
    before = released(store)
    with pytest.raises(SchemaMismatch, match=r"order\.n"):
        evolve(store, tables(sa.Column("n", TEXT), sa.Column("m", TEXT)), 2)
    assert seen(store)["order"] == ["id", "text", "n"]
    assert released(store) == before


def test_values_that_exist_must_be_unique_before_they_have_to_be(store: Store) -> None:
    evolve(store, tables(), 1)
    with store.writing() as connection:
        connection.execute("INSERT INTO \"order\" VALUES ('1', 'same'), ('2', 'same')")
    before = released(store)
    with pytest.raises(SchemaMismatch, match="same text"):
        evolve(store, tables(unique=True), 2)
    assert released(store) == before


def test_what_was_unique_is_free_again_once_the_model_takes_that_back(store: Store) -> None:
    evolve(store, tables(unique=True), 1)
    assert evolve(store, tables(), 2)
    with store.writing() as connection:
        connection.execute("INSERT INTO \"order\" VALUES ('1', 'same'), ('2', 'same')")
    assert indexes(store) == {"ix_text"}


def test_indexes_that_are_not_of_our_making_stay(store: Store) -> None:
    evolve(store, tables(unique=True), 1)
    with store.writing() as connection:
        connection.execute('CREATE INDEX by_hand ON "order" (text)')
        connection.execute("CREATE TABLE theirs (text TEXT)")
        connection.execute("CREATE INDEX ix_theirs ON theirs (text)")
    evolve(store, tables(), 2)
    assert indexes(store) == {"ix_text", "by_hand", "ix_theirs"}


def test_an_index_left_over_from_before_goes_with_the_next_change(store: Store) -> None:
    evolve(store, tables(), 1)
    with store.writing() as connection:
        connection.execute('CREATE UNIQUE INDEX ux_parent_left_over ON "parent" (id)')
    evolve(store, tables(sa.Column("n", INTEGER)), 2)
    assert indexes(store) == {"ix_text"}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_key_that_a_table_has_no_more_goes(store: Store) -> None:
    def of(*, key: bool) -> Tables:
        metadata = sa.MetaData()
        sa.Table("sidra_release", metadata, sa.Column("model", TEXT, primary_key=True), sa.Column("at", INTEGER))
        text = sa.Table("text", metadata, sa.Column("id", TEXT, primary_key=key, nullable=False))
        if not key:
            sa.Index("ix_text_id", text.c.id)
        return Tables(metadata, {}, {})

    evolve(store, of(key=True), 1)
    with store.reading() as connection:
        changes = difference(Wanted(of(key=False)), kept_in(store, connection), store.dialect)
    assert "index `text_pkey` is needed no more" in [change.says for change in changes]
    evolve(store, of(key=False), 2)
    with store.writing() as connection:
        assert store.indexes(connection)["text"] == {"ix_text_id"}
        connection.execute("INSERT INTO text VALUES ('1'), ('1')")


def test_a_backfill_that_fails_leaves_the_database_as_it_was(store: Store) -> None:
    evolve(store, tables(), 1)

    def fail(_connection: object, _added: Added) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        evolve(store, tables(sa.Column("n", INTEGER)), 2, fail)
    assert seen(store)["order"] == ["id", "text"]


def test_another_process_that_was_faster_leaves_nothing_to_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    evolve(store, tables(), 1)
    monkeypatch.setattr("sidra.store.schema.evolve.released", lambda _: frozenset())
    assert not evolve(store, tables(), 2)


def test_tables_of_the_program_that_changed_are_seen_although_the_configuration_did_not(store: Store) -> None:
    evolve(store, tables(), 1)
    assert evolve(store, tables(unique=True), 2)
    assert evolve(store, tables(sa.Column("n", INTEGER), unique=True), 3)
    assert not evolve(store, tables(sa.Column("n", INTEGER), unique=True), 4)


@pytest.mark.parametrize(
    ("documents", "named"),
    [
        (
            ("entity: a\nrelations: {b: {to: a, many: true}}\n", "entity: a_b\n"),
            r"the entity `a_b` and the relation `b` of `a` would both be kept as `a_b`",
        ),
        (
            (
                "entity: a\nrelations: {b_c: {to: a, many: true}}\n",
                "entity: a_b\nrelations: {c: {to: a, many: true}}\n",
            ),
            r"the relation `b_c` of `a` and the relation `c` of `a_b`",
        ),
        (("entity: sidra_sequence\n",), r"the program itself and the entity `sidra_sequence`"),
        (
            (
                "entity: a\nattributes: {b_c: {type: string, unique: true}}\n",
                "entity: a_b\nattributes: {c: {type: string, unique: true}}\n",
            ),
            r"an index of `a` and an index of `a_b`",
        ),
    ],
)
def test_two_things_of_one_name_are_found_before_the_database_sees_them(
    documents: tuple[str, ...], named: str, store: Store
) -> None:
    with pytest.raises(SchemaMismatch, match=named) as refusal:
        evolve(store, build_tables(model_of(*documents)), 1)
    assert refusal.value.code == "R003"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("n: {type: decimal, scale: 2}", "n: {type: decimal}", "numbers of 2 decimal places"),
        ("n: {type: integer}", "n: {type: percent}", "kept as integer"),
        ("n: {type: string}", "n: {type: json}", "kept as text and would become json"),
        ("n: {type: string}", "n: {type: string, localised: true}", "texts by language"),
        ("n: {type: money}", "n_amount: {type: integer}", "kept as money"),
        ("n: {type: datetime}", "n: {type: duration}", "kept as datetime"),
    ],
)
def test_values_are_never_read_as_another_type_even_if_that_was_gone_for_a_while(
    before: str, after: str, told: str, store: Store
) -> None:
    thing, nothing = "entity: thing\nattributes: {{{}}}\n", "entity: thing\n"
    evolve(store, build_tables(model_of(thing.format(before))), 1)
    column = "n_amount" if "money" in before else "n"
    with store.writing() as connection:
        connection.execute(f"INSERT INTO thing (id, version, {column}) VALUES ('{NOBODY}', 1, '1')")
    evolve(store, build_tables(model_of(nothing)), 2)
    known = released(store)
    # PostgreSQL has types of its own for some of them, and refuses these first.
    with pytest.raises(SchemaMismatch, match=f"{told}|is kept as TEXT"):
        evolve(store, build_tables(model_of(thing.format(after))), 3)
    assert released(store) == known
    assert evolve(store, build_tables(model_of(thing.format(before))), 4)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_attribute_without_values_may_get_another_type_and_a_text_another_form(store: Store) -> None:
    thing = "entity: thing\nattributes: {{n: {{type: {}}}}}\n"
    for at, type_ in enumerate(("date", "json", "string")):
        assert evolve(store, build_tables(model_of(thing.format(type_))), at)
    with store.writing() as connection:
        connection.execute("INSERT INTO thing (id, version, n) VALUES (x'00', 1, 'a@b.org')")
    assert not evolve(store, build_tables(model_of(thing.format("email"))), 9)


def test_a_reference_never_leads_to_another_table(store: Store) -> None:
    other, link = "entity: other\n", "entity: thing\nrelations: {{n: {{to: {}{}}}}}\n"
    for many in ("", ", many: true"):
        name = f"thing{bool(many)}".lower()
        document = link.replace("entity: thing", f"entity: {name}")
        evolve(store, build_tables(model_of(document.format(name, many), other)), 1)
        with pytest.raises(SchemaMismatch, match=f"references to `{name}` and would become references to `other`"):
            evolve(store, build_tables(model_of(document.format("other", many), other)), 2)
