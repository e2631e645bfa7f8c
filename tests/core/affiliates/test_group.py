from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from tests.core.affiliates.installations import Installation, installation
from tests.servers import PostgresqlServer

from sidra.access.actor import system_actor
from sidra.affiliates.group import Line, NotOfGroup, Report, report
from sidra.affiliates.registry import Affiliates
from sidra.errors import BadQuery, NotFound, SidraError
from sidra.records.grouping import Grouping
from sidra.records.query import Filter
from sidra_metamodel.values import Money

BILL = """
entity: bill
attributes:
  status: {type: enum, enum: bill_status, filter: true}
  total: {type: money}
  phone: {type: phone, search: exact, pii: [contact]}
"""
STATUS = "enum: bill_status\nvalues: {open: {}, paid: {}}\n"
LOCAL = "entity: bill\nattributes:\n  x_sn_wave: {$why: asked for, type: boolean, filter: true}\n"
STORES = {"sn": "{sqlite: sn.db}", "eg": "{schema: eg}", "pl": "{schema: pl}"}
CURRENCIES = {"sn": "XOF", "eg": "EUR", "pl": "EUR"}


@pytest.fixture
def made(tmp_path: Path, postgresql_server: PostgresqlServer) -> Iterator[Installation]:
    """Three affiliates, one in a file and two in schemas, with six bills each; `pl` has one that is paid."""
    with installation(tmp_path, postgresql_server) as found:
        found.write("baseline/core/bill.yaml", BILL)
        found.write("baseline/core/bill_status.yaml", STATUS)
        for name, store in STORES.items():
            found.add(name, store)
        for name in ("eg", "pl"):
            found.provision(name)
        with closing(Affiliates(found.settings)) as affiliates:
            for name in STORES:
                runtime = affiliates.get(name)
                assert runtime is not None, affiliates.state(name)
                records = runtime.records(system_actor("test"))
                for number in range(6):
                    status = "paid" if name == "pl" and number == 0 else "open"
                    records.create("bill", {"status": status, "total": Money(Decimal(number), CURRENCIES[name])})
        yield found


def reported(made: Installation, grouping: Grouping, entity: str = "bill", *only: str) -> Report:
    with closing(Affiliates(made.settings)) as affiliates:
        return report(affiliates, entity, grouping, only)


def test_the_records_of_all_stores_are_added_up(made: Installation) -> None:
    found = reported(made, Grouping(("status",)))
    assert found.lines == (Line(("open",), None, None, ()), Line(("paid",), None, None, ()))
    assert (found.answered, dict(found.missing)) == (("eg", "pl", "sn"), {})


def test_currencies_are_not_added_to_each_other(made: Installation) -> None:
    assert reported(made, Grouping((), ("total",))).lines == (
        Line((), "EUR", 12, (Decimal(30),)),
        Line((), "XOF", 6, (Decimal(15),)),
    )


def test_the_affiliate_is_a_key_like_others(made: Installation) -> None:
    found = reported(made, Grouping(("affiliate", "status"), ("total",)), "bill", "eg", "sn")
    assert found.lines == (
        Line(("eg", "open"), "EUR", 6, (Decimal(15),)),
        Line(("sn", "open"), "XOF", 6, (Decimal(15),)),
    )
    # How many `pl` has in all less its open ones would be the one that is paid, and its total is another report.
    found = reported(made, Grouping(("affiliate", "status"), ("total",)))
    assert (found.lines, found.left_out) == ((Line(("sn", "open"), "XOF", 6, (Decimal(15),)),), 3)


def test_a_report_may_be_of_some_affiliates(made: Installation) -> None:
    assert reported(made, Grouping(), "bill", "sn", "eg").lines == (Line((), None, 12, ()),)
    with pytest.raises(NotFound):
        reported(made, Grouping(), "bill", "zz")


def test_an_affiliate_that_does_not_answer_is_named_and_the_others_count(made: Installation) -> None:
    made.add("pl", '{database: "postgresql://127.0.0.1:1/poland"}')
    found = reported(made, Grouping())
    assert (found.lines, found.answered) == ((Line((), None, 12, ()),), ("eg", "sn"))
    assert list(found.missing) == ["pl"]


def test_a_report_that_nobody_answers_is_an_error(made: Installation) -> None:
    made.add("pl", '{database: "postgresql://127.0.0.1:1/poland"}')
    with pytest.raises(SidraError):
        reported(made, Grouping(), "bill", "pl")


@pytest.mark.parametrize(
    "grouping",
    [Grouping(("x_sn_wave",)), Grouping((), ("x_sn_wave",)), Grouping((), (), (Filter("x_sn_wave", "eq", True),))],
)
def test_what_an_overlay_added_is_refused(made: Installation, grouping: Grouping) -> None:
    made.write("affiliates/sn/bill.yaml", LOCAL)
    with pytest.raises(NotOfGroup, match="of one affiliate"):
        reported(made, grouping, "bill", "sn")


def test_what_an_affiliate_hid_is_refused(made: Installation) -> None:
    hidden = "entity: bill\nattributes:\n  status: {hidden: true, $why: not used here}\n"
    made.write("affiliates/sn/bill.yaml", hidden)
    with pytest.raises(NotOfGroup, match="`sn` has hidden `status`"):
        reported(made, Grouping(("status",)))
    assert reported(made, Grouping(("status",)), "bill", "eg", "pl").answered == ("eg", "pl")


def test_an_entity_that_an_affiliate_lacks_is_refused(made: Installation) -> None:
    with pytest.raises(NotOfGroup, match="no entity `invoice`"):
        reported(made, Grouping(), "invoice")


def test_nobody_is_looked_up_by_what_is_personal(made: Installation) -> None:
    with pytest.raises(NotOfGroup, match="personal"):
        reported(made, Grouping((), (), (Filter("phone", "eq", "+221771234567"),)))


def test_what_no_list_is_narrowed_by_is_refused(made: Installation) -> None:
    with pytest.raises(BadQuery):
        reported(made, Grouping(("total",)))
