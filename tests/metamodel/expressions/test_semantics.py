"""The rules of the language, one by one, in the order of its definition."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.metamodel.expressions.shop import evaluated, refused, ticket

from sidra_metamodel.values import Money, Period

TWO = [ticket(1, effort=5, status="open"), ticket(2, effort=None, status=None)]


@pytest.mark.parametrize(
    "path", ["manager.name", "manager.manager.name", "party[individual].birth_date", "balance.amount"]
)
def test_navigation_from_null_gives_null(path: str) -> None:
    assert evaluated(path, {"manager": None, "party": None, "balance": None}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null == null", True),
        ("null != 'gold'", True),
        ("null in ['a']", False),
        ("null in ['a', null]", True),
        ("name == null", True),
        ("name == manager.name", True),
        ("segment != 'gold'", True),
        ("segment == 'gold'", False),
        ("segment in ['gold', 'silver']", False),
        ("!(segment in ['gold'])", True),
        ("unit in user.units", False),
    ],
)
def test_equality_and_membership_are_total(text: str, expected: bool) -> None:
    assert evaluated(text, {"name": None, "segment": None, "manager": None}) is expected


@pytest.mark.parametrize(
    "text",
    [
        "age < 1",
        "age + 1",
        "-age",
        "1 - age",
        "name + 'x'",
        "name.size()",
        "'a'.contains(name)",
        "seen + wait",
        "balance * 2",
    ],
)
def test_order_arithmetic_and_functions_of_null_are_null(text: str) -> None:
    assert evaluated(text, {}) is None


KLEENE = [(a, b) for a in ("true", "false", "null") for b in ("true", "false", "null")]


@pytest.mark.parametrize(("left", "right"), KLEENE)
def test_and_and_or_are_kleene(left: str, right: str) -> None:
    values = {"true": True, "false": False, "null": None}
    sides = {values[left], values[right]}
    conjunction = False if False in sides else None if None in sides else True
    disjunction = True if True in sides else None if None in sides else False
    record = {"vip": values[left], "manager": {"vip": values[right]}}
    assert evaluated("vip && manager.vip", record) is conjunction
    assert evaluated("vip || manager.vip", record) is disjunction
    assert evaluated(f"!({left})") is {True: False, False: True, None: None}[values[left]]


@pytest.mark.parametrize("when_null", [True, False])
@pytest.mark.parametrize(("left", "right"), KLEENE)
def test_a_collapsed_null_is_the_kleene_result_collapsed(left: str, right: str, when_null: bool) -> None:
    values = {"true": True, "false": False, "null": None}
    record = {"vip": values[left], "manager": {"vip": values[right]}}
    for text in (
        "vip && !manager.vip",
        "!(vip || manager.vip)",
        "vip ? manager.vip : !vip",
        "(vip && manager.vip) == vip",
    ):
        exact = evaluated(text, record)
        assert evaluated(text, record, when_null=when_null) is (when_null if exact is None else exact)


def test_a_condition_that_is_null_takes_the_second_branch() -> None:
    assert evaluated("vip ? 'yes' : 'no'", {"vip": None}) == "no"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tickets.exists(t, t.effort > 3)", True),
        ("tickets.exists(t, t.effort < 3)", False),
        ("tickets.all(t, t.effort > 3)", False),
        ("tickets.filter(t, t.effort > 3).all(t, t.effort > 3)", True),
        ("tickets.filter(t, t.effort > 3).size()", 1),
        ("tickets.exists_one(t, t.status == 'open')", True),
        ("manager.tickets.all(t, false)", True),
        ("manager.tickets.exists(t, true)", False),
        ("manager.tickets.size()", 0),
    ],
)
def test_macro_bodies_collapse_null_to_false(text: str, expected: object) -> None:
    assert evaluated(text, {"tickets": TWO, "manager": None}) == expected


def test_the_final_null_is_the_sites() -> None:
    assert evaluated("age > 18", {}, when_null=False) is False
    assert evaluated("age > 18", {}, when_null=True) is True
    assert evaluated("age > 18", {}, when_null=None) is None


@pytest.mark.parametrize(
    "text",
    [
        "vip < true",
        "vip && 1",
        "age ? 1 : 2",
        "!age",
        "balance > 3",
        "balance == 3",
        "age == name",
        "born < now",
        "name < born",
    ],
)
def test_types_that_never_meet_are_refused(text: str) -> None:
    assert refused(text).message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 0.5", Decimal("1.5")),
        ("age == 7.0", True),
        ("coalesce(null, age, 0.5)", Decimal(7)),
        ("money(1, 'XOF') + money(2.5, 'XOF')", Money(Decimal("3.5"), "XOF")),
        ("money(1, 'XOF') + money(2, 'EGP')", None),
        ("money(1, 'XOF') < money(2, 'EGP')", None),
        ("money(1, 'XOF') == money(1.0, 'XOF')", True),
        ("money(1, 'XOF') != money(1, 'EGP')", True),
        ("money(10, 'XOF') / 3", Money(Decimal("3.3333"), "XOF")),
        ("2 * money(10, 'XOF')", Money(Decimal(20), "XOF")),
        ("-money(10, 'XOF')", Money(Decimal(-10), "XOF")),
        ("money(3, 'XOF').amount", Decimal(3)),
    ],
)
def test_integers_widen_and_money_keeps_its_currency(text: str, expected: object) -> None:
    assert evaluated(text, {"age": 7}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("7 / 0", None),
        ("7 % 0", None),
        ("1.0 / 3", Decimal("0.3333")),
        ("-1.0 / 3", Decimal("-0.3333")),
        ("1.0 / 0.0", None),
        ("-7.5 % 2", Decimal("-1.5")),
        ("9223372036854775807 + 1", None),
        ("-9223372036854775807 - 2", None),
        ("9223372036854775807 * 2", None),
        ("9000000000.0 * 9000000000.0 * 9000000000.0", None),
        ("0.1 + 0.2 == 0.3", True),
        ("duration('5s') / 2", timedelta(seconds=2.5)),
        ("duration('5s') / 0", None),
        ("2 * duration('5s') - duration('1s')", timedelta(seconds=9)),
        ("duration('1s') * 9223372036854775807", None),
        ("money(1, 'XOF') / 0", None),
    ],
)
def test_arithmetic_truncates_and_gives_null_where_there_is_no_result(text: str, expected: object) -> None:
    assert evaluated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now - duration('48h')", datetime(2026, 3, 18, 9, tzinfo=UTC)),
        ("today", date(2026, 3, 20)),
        ("today - date('2026-03-01')", timedelta(days=19)),
        ("now + duration('10675199d') * 300", None),
        ("now + duration('10675199d')", None),
        ("now - duration('10675199d')", None),
        ("duration('106751991d') + duration('1d')", None),
        ("duration('-106751991d') - duration('1d')", None),
        ("duration('1s') * 10000000000000", None),
        ("-duration('1s') + now == now - duration('1s')", True),
        ("user.locale + affiliate.currency", "frXOF"),
        ("'agent' in user.roles", True),
        ("user.roles[0]", "agent"),
        ("user.roles[7]", None),
        ("add_months(date('2024-01-31'), 1)", date(2024, 2, 29)),
        ("add_months(date('0001-01-31'), -1)", None),
        ("add_days(date('9999-12-31'), 1)", None),
        ("timestamp('2026-03-01T08:00:00+01:00')", datetime(2026, 3, 1, 7, tzinfo=UTC)),
    ],
)
def test_clock_and_user_are_bound_by_the_caller(text: str, expected: object) -> None:
    assert evaluated(text) == expected


def test_strings_compare_by_case_and_code_point() -> None:
    assert evaluated("'Z' < 'a' && 'é' > 'z' && 'a' != 'A'") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(tickets)", 2),
        ("count(tickets.effort)", 1),
        ("size(tickets.effort)", 2),
        ("sum(tickets.effort)", 5),
        ("sum(tickets.cost)", Decimal(0)),
        ("sum(tickets.took)", timedelta()),
        ("sum(tickets.fee)", None),
        ("avg(tickets.effort)", Decimal("5.0000")),
        ("avg(tickets.cost)", None),
        ("avg(tickets.fee)", None),
        ("avg(tickets.took)", None),
        ("min_of(tickets.effort)", 5),
        ("max_of(tickets.cost)", None),
        ("max_of(tickets.fee)", None),
        ("tickets.first().effort", 5),
        ("tickets.last().id", "00000000-0000-0000-0000-000000000002"),
        ("manager.tickets.first().effort", None),
        ("tickets.map(t, t.effort)", [None, 5]),
        ("5 in tickets.effort", True),
        ("null in tickets.effort", True),
        ("tickets.customer.size()", 1),
        ("tickets.notes.stars.sum()", 3),
        ("tickets.first() in tickets", True),
        ("manager in tickets.customer", False),
        ("has(tickets) && !has(manager.tickets) && !has(name)", True),
    ],
)
def test_aggregates_skip_null(text: str, expected: object) -> None:
    first, second = (dict(record) for record in TWO)
    first |= {"customer": {"id": "c"}, "notes": [{"stars": 1}, {"stars": 2}]}
    assert evaluated(text, {"tickets": [second, first], "manager": None, "name": None}) == expected


def test_amounts_of_one_currency_are_summed_and_of_two_are_not() -> None:
    one = [ticket(1, fee=Money(Decimal(1), "XOF")), ticket(2, fee=Money(Decimal(4), "XOF"))]
    two = [*one, ticket(3, fee=Money(Decimal(1), "EGP"))]
    expected: dict[str, Any] = {"sum": Decimal(5), "avg": Decimal("2.5"), "min_of": Decimal(1), "max_of": Decimal(4)}
    for name, amount in expected.items():
        assert evaluated(f"{name}(tickets.fee)", {"tickets": one}) == Money(amount, "XOF")
        assert evaluated(f"{name}(tickets.fee)", {"tickets": two}) is None


def test_durations_are_averaged_to_the_microsecond() -> None:
    tickets = [ticket(1, took=timedelta(microseconds=1)), ticket(2, took=timedelta(microseconds=2))]
    assert evaluated("avg(tickets.took)", {"tickets": tickets}) == timedelta(microseconds=1)


def test_a_record_without_an_id_is_the_newest() -> None:
    tickets = [{"effort": 9}, ticket(1, effort=1)]
    assert evaluated("tickets.first().effort - tickets.last().effort", {"tickets": tickets}) == -8


def test_narrowing_gives_null_for_a_record_of_another_entity() -> None:
    person = {"kind": "individual", "birth_date": date(1988, 6, 14)}
    assert evaluated("party[individual].birth_date", {"party": person}) == date(1988, 6, 14)
    assert evaluated("party[individual].birth_date", {"party": {"kind": "organization"}}) is None
    assert evaluated("anything[party].name", {"anything": {"kind": "individual", "name": "Awa"}}) == "Awa"
    assert evaluated("anything[party].name", {"anything": {"name": "Awa"}}) is None
    assert evaluated("party[party].name", {"party": {"name": "Awa"}}) == "Awa"


def test_changed_compares_with_the_record_before() -> None:
    assert evaluated("changed(age)", {"age": 2}, old={"age": 1}) is True
    assert evaluated("changed(manager.name)", {"manager": {"name": "A"}}, old={"manager": {"name": "A"}}) is False
    assert evaluated("changed(age)", {"age": 2}, old=None) is True
    assert evaluated("changed(manager)", {"manager": {"id": "a"}}, old={"manager": {"id": "b"}}) is True


def test_json_is_read_freely() -> None:
    record = {"data": {"city": "Dakar", "rooms": [1, 2.5, True]}}
    assert evaluated("data.city == 'Dakar' && data['rooms'][1] == 2.5", record) is True
    assert evaluated("data.rooms[2] == 1", record) is False
    assert evaluated("data.rooms[2] == true && data.rooms[9] == null && data.none.such != 1", record) is True


def test_periods_have_a_start_and_an_end() -> None:
    record = {"valid": Period(datetime(2026, 1, 1, tzinfo=UTC), None)}
    assert evaluated("valid.start < now && valid.end == null", record) is True


def test_records_compare_by_identity() -> None:
    record = {"id": "a", "manager": {"id": "a", "name": "other fields"}, "party": None}
    assert evaluated("manager == this && party == null && this in [manager]", record) is True
