"""A merge is taken back: everything is as it was, but for what somebody changed since."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from tests.core.identity.conftest import Clock

from sidra.access.actor import Actor
from sidra.clock import utc_now
from sidra.errors import Forbidden, NotFound
from sidra.identity.merging import NotMerged, Order, merge
from sidra.identity.tombstones import Merge
from sidra.identity.undoing import Undone, undo
from sidra.privacy.resealing import retire, rotate
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.identifiers import id_bytes

MakePerson = Callable[..., Actor]


@pytest.fixture
def clerk(person: MakePerson) -> Actor:
    return person("clerk")


def merged(runtime: Runtime, actor: Actor, keep: Record, drop: Record, **choices: Any) -> Merge:  # noqa: ANN401
    order = Order("person", keep.id, drop.id, choices=choices)
    return runtime.transact(actor, lambda unit: merge(unit, order))


def undone(runtime: Runtime, actor: Actor, id: str) -> Undone:
    return runtime.transact(actor, lambda unit: undo(unit, id, "a mistake"))


def a_pair(system: Records) -> tuple[Record, Record]:
    keep = system.create("person", {"name": "Awa Diop", "media": [{"number": "1"}]})
    values = {"name": "Diop Awa", "card": "C7", "secret": "s", "media": [{"number": "1"}, {"number": "2"}]}
    return keep, system.create("person", values)


def test_the_record_is_back_with_its_id_its_version_and_all_that_led_to_it(
    runtime: Runtime, system: Records, clerk: Actor
) -> None:
    keep, drop = a_pair(system)
    customer = system.create("customer", {"person": drop.id})
    child = system.create(
        "person", {"name": "Binta", "parent": drop.id, "friends": [{"id": drop.id, "role": "cousin"}]}
    )
    found = undone(runtime, clerk, merged(runtime, clerk, keep, drop, name="drop").id)
    again = system.get("person", drop.id)
    assert (again["name"], again["card"], again["secret"], again.version) == ("Diop Awa", "C7", "s", drop.version)
    assert (system.get("person", keep.id)["name"], system.get("person", keep.id)["card"]) == ("Awa Diop", None)
    assert sorted(one["number"] for one in again["media"]) == ["1", "2"]
    assert [one["number"] for one in system.get("person", keep.id)["media"]] == ["1"]
    assert system.get("customer", customer.id)["label"] == "Diop Awa"
    assert system.get("person", child.id)["parent_id"] == drop.id
    assert [one.id for one in system.get("person", child.id)["friends"]] == [drop.id]
    assert {hit.id for hit in system.search("diop", entities=["person"])} == {keep.id, drop.id}
    assert (found.back, found.stayed) == (5, ())


def test_what_was_changed_since_stays_and_is_told(runtime: Runtime, system: Records, clerk: Actor) -> None:
    keep, drop = a_pair(system)
    child = system.create("person", {"name": "Binta", "parent": drop.id})
    done = merged(runtime, clerk, keep, drop, name="drop")
    system.update("person", keep.id, {"name": "Awa Ndiaye"})
    system.update("person", child.id, {"parent": None})
    later = system.create("customer", {"person": keep.id})
    found = undone(runtime, clerk, done.id)
    assert found.stayed == (("person", 1), ("person.name", 1))
    assert system.get("person", keep.id)["name"] == "Awa Ndiaye"
    assert system.get("person", child.id)["parent_id"] is None
    assert system.get("customer", later.id)["person_id"] == keep.id


def test_encrypted_values_are_back_though_their_key_was_destroyed(
    runtime: Runtime, system: Records, clerk: Actor
) -> None:
    keep, drop = a_pair(system)
    done = merged(runtime, clerk, keep, drop)
    before = runtime.keys.current("attribute").id
    rotate(runtime)
    retire(runtime, before, utc_now() + datetime.timedelta(hours=1))
    undone(runtime, clerk, done.id)
    assert [system.get("person", one.id)["secret"] for one in (keep, drop)] == [None, "s"]
    assert [hit.id for hit in system.search("s", entities=["person"]) if hit.field == "secret"] == [drop.id]


def test_two_that_led_to_each_other_do_so_again(runtime: Runtime, system: Records, clerk: Actor) -> None:
    keep, drop = a_pair(system)
    system.update("person", keep.id, {"parent": drop.id, "friends": [drop.id]})
    system.update("person", drop.id, {"parent": keep.id, "friends": [keep.id]})
    undone(runtime, clerk, merged(runtime, clerk, keep, drop).id)
    for one, other in ((keep, drop), (drop, keep)):
        found = system.get("person", one.id)
        assert (found["parent_id"], [friend.id for friend in found["friends"]]) == (other.id, [other.id])


def test_merges_that_follow_each_other_are_taken_back_from_the_last(
    runtime: Runtime, system: Records, clerk: Actor
) -> None:
    keep, drop = a_pair(system)
    last = system.create("person", {"name": "Awa"})
    first, second = merged(runtime, clerk, keep, drop), merged(runtime, clerk, last, keep)
    with pytest.raises(NotFound):
        undone(runtime, clerk, first.id)
    with runtime.store.reading() as connection:
        found = runtime.tombstones.survivor(connection, drop.id)
        assert found is not None
        assert found.survivor == last.id
        assert runtime.tombstones.all_into(connection, last.id) == [keep.id, drop.id]
    undone(runtime, clerk, second.id)
    undone(runtime, clerk, first.id)
    assert {one.id for one in system.list("person").records} == {keep.id, drop.id, last.id}


def test_a_merge_is_taken_back_once_and_in_time(runtime: Runtime, system: Records, clerk: Actor, clock: Clock) -> None:
    keep, drop = a_pair(system)
    done = merged(runtime, clerk, keep, drop)
    clock.now += datetime.timedelta(days=31)
    with pytest.raises(NotMerged, match="for 30 days"):
        undone(runtime, clerk, done.id)
    clock.now -= datetime.timedelta(days=2)
    undone(runtime, clerk, done.id)
    with pytest.raises(NotMerged, match="already"):
        undone(runtime, clerk, done.id)


def test_what_stands_against_it_is_named_and_nothing_is_half_done(
    runtime: Runtime, system: Records, clerk: Actor
) -> None:
    keep, drop = a_pair(system)
    done = merged(runtime, clerk, keep, drop)
    system.update("person", keep.id, {"card": None})
    system.create("person", {"name": "Moussa", "card": "C7"})
    version = system.get("person", keep.id).version
    with pytest.raises(NotMerged, match="another record has its `card` meanwhile"):
        undone(runtime, clerk, done.id)
    assert system.get("person", keep.id).version == version
    with runtime.store.writing() as connection:
        runtime.persons.erase(connection, id_bytes(drop.id))
    with pytest.raises(NotMerged, match="erased"):
        undone(runtime, clerk, done.id)


def test_only_who_may_merge_the_survivor_takes_it_back(
    runtime: Runtime, system: Records, clerk: Actor, person: MakePerson
) -> None:
    keep, drop = a_pair(system)
    done = merged(runtime, clerk, keep, drop)
    with pytest.raises(Forbidden):
        undone(runtime, person("reader"), done.id)
    with pytest.raises(NotFound):
        undone(runtime, person("local", "here"), done.id)
    with pytest.raises(NotFound):
        undone(runtime, clerk, keep.id)
