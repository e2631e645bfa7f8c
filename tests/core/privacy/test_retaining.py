"""Retention: what is due goes, what a dry run counts is what goes, and what is held stays."""

from __future__ import annotations

import datetime

import pytest
from tests.core.privacy.conftest import DOCUMENTS, NOW, MakeRuntime

from sidra.access.actor import system_actor
from sidra.identity.merging import Order, merge
from sidra.privacy.retaining import Retained, apply_retention
from sidra.runtime import Runtime

WHEN = "when: \"status == 'gone'\", after: 2y"
LATER = NOW + datetime.timedelta(days=800)


def made(make_runtime: MakeRuntime, retention: str, **given: datetime.datetime) -> Runtime:
    return make_runtime(f"{DOCUMENTS[0]}retention: {{{retention}}}\n", *DOCUMENTS[1:], **given)


def people(runtime: Runtime, number: int = 3, **values: str) -> list[str]:
    records = runtime.records(system_actor("test"))
    media = [{"address": "a@example.com"}]
    given = {"media": media, "status": "gone", **values}
    return [records.create("party", {"name": f"P {n}", "national_number": f"{n:05}"} | given).id for n in range(number)]


def names(runtime: Runtime, ids: list[str]) -> list[str | None]:
    records = runtime.records(system_actor("test"))
    found = (records.find("party", id) for id in ids)
    return [None if one is None else one["name"] for one in found]


@pytest.mark.parametrize("do", ["anonymise", "delete"])
def test_what_is_due_goes_and_a_dry_run_counts_the_same(make_runtime: MakeRuntime, do: str) -> None:
    runtime = made(make_runtime, f"{WHEN}, do: {do}")
    ids = people(runtime, 30)
    [stays] = people(runtime, 1, national_number="x", status="here")
    assert apply_retention(runtime)[0].count == 0
    later = made(make_runtime, f"{WHEN}, do: {do}", now=LATER)
    counted = apply_retention(later, dry_run=True)
    assert counted[0] == Retained("party", do, 30, 0)
    assert names(later, ids) == [f"P {n}" for n in range(30)]
    assert apply_retention(later) == counted
    assert set(names(later, ids)) == {"(effacé)" if do == "anonymise" else None}
    assert names(later, [stays]) == ["P 0"]
    with later.store.reading() as connection:
        told = connection.execute("SELECT address FROM medium").fetchall()
    assert {address for (address,) in told} <= {"a@example.com", "nobody@erased.invalid"}
    assert len([1 for (address,) in told if address == "a@example.com"]) == 1


def test_what_was_made_anonymous_is_not_counted_again(make_runtime: MakeRuntime) -> None:
    rule = f"{WHEN}, since: left_on, do: anonymise"
    runtime = made(make_runtime, rule)
    ids = people(runtime, left_on="2020-01-01")
    assert apply_retention(runtime)[0].count == 3
    assert apply_retention(runtime)[0].count == 0
    records = made(make_runtime, rule, now=LATER).records(system_actor("test"))
    records.update("party", ids[0], {"name": "Again"})
    assert apply_retention(records.runtime)[0].count == 1


def test_time_counts_from_the_date_that_is_named(make_runtime: MakeRuntime) -> None:
    runtime = made(make_runtime, f"{WHEN}, since: left_on, do: anonymise")
    due = people(runtime, 1, left_on="2024-03-19")
    fresh = people(runtime, 1, left_on="2024-03-22", national_number="x")
    never = people(runtime, 1, national_number="y")
    assert apply_retention(runtime)[0].count == 1
    assert names(runtime, [*due, *fresh, *never]) == ["(effacé)", "P 0", "P 0"]


def test_what_the_rule_holds_stays(make_runtime: MakeRuntime) -> None:
    rule = f"{WHEN}, since: left_on, do: delete, hold: \"name == 'P 1'\""
    runtime = made(make_runtime, rule)
    ids = people(runtime, left_on="2020-01-01")
    assert apply_retention(runtime)[0] == Retained("party", "delete", 2, 0)
    assert names(runtime, ids) == [None, "P 1", None]


def test_what_others_refer_to_is_held_and_whole(make_runtime: MakeRuntime) -> None:
    runtime = made(make_runtime, f"{WHEN}, since: left_on, do: delete")
    ids = people(runtime, left_on="2020-01-01")
    records = runtime.records(system_actor("test"))
    records.create("customer", {"holder": ids[1], "number": "C-1"})
    counted = apply_retention(runtime, dry_run=True)
    assert apply_retention(runtime) == counted
    assert counted[0] == Retained("party", "delete", 2, 1)
    assert records.get("party", ids[1])["media"][0]["address"] == "a@example.com"


@pytest.mark.parametrize("do", ["anonymise", "delete"])
def test_what_became_part_of_a_record_goes_with_it(make_runtime: MakeRuntime, do: str) -> None:
    runtime = made(make_runtime, f"{WHEN}, do: {do}")
    keep, drop = people(runtime, 2)
    runtime.transact(system_actor("test"), lambda unit: merge(unit, Order("party", keep, drop)))
    later = made(make_runtime, f"{WHEN}, do: {do}", now=LATER)
    assert apply_retention(later)[0] == Retained("party", do, 1, 0)
    assert {one.new for one in later.audit.history(drop) if one.is_personal} == {None}
    with later.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM identity_merge").fetchone() == (0,)
