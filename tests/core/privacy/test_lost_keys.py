"""A value whose key is missing is unreadable by itself: the record works, the value is kept, the operator learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.core.privacy.conftest import MakeRuntime

from sidra.access.actor import Actor, system_actor
from sidra.access.reveal import reveal
from sidra.identity.merging import Order, merge
from sidra.privacy.erasing import erase
from sidra.privacy.keys import KeyMissing, KeyRing
from sidra.privacy.packaging import package
from sidra.privacy.resealing import key_uses
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.record import ILLEGIBLE, Record
from sidra.records.service import Records
from sidra.runtime import Runtime

STRICT = (
    """
entity: party
title: name
history: true
attributes:
  name: {type: string, required: true, search: true, sort: true, pii: [identity]}
  number: {type: string, encrypt: true, search: exact, required: true, pattern: "[0-9]{4}", pii: [identity, sensitive]}
  remark: {type: text, encrypt: true}
  long: {type: string, compute: "concat(name, ' ', number)"}
identity: {name: {by: name}}
""",
    "rule: long_enough\non: party\nkind: validate\ncheck: \"number > '0000'\"\nmessage: {en: Too short}\n",
    """
role: clerk
may: {party: {do: [read, update], columns: {number: mask}}}
functions: [search, reveal, export]
""",
)
CLERK = Actor("c", "Clerk", frozenset({"clerk"}), affiliate="sn")


@pytest.fixture
def runtime(make_runtime: MakeRuntime) -> Runtime:
    return make_runtime(*STRICT)


@pytest.fixture
def awa(records: Records) -> Record:
    return records.create("party", {"name": "Awa", "number": "1234", "remark": "Calls often"})


def sealed(runtime: Runtime) -> list[str]:
    """What the database keeps of the values."""
    with runtime.store.reading() as connection:
        return [str(row) for row in connection.execute("SELECT number, remark FROM party ORDER BY name").fetchall()]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keys.json"


@pytest.fixture
def lost(awa: Record, ring: KeyRing, keys: Path) -> bytes:
    """The file of the keys as it was before the key of attributes was lost."""
    del awa
    kept = keys.read_bytes()
    for key in ring.keys:
        if key.purpose == "attribute":
            ring.retire(key.id)
    return kept


@pytest.mark.usefixtures("lost")
def test_only_the_value_is_unreadable_wherever_the_record_is_read(
    runtime: Runtime, records: Records, awa: Record
) -> None:
    found = records.get("party", awa.id)
    assert (found["name"], found["number"], found["remark"]) == ("Awa", ILLEGIBLE, ILLEGIBLE)
    assert [one["name"] for one in records.list("party").records] == ["Awa"]
    assert [hit.id for hit in records.search("Awa")] == [awa.id]
    assert [hit.id for hit in records.search("1234")] == [awa.id]
    clerk = runtime.records(CLERK)
    assert clerk.get("party", awa.id)["number"] == ILLEGIBLE
    assert reveal(clerk, "party", awa.id, "number", "asked by the person") == ILLEGIBLE
    assert b"Awa,(cannot be read: R051)" in b"".join(Export(clerk, "party", Query(), ["name", "number"]).lines())
    told = package(runtime, awa.id, actor=system_actor("test")).data
    assert {"name": "remark", "value": ILLEGIBLE}.items() <= told["records"][0]["values"][2].items()


def test_a_change_of_something_else_keeps_what_is_sealed(
    runtime: Runtime, records: Records, awa: Record, lost: bytes, keys: Path
) -> None:
    before = sealed(runtime)
    found = records.get("party", awa.id)
    given = {name: found[name] for name in ("number", "remark")} | {"name": "Awa Ndiaye"}
    records.update("party", awa.id, given, version=found.version)
    assert records.get("party", awa.id)["name"] == "Awa Ndiaye"
    assert sealed(runtime) == before
    keys.write_bytes(lost)
    brought_back = Runtime(runtime.model, runtime.store, runtime.clock, keys=KeyRing.open(keys, "sn"))
    assert brought_back.records(system_actor("test")).get("party", awa.id)["number"] == "1234"


@pytest.mark.usefixtures("lost")
def test_who_enters_a_value_replaces_it(records: Records, awa: Record) -> None:
    records.update("party", awa.id, {"number": "5678", "remark": None})
    found = records.get("party", awa.id)
    assert (found["number"], found["remark"]) == ("5678", None)


@pytest.mark.usefixtures("lost")
def test_what_cannot_be_read_is_not_taken_over_by_another_record(
    runtime: Runtime, records: Records, awa: Record
) -> None:
    other = records.create("party", {"name": "Binta", "number": "9999"})
    order = Order("party", other.id, awa.id, {"remark": "drop"})
    with pytest.raises(KeyMissing):
        runtime.transact(system_actor("test"), lambda unit: merge(unit, order))
    assert records.get("party", awa.id)["name"] == "Awa"


@pytest.mark.usefixtures("lost")
def test_a_person_is_erased_all_the_same(runtime: Runtime, records: Records, awa: Record) -> None:
    erase(runtime, awa.id, actor=system_actor("test"), reason="asked for")
    assert records.get("party", awa.id)["name"] == "(effacé)"
    assert records.get("party", awa.id)["number"] != ILLEGIBLE


@pytest.mark.usefixtures("lost")
def test_the_log_tells_it_once_and_the_count_of_keys_shows_it(
    runtime: Runtime, records: Records, awa: Record, ring: KeyRing
) -> None:
    with capture_logs() as told:
        for _ in range(3):
            records.get("party", awa.id)
    assert [(one["event"], one["code"]) for one in told] == [("sealed values cannot be read", "R051")]
    assert "1234" not in str(told)
    known = {key.id for key in ring.keys}
    assert sum(count for id, count in key_uses(runtime).items() if id not in known) == 2
