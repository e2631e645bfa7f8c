from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.core.models import LAYER, model_of
from tests.prepared import Prepared

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery, Forbidden
from sidra.records.grouping import Group, Grouping
from sidra.records.query import Filter
from sidra.records.service import Records
from sidra.store.database import Store
from sidra_metamodel.model import Model
from sidra_metamodel.values import Money

SYSTEM = system_actor("test")
BILL = """
entity: bill
title: number
attributes:
  number: {type: string}
  status: {type: enum, enum: bill_status, filter: true}
  paid: {type: boolean, filter: true}
  due: {type: date, filter: true}
  at: {type: datetime, filter: true}
  amount: {type: money}
  fee: {type: money}
  lines: {type: integer}
  rate: {type: decimal, scale: 2}
  note: {type: enum, enum: bill_status}
  gender: {type: enum, enum: bill_status, filter: true, pii: [sensitive]}
  text: {type: string, filter: true}
  hidden: {type: enum, enum: bill_status, filter: true}
"""
STATUS = "enum: bill_status\nvalues: {open: {}, paid: {}}\n"
CLERK = """
role: clerk
may:
  bill: {do: [read], rows: "unit in user.units", columns: {hidden: none, lines: none, rate: mask}}
"""
NOBODY = "role: nobody\nmay: {}\n"


@pytest.fixture
def model() -> Model:
    """Bills, and who may read them."""
    return model_of(BILL, STATUS, CLERK, NOBODY, layer=LAYER)


@pytest.fixture
def store(prepared: Prepared, model: Model) -> Iterator[Store]:
    """A store of each database."""
    with prepared.store_of(model) as store:
        yield store


@pytest.fixture
def records(prepared: Prepared, model: Model, store: Store) -> Records:
    """Those of the system, with five bills."""
    runtime = prepared.runtime(model, store)
    records = runtime.records(SYSTEM)
    for number, (status, unit, currency, day) in enumerate(
        [
            ("open", "dakar", "XOF", 1),
            ("open", "dakar", "XOF", 28),
            ("paid", "dakar", "XOF", 28),
            ("paid", "thies", "EUR", 28),
            (None, None, None, None),
        ]
    ):
        records.create(
            "bill",
            {
                "number": str(number),
                "status": status,
                "unit": unit,
                "paid": status == "paid",
                "amount": Money(Decimal("10.25"), currency) if currency else None,
                "lines": number,
                "rate": Decimal("1.50"),
                "due": datetime.date(2026, 2, day) if day else None,
                "at": datetime.datetime(2026, 2, day, 23, 30, tzinfo=datetime.UTC) if day else None,
            },
        )
    return records


def clerk(records: Records, *units: str) -> Records:
    return records.runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "A", frozenset({"clerk"}), units))


def counts(found: list[Group]) -> dict[tuple[object, ...], int]:
    return {group.values: group.count for group in found}


def test_without_a_key_there_is_one_group(records: Records) -> None:
    assert records.grouped("bill", Grouping()) == [Group((), None, 5, ())]


def test_records_are_counted_by_the_values_of_code_lists_units_and_truths(records: Records) -> None:
    assert counts(records.grouped("bill", Grouping(("status",)))) == {("open",): 2, ("paid",): 2, (None,): 1}
    assert counts(records.grouped("bill", Grouping(("paid",)))) == {(False,): 3, (True,): 2}
    found = counts(records.grouped("bill", Grouping(("unit", "status"))))
    assert found == {("dakar", "open"): 2, ("dakar", "paid"): 1, ("thies", "paid"): 1, (None, None): 1}


@pytest.mark.parametrize("name", ["due", "at"])
def test_dates_are_counted_by_their_period(records: Records, name: str) -> None:
    assert counts(records.grouped("bill", Grouping((f"{name}:year",)))) == {("2026",): 4, (None,): 1}
    assert counts(records.grouped("bill", Grouping((f"{name}:month",)))) == {("2026-02",): 4, (None,): 1}
    days = {("2026-02-01",): 1, ("2026-02-28",): 3, (None,): 1}
    assert counts(records.grouped("bill", Grouping((f"{name}:day",)))) == days
    assert sum(counts(records.grouped("bill", Grouping(("created_at:month",)))).values()) == 5


def test_amounts_are_added_up_by_currency_and_never_across(records: Records) -> None:
    found = records.grouped("bill", Grouping(("paid",), ("amount", "lines", "rate")))
    assert set(found) == {
        Group((False,), "XOF", 2, (Decimal("20.5"), Decimal(1), Decimal("3.00"))),
        Group((False,), None, 1, (None, Decimal(4), Decimal("1.50"))),
        Group((True,), "XOF", 1, (Decimal("10.25"), Decimal(2), Decimal("1.50"))),
        Group((True,), "EUR", 1, (Decimal("10.25"), Decimal(3), Decimal("1.50"))),
    }


def test_a_filter_narrows_what_is_counted(records: Records) -> None:
    found = records.grouped("bill", Grouping(("status",), filters=(Filter("due", "gt", "2026-02-10"),)))
    assert counts(found) == {("open",): 1, ("paid",): 2}


def test_only_rows_that_the_reader_may_see_are_counted(records: Records) -> None:
    assert counts(clerk(records, "thies").grouped("bill", Grouping(("status",)))) == {("paid",): 1}
    assert clerk(records).grouped("bill", Grouping()) == [Group((), None, 0, ())]


def test_who_may_not_read_the_entity_counts_nothing(records: Records) -> None:
    actor = Actor("00000000-0000-7000-8000-0000000000aa", "A", frozenset({"nobody"}))
    with pytest.raises(Forbidden):
        records.runtime.records(actor).grouped("bill", Grouping())


@pytest.mark.parametrize(
    "grouping",
    [
        Grouping(("hidden",)),
        Grouping((), ("lines",)),
        Grouping((), ("rate",)),
        Grouping((), (), (Filter("hidden", "eq", "open"),)),
    ],
)
def test_what_the_reader_may_not_read_is_neither_grouped_by_nor_added_up(records: Records, grouping: Grouping) -> None:
    records.grouped("bill", grouping)
    with pytest.raises(BadQuery):
        clerk(records, "dakar").grouped("bill", grouping)


@pytest.mark.parametrize(
    "grouping",
    [
        Grouping(("note",)),
        Grouping(("text",)),
        Grouping(("gender",)),
        Grouping(("due",)),
        Grouping(("due:week",)),
        Grouping(("status:month",)),
        Grouping(("nothing",)),
        Grouping(("amount",)),
        Grouping(("status", "paid", "unit", "due:day", "at:day")),
        Grouping((), ("text",)),
        Grouping((), ("nothing",)),
        Grouping((), ("amount", "fee")),
    ],
)
def test_what_is_not_declared_for_it_is_refused(records: Records, grouping: Grouping) -> None:
    with pytest.raises(BadQuery):
        records.grouped("bill", grouping)
