"""Erasure: no personal value of the person is left, anywhere; those of others stay as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.core.privacy.conftest import DOCUMENTS, NOW, MakeRuntime

from sidra.access.actor import system_actor
from sidra.errors import NotFound
from sidra.identity.merging import Order, merge
from sidra.identity.tombstones import Merge
from sidra.identity.undoing import undo
from sidra.interfaces.quarantine import Quarantine, Reject
from sidra.interfaces.tables import feed_tables
from sidra.privacy.erasing import ask, erase, go_on, parts
from sidra.privacy.holds import Held
from sidra.privacy.scrubbing import scrub
from sidra.privacy.surveying import Erasure
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.prepared import Prepared, given

VALUES = ("Awa Ndiaye", "1234567890123", "awa@example.com", "+221771234567", "12 Rue Blanchot", "1990-04-05", "Ndiaye")


class Awa:
    """A person with all that can be hers."""

    def __init__(self, records: Records) -> None:
        made = {"name": "Awa Ndiaye", "national_number": "1234567890123", "born": "1990-04-05"}
        self.party = records.create("party", made | {"media": [{"address": "awa@example.com", "preferred": True}]})
        self.customer = records.create("customer", {"holder": self.party.id, "number": "C-1", "debt": "12.50 XOF"})
        self.place = records.create("place", {"street": "12 Rue Blanchot"})
        ticket = {"customer": self.customer.id, "subject": "No signal", "caller": "+221771234567"}
        self.ticket = records.create("ticket", ticket | {"place": self.place.id})


@pytest.fixture
def awa(records: Records) -> Awa:
    return Awa(records)


@pytest.fixture
def binta(records: Records) -> Record:
    """Somebody else."""
    made = {"name": "Binta Fall", "national_number": "99", "media": [{"address": "binta@example.com"}]}
    return records.create("party", made)


def everything(runtime: Runtime) -> str:
    """All that the database tells, with the history as its readers see it."""
    tables = [*runtime.tables.all]
    found: list[Any] = []
    with runtime.store.reading() as connection:
        for table in tables:
            found += connection.execute(f"SELECT * FROM {table.name}").fetchall()
    return str(found)


def erased(runtime: Runtime, id: str, **given: bool) -> Erasure:
    return erase(runtime, id, actor=system_actor("test"), reason="asked for", **given)


def test_no_value_of_the_person_is_left(runtime: Runtime, records: Records, awa: Awa, binta: Record) -> None:
    records.update("party", awa.party.id, {"born": "1990-04-06"})
    assert "Awa Ndiaye" in everything(runtime)
    done = erased(runtime, awa.party.id)
    found = everything(runtime)
    assert [value for value in VALUES if value in found or value.casefold() in found] == []
    assert done.records == {"customer": 1, "medium": 1, "party": 1, "place": 1, "ticket": 1}
    assert done.done.attributes == {
        "customer.debt": 1,
        "medium.address": 1,
        "party.born": 1,
        "party.name": 1,
        "party.national_number": 1,
        "place.street": 1,
        "ticket.caller": 1,
    }
    assert records.get("party", binta.id)["name"] == "Binta Fall"
    assert records.get("party", binta.id)["media"][0]["address"] == "binta@example.com"


def test_what_must_stand_is_neutral_and_the_rest_empty(runtime: Runtime, records: Records, awa: Awa) -> None:
    erased(runtime, awa.party.id)
    party, customer = records.get("party", awa.party.id), records.get("customer", awa.customer.id)
    assert (party["name"], party["national_number"], party["born"]) == ("(effacé)", None, None)
    assert party["media"][0]["address"] == "nobody@erased.invalid"
    assert (customer["name"], customer["debt"], customer["number"]) == ("(effacé)", None, "C-1")
    assert records.get("ticket", awa.ticket.id)["subject"] == "No signal"
    # What is left is a valid record.
    assert records.update("party", party.id, {"status": "gone"})["status"] == "gone"


def test_the_history_tells_that_it_was_done_and_no_value(runtime: Runtime, records: Records, awa: Awa) -> None:
    erased(runtime, awa.party.id)
    changes = records.history("party", awa.party.id).changes
    assert {change.old for change in changes} | {change.new for change in changes} & set(VALUES) == {None}
    with runtime.store.reading() as connection:
        told = connection.execute("SELECT entity, reason, changed FROM audit_entry WHERE action = 'erase'").fetchall()
    assert sorted(told) == [(name, "asked for", "[]") for name in ("customer", "medium", "party", "place", "ticket")]


def test_neither_the_search_nor_a_list_finds_the_person(runtime: Runtime, records: Records, awa: Awa) -> None:
    assert records.search("Ndiaye")
    erased(runtime, awa.party.id)
    assert [hit for text in VALUES for hit in records.search(text)] == []


def test_a_dry_run_counts_the_same_and_changes_nothing(runtime: Runtime, awa: Awa) -> None:
    before = everything(runtime)
    planned = erased(runtime, awa.party.id, dry_run=True)
    assert everything(runtime) == before
    assert erased(runtime, awa.party.id) == planned


def test_what_is_also_about_others_stays(runtime: Runtime, records: Records, awa: Awa, binta: Record) -> None:
    shared = records.create("deed", {"text": "Awa and Binta", "parties": [awa.party.id, binta.id]})
    own = records.create("deed", {"text": "Awa alone", "parties": [awa.party.id]})
    other = records.create("customer", {"holder": binta.id})
    at_both = records.create("ticket", {"customer": other.id, "place": awa.place.id})
    done = erased(runtime, awa.party.id)
    assert done.shared == {"deed": 1, "place": 1}
    assert records.get("deed", shared.id)["text"] == "Awa and Binta"
    assert records.get("deed", own.id)["text"] is None
    assert records.get("ticket", at_both.id)["place"]["street"] == "12 Rue Blanchot"


def test_erasing_twice_finds_nothing_more(runtime: Runtime, awa: Awa) -> None:
    erased(runtime, awa.party.id)
    again = erased(runtime, awa.party.id)
    assert (again.done.removed, again.done.attributes) == ({}, {})


def test_nobody_is_not_erased(runtime: Runtime) -> None:
    for id in ("", "nobody", "00000000-0000-7000-8000-000000000001"):
        with pytest.raises(NotFound):
            erased(runtime, id)


LIFE = """
entity: customer
title: number
attributes:
  number: {type: string, pii: [identity]}
  state: {type: string, filter: true}
