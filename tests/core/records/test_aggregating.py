from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.core.models import LAYER, model_of
from tests.prepared import Prepared

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery, Forbidden, TookLong
from sidra.records.aggregating import Aggregation, Buckets, Tally, aggregate, groups_by
from sidra.records.counting import count_of
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.recounting import Recount, Recounts
from sidra.records.selecting import Selecting
from sidra.records.service import Records
from sidra.records.work import UnitOfWork
from sidra.store.database import Store
from sidra_metamodel.model import Model
from sidra_metamodel.values import Money

SYSTEM = system_actor("test")
WARSAW = ZoneInfo("Europe/Warsaw")
SHOP = "entity: shop\ntitle: name\nattributes:\n  name: {type: string}\n"
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
  lines: {type: integer}
  rate: {type: decimal, scale: 2}
  queue: {type: string, filter: true}
  email: {type: string, filter: true, pii: [contact]}
  unindexed: {type: enum, enum: bill_status}
  hidden: {type: enum, enum: bill_status, filter: true}
  masked: {type: integer}
relations:
  shop: {to: shop}
"""
STATUS = "enum: bill_status\nvalues: {open: {}, paid: {}, late: {}}\n"
CLERK = """
role: clerk
may:
  shop: {do: [read]}
  bill: {do: [read], rows: "unit in user.units", columns: {hidden: none, lines: none, masked: mask}}
