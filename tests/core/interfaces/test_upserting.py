from __future__ import annotations

import pytest
from tests.core.interfaces.conftest import NOW, MakeModel, person_of

from sidra.access.actor import system_actor
from sidra.interfaces.mapping import Key
from sidra.interfaces.upserting import KnownRecords
from sidra.records.finding import AT_ONCE
from sidra.runtime import Runtime
from sidra.store.database import Store


def key(code: str) -> Key:
    return ("plan", "code", code)


def test_records_are_found_by_many_keys_at_once(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    records = runtime.records(system_actor("test"))
    known = KnownRecords(records)
    known.read([key("max"), *(key(f"p{number}") for number in range(AT_ONCE))])
    monkeypatch.setattr(records, "list", None)
    found = known.find(key("max"))
    assert found is not None
    assert found["code"] == "max"
    assert known.find(key("p1")) is None


def test_a_record_is_looked_for_where_it_was_not_read(runtime: Runtime) -> None:
    known = KnownRecords(runtime.records(system_actor("test")))
    assert known.find(key("min")) is None
    made = runtime.records(system_actor("test")).create("plan", {"code": "min"})
    assert known.find(key("min")) is None
    known.keep(key("min"), made)
    assert known.find(key("min")) is made
    known.take_back()
    assert known.find(key("min")) is None


def test_what_a_row_saved_of_a_key_that_nobody_looked_for_is_forgotten_with_it(runtime: Runtime) -> None:
    known = KnownRecords(runtime.records(system_actor("test")))
    made = runtime.records(system_actor("test")).create("plan", {"code": "min"})
    other = runtime.records(system_actor("test")).create("plan", {"code": "mid"})
    known.begin()
    known.keep(key("min"), other)
    known.keep(key("min"), other)
    known.take_back()
    found = known.find(key("min"))
    assert found is not None
    assert found.id == made.id


def test_who_sees_a_key_masked_finds_records_one_by_one(make_model: MakeModel, store: Store) -> None:
    code = "{type: string, unique: true, search: exact, mask: '••{last:1}'}"
    plan = f"entity: plan\ntitle: code\nattributes:\n  code: {code}\n"
    steward = "role: steward\nmay:\n  plan: {do: [read], columns: {code: mask}}\nfunctions: [feeds]\n"
    runtime = Runtime(make_model(plan=plan, steward=steward), store, clock=lambda: NOW)
    made = runtime.records(system_actor("test")).create("plan", {"code": "max"})
    known = KnownRecords(runtime.records(person_of("steward")))
    known.read([key("max"), key("min")])
    found = known.find(key("max"))
    assert found is not None
    assert (found.id, found["code"]) == (made.id, "••x")
    assert known.find(key("min")) is None
