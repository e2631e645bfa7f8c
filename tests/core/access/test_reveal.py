"""A masked value is shown whole for a reason only, to whom the roles let it, with a trace, and not too often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.core.records.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.access.reasons import LEAST_CHARACTERS, MOST_CHARACTERS
from sidra.access.reveal import REVEALS_OF_ACTOR, reveal
from sidra.errors import Forbidden, Invalid, NotFound, SidraError, TooManyAttempts
from sidra.records.record import Masked, Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
DAKAR = "00000000-0000-7000-8000-000000000001"
REVEALER = """
role: revealer
may:
  individual: {do: [read], rows: "unit in user.units", columns: {birth_date: none, family_name: mask}}
  customer: {do: [read], columns: {credit: mask, name: mask}}
functions: [reveal]
"""
READER = REVEALER.replace("revealer", "reader").replace("functions: [reveal]", "functions: [search]")
WHY = "the caller gave her name"


@pytest.fixture
def shop(make_model: Callable[..., Model], store: Any) -> Runtime:  # noqa: ANN401 - of either database
    return Runtime(make_model(revealer=REVEALER, reader=READER), store)


def person(runtime: Runtime, *roles: str, id: str = ME) -> Records:
    return runtime.records(Actor(id, "Awa", frozenset(roles), (DAKAR,)))


@pytest.fixture
def awa(shop: Runtime) -> Record:
    values = {"family_name": "Diop", "national_number": "1234567890", "birth_date": "1990-05-17", "unit": DAKAR}
    return shop.records(shop.system_actor).create("individual", values)


def entries(runtime: Runtime) -> list[tuple[Any, ...]]:
    with runtime.store.reading() as connection:
        found = connection.execute(
            "SELECT actor_name, entity, record_id, reason, changed FROM audit_entry WHERE action = 'reveal'"
        ).fetchall()
    return [tuple(row) for row in found]


def test_a_masked_value_is_shown_whole_and_the_audit_names_who_what_and_why(shop: Runtime, awa: Record) -> None:
    records = person(shop, "revealer")
    assert isinstance(records.get("individual", awa.id)["national_number"], Masked)
    assert reveal(records, "individual", awa.id, "national_number", f"  {WHY}\n") == "1234567890"
    ((name, entity, _, reason, changed),) = entries(shop)
    assert (name, entity, reason, changed) == ("Awa", "individual", WHY, '["national_number"]')


def test_it_is_masked_again_afterwards_and_the_history_tells_that_it_was_shown_and_not_what(
    shop: Runtime, awa: Record
) -> None:
    records = person(shop, "revealer")
    reveal(records, "individual", awa.id, "national_number", WHY)
    assert isinstance(person(shop, "revealer").get("individual", awa.id)["national_number"], Masked)
    told = [one for one in records.history("individual", awa.id).changes if one.action == "reveal"]
    assert [(one.by, one.attribute, one.old, one.new, one.reason) for one in told] == [
        ("Awa", "national_number", None, None, WHY)
    ]
    assert "1234567890" not in str(entries(shop))


def test_amounts_and_computed_names_are_shown_as_they_are(shop: Runtime, awa: Record) -> None:
    system = shop.records(shop.system_actor)
    made = system.create("customer", {"engaged_party": awa.id, "credit": {"amount": "7", "currency": "XOF"}})
    records = person(shop, "revealer")
    assert reveal(records, "customer", made.id, "credit", WHY) == made["credit"]
    assert reveal(records, "customer", made.id, "name", WHY) == " Diop"


def test_without_the_function_nothing_is_revealed(shop: Runtime, awa: Record) -> None:
    with pytest.raises(Forbidden):
        reveal(person(shop, "reader"), "individual", awa.id, "national_number", WHY)
    assert entries(shop) == []


@pytest.mark.parametrize("reason", ["", "    ", "abcd", "12345", "x" * (MOST_CHARACTERS + 1), "a\n\n\t b"])
def test_without_a_reason_that_says_something_nothing_is_revealed(shop: Runtime, awa: Record, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        reveal(person(shop, "revealer"), "individual", awa.id, "national_number", reason)
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("R090", "reason")]
    assert entries(shop) == []


def test_the_shortest_reason_is_taken(shop: Runtime, awa: Record) -> None:
    assert reveal(person(shop, "revealer"), "individual", awa.id, "national_number", "a" * LEAST_CHARACTERS)


def refusal(records: Records, id: str, member: str) -> tuple[str, str, str]:
    with pytest.raises(SidraError) as refused:
        reveal(records, "individual", id, member, WHY)
    return refused.value.code, refused.value.reason, refused.value.hint


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_a_reason_is_kept_without_what_no_database_keeps(shop: Runtime, awa: Record, odd: str) -> None:
    reveal(person(shop, "revealer"), "individual", awa.id, "national_number", f"{WHY}{odd}")
    ((*_, reason, _changed),) = entries(shop)
    assert reason.startswith(WHY)
    assert odd not in reason


def test_what_is_hidden_or_not_masked_or_not_there_answers_alike(shop: Runtime, awa: Record) -> None:
    records = person(shop, "revealer")
    told = {refusal(records, awa.id, name) for name in ("birth_date", "given_name", "nonsense", "id", "contact_media")}
    assert len(told) == 1


def test_a_record_out_of_sight_answers_as_one_that_is_not_there(shop: Runtime) -> None:
    other = shop.records(shop.system_actor).create("individual", {"family_name": "Fall", "national_number": "99"})
    records = person(shop, "revealer")
    told = {refusal(records, id, "national_number") for id in (other.id, ME, "nonsense")}
    assert len(told) == 1
    assert entries(shop) == []


def test_nobody_reveals_one_value_after_the_other_and_others_still_may(shop: Runtime, awa: Record) -> None:
    records = person(shop, "revealer")
    for _ in range(REVEALS_OF_ACTOR):
        reveal(records, "individual", awa.id, "national_number", WHY)
    with pytest.raises(TooManyAttempts):
        reveal(records, "individual", awa.id, "national_number", WHY)
    assert len(entries(shop)) == REVEALS_OF_ACTOR
    other = person(shop, "revealer", id="00000000-0000-7000-8000-0000000000bb")
    assert reveal(other, "individual", awa.id, "national_number", WHY) == "1234567890"


def test_no_entity_no_value(shop: Runtime, awa: Record) -> None:
    with pytest.raises(NotFound):
        reveal(person(shop, "revealer"), "nonsense", awa.id, "national_number", WHY)