relations: {holder: {to: party, required: true}}
lifecycle:
  attribute: state
  initial: open
  transitions: {close: {from: [open], to: closed}}
"""
HELD = LIFE + "retention: {when: \"state == 'closed'\", after: 1y, do: anonymise, hold: \"number == 'C-2'\"}\n"


@pytest.mark.parametrize(("customer", "held"), [(LIFE, ["C-1"]), (HELD, ["C-2"])])
def test_what_must_stay_is_refused_unless_it_is_said(make_runtime: MakeRuntime, customer: str, held: list[str]) -> None:
    runtime = make_runtime(DOCUMENTS[0], DOCUMENTS[1], DOCUMENTS[2], customer)
    records = runtime.records(system_actor("test"))
    for number in ("C-1", "C-2"):
        party = records.create("party", {"name": "Awa"})
        found = records.create("customer", {"holder": party.id, "number": number})
        if number == "C-2" and customer is LIFE:
            records.transition("customer", found.id, "close")
        if number in held:
            with pytest.raises(Held, match="1 × `customer`"):
                erased(runtime, party.id)
            assert records.get("party", party.id)["name"] == "Awa"
            assert erased(runtime, party.id, even_held=True).held[0].entity == "customer"
        else:
            erased(runtime, party.id)
        assert records.get("party", party.id)["name"] == "(effacé)"


def test_what_must_stay_by_now_is_not_erased_though_nothing_was_open_when_it_was_asked_for(
    make_runtime: MakeRuntime,
) -> None:
    runtime, actor = make_runtime(DOCUMENTS[0], DOCUMENTS[1], DOCUMENTS[2], LIFE), system_actor("test")
    records = runtime.records(actor)
    party = records.create("party", {"name": "Awa"})
    standing = ask(runtime, party.id, actor, "asked for")
    go_on(runtime, standing.id, actor)
    late = records.create("customer", {"holder": party.id, "number": "C-9"})
    with pytest.raises(Held, match="1 × `customer` in the state `open`"):
        list(parts(runtime, standing.id, actor))
    assert records.get("customer", late.id)["number"] == "C-9"
    with pytest.raises(Held):
        erased(runtime, party.id)
    records.transition("customer", late.id, "close")
    erased(runtime, party.id)
    assert records.get("customer", late.id)["number"] is None


def test_rows_in_quarantine_go_that_are_about_the_person(runtime: Runtime, records: Records, awa: Awa) -> None:
    rows = {
        "by number": {"nr": "1234567890123"},
        "by telephone": {"tel": "77 123 45 67", "x": "y"},
        "by two values": {"who": "AWA NDIAYE", "where": "12 rue Blanchot"},
        "namesake": {"who": "Awa Ndiaye", "where": "elsewhere"},
        "other": {"nr": "55"},
    }
    quarantine = Quarantine(runtime.store, feed_tables(sa.MetaData()))
    with runtime.store.writing() as connection:
        values = {"feed": "f", "file": "x", "started_at": 1, "started_by": "a", "counts": "{}"}
        run = "00000000-0000-0000-0000-0000000000ff"
        insert = (
            runtime.tables.metadata.tables["feed_run"].insert().values({name: given(name) for name in (*values, "id")})
        )
        Prepared(runtime.store, insert).run_on(connection, id=bytes(15) + b"\xff", **values)
        for number, (key, texts) in enumerate(rows.items()):
            id = f"00000000-0000-7000-8000-{number:012}"
            quarantine.put(connection, Reject(id, run, "f", key, number, texts, (), NOW))
    assert erased(runtime, awa.party.id).rejects == 3
    assert {reject.key for reject in quarantine.list("f")} == {"namesake", "other"}


def dumped(store: Store, request: pytest.FixtureRequest) -> bytes:
    """All that the disk, or a dump, has of a database."""
    if store.dialect.name != "postgresql":
        assert scrub(store)
        return b"".join(path.read_bytes() for path in Path(str(store.where)).parent.glob("sn.db*"))
    program = (request.getfixturevalue("postgresql") / "initdb").resolve().with_name("pg_dump")
    command = [str(program), request.getfixturevalue("store_address")]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_no_value_is_left_in_the_file_or_in_a_dump(
    runtime: Runtime, awa: Awa, store: Store, request: pytest.FixtureRequest
) -> None:
    assert b"Awa Ndiaye" in dumped(store, request)
    erased(runtime, awa.party.id)
    found = dumped(store, request)
    assert "(effacé)".encode() in found
    assert [value for value in VALUES if value.encode() in found or value.casefold().encode() in found] == []


def merged(runtime: Runtime, keep: Record, drop: Record) -> Merge:
    return runtime.transact(system_actor("test"), lambda unit: merge(unit, Order("party", keep.id, drop.id)))


def kept_of(runtime: Runtime, *records: Record) -> tuple[set[object], int]:
    """The values that the history of records still tells, and how many merges are kept."""
    told = {one.new for record in records for one in runtime.audit.history(record.id) if one.is_personal}
    with runtime.store.reading() as connection:
        (number,) = connection.execute("SELECT count(*) FROM identity_merge").fetchone()
    return told - {None}, number


def test_what_became_part_of_the_person_in_several_steps_goes_too(runtime: Runtime, records: Records) -> None:
    first, second, last = (records.create("party", {"name": f"Awa Ndiaye {number}"}) for number in range(3))
    merged(runtime, second, first)
    merged(runtime, last, second)
    assert kept_of(runtime, first, second, last) == ({"Awa Ndiaye 0", "Awa Ndiaye 1", "Awa Ndiaye 2"}, 2)
    erased(runtime, last.id)
    assert kept_of(runtime, first, second, last) == (set(), 0)


def test_a_record_whose_merge_was_taken_back_is_of_another_person_and_stays(runtime: Runtime, records: Records) -> None:
    other, person = (records.create("party", {"name": name}) for name in ("Binta Fall", "Awa Ndiaye"))
    done = merged(runtime, person, other)
    runtime.transact(system_actor("test"), lambda unit: undo(unit, done.id))
    erased(runtime, person.id)
    assert kept_of(runtime, other, person) == ({"Binta Fall"}, 0)
    assert records.get("party", other.id)["name"] == "Binta Fall"