"""
NOBODY = "role: nobody\nmay: {}\n"
OTHERS = (
    "role: of_dakar\nmay: {bill: {do: [read], rows: \"unit == 'dakar'\"}}\n",
    "role: of_thies\nmay: {bill: {do: [read], rows: \"unit == 'thies'\"}}\n",
    "role: all_of_them\nmay: {bill: {do: [read]}}\n",
)
ME = "00000000-0000-7000-8000-0000000000aa"
KEYS = ("status", "paid", "unit", "queue", "shop")
MEASURES = ("", "amount", "lines", "rate")


@pytest.fixture
def model() -> Model:
    """Bills of shops, and who may read them."""
    return model_of(SHOP, BILL, STATUS, CLERK, NOBODY, *OTHERS, layer=LAYER)


@pytest.fixture
def store(prepared: Prepared, model: Model) -> Iterator[Store]:
    """A store of each database."""
    with prepared.store_of(model) as store:
        yield store


@pytest.fixture
def records(prepared: Prepared, model: Model, store: Store) -> Records:
    """Those of the system, with bills around the night when clocks are put forward."""
    runtime = prepared.runtime(model, store)
    random = Random(11)
    start = datetime.datetime(2026, 3, 26, tzinfo=datetime.UTC)

    def fill(unit: UnitOfWork) -> None:
        shops = [unit.records.create("shop", {"name": name}, work=unit).id for name in "abc"]
        for number in range(90):
            at = start + datetime.timedelta(minutes=random.randrange(6 * 24 * 60))
            unit.records.create("bill", bill(random, shops, number, at), work=unit)

    runtime.transact(SYSTEM, fill)
    return runtime.records(SYSTEM)


def bill(random: Random, shops: list[str], number: int, at: datetime.datetime) -> dict[str, Any]:
    """Values of every kind, some of them missing."""
    amount = Money(Decimal(random.randrange(1, 9000)) / 100, random.choice(("XOF", "XOF", "XOF", "EUR")))
    return {
        "number": str(number),
        "status": random.choice(("open", "paid", "late", None)),
        "paid": random.random() < 0.5,
        "unit": random.choice(("dakar", "thies", None)),
        "queue": random.choice((*"abcdefgh", None)),
        "shop": random.choice((*shops, None)),
        "amount": random.choice((amount, None)),
        "lines": random.choice((random.randrange(40), None)),
        "rate": random.choice((Decimal(random.randrange(900)) / 100, None)),
        "hidden": random.choice(("open", "paid")),
        "masked": random.randrange(9),
        "at": at,
        "due": at.date(),
    }


def clerk(records: Records, *units: str) -> Records:
    return records.runtime.records(Actor(ME, "A", frozenset({"clerk"}), units))


def days(path: str, zone: ZoneInfo) -> Buckets:
    first = datetime.date(2026, 3, 27)
    edges = (first + datetime.timedelta(days=place) for place in range(5))
    return Buckets(path, tuple(datetime.datetime.combine(edge, datetime.time(), zone) for edge in edges))


def hours(zone: ZoneInfo) -> Buckets:
    start = datetime.datetime(2026, 3, 28, 20, tzinfo=zone).astimezone(datetime.UTC)
    return Buckets("at", tuple(start + datetime.timedelta(hours=place) for place in range(10)))


def expected(found: list[Record], wanted: Aggregation, currency: str) -> dict[tuple[int, object], Tally]:
    """The same, counted one by one."""
    cells: dict[tuple[int, object], Tally] = defaultdict(Tally)
    for record in found:
        place = place_of(record, wanted.buckets) if wanted.buckets else 0
        if place is None:
            continue
        by = f"{wanted.by}_id" if wanted.by == "shop" else wanted.by
        value = record.get(wanted.measure) if wanted.measure else None
        if isinstance(value, Money):
            value = value.amount if value.currency == currency else None
        amount = Tally(1) if value is None else Tally(1, 1, Decimal(value))
        cells[place, record.get(by) if by else None] += amount
    return dict(cells)


def place_of(record: Record, buckets: Buckets) -> int | None:
    value = record.get(buckets.path)
    if value is None:
        return None
    edges: list[Any] = [edge if isinstance(value, datetime.datetime) else edge.date() for edge in buckets.edges]
    return next((place for place in range(len(edges) - 1) if edges[place] <= value < edges[place + 1]), None)


def all_of(records: Records, query: Query) -> list[Record]:
    return records.list("bill", Query(filters=query.filters, where=query.where, limit=1000)).records


@pytest.mark.parametrize("by", ["", *KEYS])
def test_every_cell_is_what_the_listed_records_give_one_by_one(records: Records, by: str) -> None:
    readers = (records, clerk(records, "dakar"))
    spans = (None, days("at", WARSAW), days("due", WARSAW), hours(WARSAW), days("at", ZoneInfo("Asia/Kathmandu")))
    narrowed = (Query(), Query(filters=(Filter("status", "in", ["open", "late"]),)))
    for reader in readers:
        for query in narrowed:
            listed = all_of(reader, query)
            for buckets in spans:
                for measure in MEASURES if reader is records else ("", "amount", "rate"):
                    wanted = Aggregation(query, by, buckets, measure, limit=50)
                    found = aggregate(reader, "bill", wanted)
                    assert dict(found.cells) == expected(listed, wanted, found.currency), wanted
                    assert not found.rest


def test_values_beyond_the_limit_are_counted_together(records: Records) -> None:
    for buckets in (None, days("at", WARSAW)):
        whole = aggregate(records, "bill", Aggregation(by="queue", buckets=buckets, measure="rate"))
        short = aggregate(records, "bill", Aggregation(by="queue", buckets=buckets, measure="rate", limit=3))
        assert len(short.keys) == 3
        assert short.keys == whole.keys[:3]
        assert short.rest
        assert short.total() == whole.total()


def test_amounts_are_those_of_one_currency_and_others_are_named(records: Records) -> None:
    found = aggregate(records, "bill", Aggregation(measure="amount"))
    amounts = [record["amount"] for record in all_of(records, Query()) if record["amount"] is not None]
    assert found.currency == records.runtime.model.currency
    assert found.at().total == sum(each.amount for each in amounts if each.currency == found.currency)
    other = next(iter({each.currency for each in amounts} - {found.currency}))
    assert found.others[other].total == sum(each.amount for each in amounts if each.currency == other)


@pytest.mark.parametrize(
    "wanted",
    [
        Aggregation(by="hidden"),
        Aggregation(by="email"),
        Aggregation(by="unindexed"),
        Aggregation(by="lines"),
        Aggregation(by="nothing"),
        Aggregation(measure="lines"),
        Aggregation(measure="masked"),
        Aggregation(measure="status"),
        Aggregation(Query(filters=(Filter("hidden", "eq", "open"),))),
        Aggregation(buckets=days("hidden", WARSAW)),
        Aggregation(by="status", limit=0),
    ],
)
def test_nothing_is_told_of_what_the_reader_may_not_read_or_lists_are_not_narrowed_by(
    records: Records, wanted: Aggregation
) -> None:
    with pytest.raises(BadQuery):
        aggregate(clerk(records, "dakar"), "bill", wanted)


def test_who_may_read_none_of_it_counts_none_of_it(records: Records) -> None:
    nobody = records.runtime.records(Actor("00000000-0000-7000-8000-0000000000ab", "B", frozenset({"nobody"})))
    with pytest.raises(Forbidden):
        aggregate(nobody, "bill", Aggregation())


def test_hidden_values_and_hidden_records_change_no_number(records: Records) -> None:
    reader = clerk(records, "dakar")
    asked = [Aggregation(by=by, buckets=buckets) for by in ("", *KEYS) for buckets in (None, days("at", WARSAW))]
    before = [aggregate(reader, "bill", wanted) for wanted in asked]
    for record in all_of(records, Query()):
        if record["unit"] == "dakar":
            records.update("bill", record.id, {"hidden": "late", "masked": 1, "lines": 99})
        else:
            records.delete("bill", record.id)
    assert [aggregate(reader, "bill", wanted) for wanted in asked] == before


def test_the_groups_offered_are_those_that_are_answered(records: Records) -> None:
    view = clerk(records, "dakar").view("bill")
    assert set(groups_by(view)) == {"status", "paid", "queue", "shop", "unit"}


def test_an_answer_of_moments_ago_serves_only_readers_with_the_same_rights(records: Records) -> None:
    recounts = Recounts()
    mine = clerk(records, "dakar")
    first = aggregate(mine, "bill", Aggregation(), Recount(60, recounts)).total()
    records.create("bill", {"number": "new", "unit": "dakar"})
    assert aggregate(clerk(records, "dakar"), "bill", Aggregation(), Recount(60, recounts)).total() == first
    assert aggregate(mine, "bill", Aggregation(), Recount(0, recounts)).total().count == first.count + 1
    other = aggregate(clerk(records, "thies"), "bill", Aggregation(), Recount(60, recounts)).total()
    assert other.count == len([one for one in all_of(records, Query()) if one["unit"] == "thies"])


@pytest.mark.parametrize("where", ["unit == 'dakar'", "unit == 'thies'"])
def test_a_count_of_moments_ago_is_of_the_same_words_and_not_only_of_one_form(records: Records, where: str) -> None:
    recounts = Recounts()

    def counted(role: str, query: Query) -> int:
        reader = records.runtime.records(Actor(ME, "A", frozenset({role}), ("dakar",)))
        assert count_of(reader, "bill", query, Recount(60, recounts)).value == len(all_of(reader, query))
        return aggregate(reader, "bill", Aggregation(query), Recount(60, recounts)).total().count

    roles = ("of_dakar", "of_thies")
    assert [counted(role, Query()) for role in roles] == [
        len([one for one in all_of(records, Query()) if one["unit"] == unit]) for unit in ("dakar", "thies")
    ]
    expression = Selecting(records.view("bill")).checked(where)
    narrowed = Query(where=expression)
    assert counted("all_of_them", narrowed) == len(all_of(records, narrowed))


def test_a_count_that_fails_leaves_nothing_behind(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    recounts = Recounts()

    def failing(*_: object) -> None:
        raise TookLong("the database took too long")

    with monkeypatch.context() as patch:
        patch.setattr(Records, "run", failing)
        with pytest.raises(TookLong):
            aggregate(records, "bill", Aggregation(), Recount(60, recounts))
    assert recounts._asking == {}
    assert aggregate(records, "bill", Aggregation(), Recount(60, recounts)).total().count > 0


def test_how_old_an_answer_is_follows_it(records: Records) -> None:
    recount = Recount(60)
    assert recount.age == datetime.timedelta()
    aggregate(records, "bill", Aggregation(), recount)
    recount.oldest = (recount.oldest or 0) - 20
    assert 20 <= recount.age.total_seconds() < 60
