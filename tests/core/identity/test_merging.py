"""Two records become one: values by choice, everything else moved, and only for who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.errors import Forbidden, Invalid, NotFound, Outdated
from sidra.identity.merging import NotMerged, Order, merge, options
from sidra.identity.tombstones import Merge
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.identifiers import id_bytes

MakePerson = Callable[..., Actor]


def people(system: Records) -> tuple[Record, Record]:
    """Awa twice: the second with what belongs to her."""
    keep = system.create("person", {"name": "Awa Diop", "media": [{"number": "1"}], "born": "1990-01-02"})
    drop = system.create(
        "person",
        {"name": "Diop Awa", "card": "C7", "secret": "s", "media": [{"number": "1"}, {"number": "2"}]},
    )
    return keep, drop


def merged(runtime: Runtime, actor: Actor, keep: Record, drop: Record, **order: Any) -> Merge:  # noqa: ANN401 - parts of an Order
    return runtime.transact(actor, lambda unit: merge(unit, Order("person", keep.id, drop.id, **order)))


def test_the_survivor_keeps_its_values_and_takes_over_those_it_lacks(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    merged(runtime, person("clerk"), keep, drop)
    found = system.get("person", keep.id)
    assert (found["name"], found["card"], found["secret"]) == ("Awa Diop", "C7", "s")
    assert found.version > keep.version
    assert system.find("person", drop.id) is None


def test_the_actor_chooses_whose_value_stays(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    merged(runtime, person("clerk"), keep, drop, choices={"name": "drop", "secret": "keep"})
    found = system.get("person", keep.id)
    assert (found["name"], found["secret"]) == ("Diop Awa", None)
    assert [hit.id for hit in system.search("diop awa")] == [keep.id]


def test_what_belongs_to_the_other_moves_without_what_is_there_already(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    merged(runtime, person("clerk"), keep, drop)
    assert [one["number"] for one in system.get("person", keep.id)["media"]] == ["1", "2"]
    assert len(system.list("medium").records) == 2


def test_all_relations_lead_to_the_survivor_and_what_follows_is_computed_anew(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    child = system.create(
        "person", {"name": "Binta", "parent": drop.id, "friends": [{"id": drop.id, "role": "cousin"}]}
    )
    customer = system.create("customer", {"person": drop.id})
    ticket = system.create("ticket", {"text": "x", "customer": customer.id, "about": {"id": drop.id, "kind": "person"}})
    merged(runtime, person("clerk"), keep, drop)
    assert system.get("person", child.id)["parent_id"] == keep.id
    assert [one.id for one in system.get("person", child.id)["friends"]] == [keep.id]
    assert system.get("customer", customer.id)["label"] == "Awa Diop"
    assert system.get("ticket", ticket.id)["about"].id == keep.id
    assert system.get("person", keep.id)["tickets_now"] == 1


def test_a_record_that_breaks_a_rule_today_moves_all_the_same(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    ticket = system.create("ticket", {"ref": "r", "about": {"id": drop.id, "kind": "person"}})
    table = runtime.tables.entities["ticket"].table
    with runtime.store.writing() as connection:
        runtime.store.compile(sa.update(table).values(ref=sa.null())).run(connection, {})
    merged(runtime, person("clerk"), keep, drop)
    assert system.get("ticket", ticket.id)["about_id"] == keep.id


def test_two_that_lead_to_each_other_leave_none_that_leads_to_itself(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    system.update("person", keep.id, {"parent": drop.id, "friends": [drop.id]})
    system.update("person", drop.id, {"parent": keep.id, "friends": [keep.id]})
    merged(runtime, person("clerk"), keep, drop)
    found = system.get("person", keep.id)
    assert (found["parent_id"], found["friends"]) == (None, [])


def test_one_that_led_to_itself_makes_no_other_do_so(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    system.update("person", drop.id, {"parent": drop.id})
    merged(runtime, person("clerk"), keep, drop)
    assert system.get("person", keep.id)["parent_id"] is None


def test_the_state_stays_that_of_the_survivor(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    system.transition("person", drop.id, "check")
    merged(runtime, person("clerk"), keep, drop)
    assert system.get("person", keep.id)["status"] == "new"
    with pytest.raises(Forbidden, match="you may not choose `status`"):
        merged(runtime, person("clerk"), keep, system.create("person", {"name": "A"}), choices={"status": "drop"})


def test_a_survivor_that_would_break_a_rule_is_refused_and_nothing_is_half_done(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep = system.create("person", {"name": "Awa", "media": [{"number": one} for one in "12"]})
    drop = system.create("person", {"name": "Awa", "media": [{"number": one} for one in "34"]})
    with pytest.raises(Invalid) as refusal:
        merged(runtime, person("clerk"), keep, drop)
    assert [problem.code for problem in refusal.value.problems] == ["R618"]
    assert system.get("person", keep.id).version == keep.version
    assert len(system.get("person", drop.id)["media"]) == 2


def test_only_who_may_merge_both_records_may(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    with pytest.raises(Forbidden, match="you may not merge `person`"):
        merged(runtime, person("reader"), keep, drop)
    with pytest.raises(NotFound):
        merged(runtime, person("local", "here"), keep, drop)
    local = runtime.records(person("local", "here"))
    mine, other = local.create("person", {"name": "Awa"}), local.create("person", {"name": "Awa"})
    with pytest.raises(NotFound):
        merged(runtime, person("local", "here"), mine, drop)
    assert merged(runtime, person("local", "here"), mine, other).survivor == mine.id


def test_what_cannot_be_one_is_refused_with_the_reason(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    with pytest.raises(NotMerged, match="not two records of one kind"):
        merged(runtime, person("clerk"), keep, keep)
    with pytest.raises(Outdated):
        merged(runtime, person("clerk"), keep, drop, versions=(keep.version, drop.version + 1))


def test_the_choice_is_offered_for_what_the_actor_may_edit_and_nothing_is_told_of_what_is_hidden(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    found = {one.member: one for one in options(runtime.records(person("masked")), "person", keep.id, drop.id)}
    assert set(found) == {"name", "card", "secret", "parent"}
    assert (found["name"].usual, found["name"].may_choose, found["name"].is_different) == ("keep", True, True)
    assert (found["card"].usual, found["card"].may_choose) == ("drop", False)
    with pytest.raises(Forbidden):
        merged(runtime, person("masked"), keep, drop, choices={"card": "keep"})
    with pytest.raises(Forbidden):
        options(runtime.records(person("reader")), "person", keep.id, drop.id)


def test_whether_two_values_are_the_same_is_not_told_of_those_that_are_masked(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, same, other = (
        system.create("person", {"name": "Awa", "born": born}) for born in ("1990-01-02", "1990-01-02", "1971-03-04")
    )
    records = runtime.records(person("veiled"))
    assert records.get("person", one.id)["born"] == "••••-••-••"
    told = [options(records, "person", one.id, second.id) for second in (same, other)]
    assert told[0] == told[1]


def test_the_audit_names_who_merged_what_and_why(runtime: Runtime, system: Records, person: MakePerson) -> None:
    keep, drop = people(system)
    merged(runtime, person("clerk"), keep, drop, reason="one person", choices={"name": "drop"})
    changes = system.history("person", keep.id).changes
    assert {(change.action, change.by, change.reason) for change in changes if change.attribute == "name"} >= {
        ("merge", "Awa", "one person")
    }
    with runtime.store.reading() as connection:
        entries = runtime.audit.history(drop.id, connection)
    assert {entry.action for entry in entries} == {"create", "merge"}


def test_what_was_kept_of_a_record_tells_nothing_in_the_database(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    keep, drop = people(system)
    found = merged(runtime, person("clerk"), keep, drop)
    assert "Diop" not in found.sealed
    with runtime.store.reading() as connection:
        kept = runtime.tombstones.kept(connection, found)
        assert kept is not None
        assert kept.former["name"] == "Diop Awa"
        assert runtime.tombstones.all_into(connection, keep.id) == [drop.id]
    with runtime.store.writing() as connection:
        runtime.persons.erase(connection, id_bytes(drop.id))
    with runtime.store.reading() as connection:
        assert runtime.tombstones.kept(connection, found) is None


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_a_reason_with_what_no_database_keeps_is_kept_without_it(
    runtime: Runtime, system: Records, person: MakePerson, odd: str
) -> None:
    keep, drop = people(system)
    found = merged(runtime, person("clerk"), keep, drop, reason=f"one person{odd}")
    assert (found.reason or "").startswith("one person")
    assert system.list("person", Query(filters=(Filter("card", "starts", f"C{odd}"),))).records == []
