from __future__ import annotations

from sqlalchemy.schema import CreateTable
from tests.core.models import model_of

from sidra.store.database import Store
from sidra.store.tables import build_tables

LONG = "a_name_that_is_long_enough_to_make_the_name_of_an_index_too_long"
DOCUMENTS = (
    "entity: party\nabstract: true\nattributes:\n  name: {type: string, sort: true, filter: true}\n",
    "entity: individual\nis_a: party\nattributes:\n  code: {type: string, unique: true}\n  name: {unique: true}\n",
    "entity: organization\nis_a: party\nattributes:\n  size: {type: integer, sort: true}\n",
    f"""
entity: order
attributes:
  {LONG}: {{type: string, filter: true}}
  price: {{type: money, unique: true}}
  loud: {{type: string, compute: "'x'"}}
  texts: {{type: string, localised: true}}
relations:
  party: {{to: party}}
  about: {{to: any}}
  friends: {{to: [party, order], many: true}}
indexes: {{both: [price, party]}}
""".lstrip(),
)


def test_subtypes_share_the_table_of_their_root() -> None:
    tables = build_tables(model_of(*DOCUMENTS))
    party, individual = tables.entities["party"], tables.entities["individual"]
    assert party.table is individual.table
    assert (party.kinds, individual.kinds, party.has_kind) == ((), ("individual",), True)
    assert set(party.table.c.keys()) >= {"id", "kind", "name", "name_sort", "code", "size", "version", "unit"}
    assert "code" in individual.members
    assert "code" not in party.members
    assert not tables.entities["order"].has_kind


def test_members_have_the_columns_of_their_type() -> None:
    order = build_tables(model_of(*DOCUMENTS)).entities["order"]
    assert order.members["price"].columns == ("price_amount", "price_currency")
    assert order.members["about"].columns == ("about_id", "about_kind")
    assert order.members["party"].columns == ("party_id",)
    assert order.members["about"].is_polymorphic
    assert "loud" not in order.members
    assert not order.members["texts"].has_sort_key
    assert order.column("price_amount") is order.table.c.price_amount


def test_a_relation_without_other_side_has_a_table_of_its_own() -> None:
    tables = build_tables(model_of(*DOCUMENTS))
    link = tables.links["order", "friends"]
    assert link.name == "order_friends"
    assert set(link.c.keys()) == {"source_id", "target_id", "target_kind", "role", "valid_from", "valid_to"}


def test_what_we_declare_holds_on_every_database() -> None:
    dialect = Store.open(":memory:").dialect
    for table in build_tables(model_of(*DOCUMENTS)).all:
        made = str(CreateTable(table).compile(dialect=dialect)).upper()
        for refused in ("TRIGGER", "SERIAL", "IDENTITY", "AUTOINCREMENT"):
            assert refused not in made
        for index in table.indexes:
            assert len(str(index.name)) <= 60


def test_every_reference_and_every_filter_has_an_index() -> None:
    table = build_tables(model_of(*DOCUMENTS)).entities["order"].table
    leading = {next(iter(index.columns)).name for index in table.indexes}
    assert leading >= {"party_id", "about_id", LONG, "created_at", "unit", "price_amount"}


def test_tables_of_the_same_documents_are_taken_over() -> None:
    model, other = model_of(*DOCUMENTS), model_of(*DOCUMENTS, "entity: one_more\n")
    first = build_tables(model)
    again = build_tables(model, first)
    assert again.entities == first.entities
    assert again.all[-1] is first.all[-1]
    assert build_tables(other, first).entities["order"].table is not first.entities["order"].table


def test_numbers_that_are_counted_are_unique_by_themselves() -> None:
    model = model_of("entity: thing\nattributes: {n: {type: sequence, sequence: 'N-{n}'}}")
    indexes = build_tables(model).entities["thing"].table.indexes
    assert [str(index.name) for index in indexes if index.unique] == ["ux_thing_n_present"]
