"""Who learns of a pair, decides about it, and finds what became of a record: nobody learns what they may not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery, Forbidden, NotFound
from sidra.identity import deciding
from sidra.identity.deciding import dismiss, former, keep_likenesses, merges_into, waiting, where_now
from sidra.identity.finding import find_duplicates
from sidra.identity.merging import Order, merge
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.identifiers import id_bytes

MakePerson = Callable[..., Actor]


def twins(system: Records, number: int = 2, **values: str) -> list[str]:
    return [system.create("person", {"name": "Awa Diop", "born": "1990-01-02", **values}).id for _ in range(number)]


def ends(records: Records, after: str = "", limit: int = 25) -> list[frozenset[str]]:
    return [frozenset({one.left.id, one.right.id}) for one in waiting(records, after, limit).suspects]


def test_a_pair_is_told_to_who_may_merge_both_and_read_what_tells(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    find_duplicates(runtime)
    assert ends(runtime.records(person("clerk"))) == [frozenset({one, other})]
    # One may not merge, one may not read the birth date, one sees neither record.
    for role in ("reader", "masked", "local"):
        assert ends(runtime.records(person(role, "here"))) == []


def test_pairs_come_page_by_page_each_once(runtime: Runtime, system: Records, person: MakePerson) -> None:
    twins(system, 4)
    find_duplicates(runtime)
    clerk = runtime.records(person("clerk"))
    seen, after = [], ""
    while True:
        page = waiting(clerk, after, 2)
        seen += [frozenset({one.left.id, one.right.id}) for one in page.suspects]
        if page.next_cursor is None:
            break
        after = page.next_cursor
    assert len(seen) == len(set(seen)) == 6
    with pytest.raises(BadQuery):
        waiting(clerk, "no cursor")


def test_what_is_said_to_be_another_is_asked_no_more_and_the_audit_keeps_who_said_it(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    find_duplicates(runtime)
    clerk = runtime.records(person("clerk"))
    assert len(clerk.draft("person", {}, id=one).likenesses) == 1
    runtime.transact(person("clerk"), lambda unit: dismiss(unit, "person", one, other))
    assert ends(clerk) == []
    assert clerk.draft("person", {}, id=one).likenesses == ()
    with runtime.store.reading() as connection:
        rows = connection.execute("SELECT actor_name, record_id FROM audit_entry WHERE action = 'dismiss_duplicate'")
        assert {(name, bytes(id)) for name, id in rows.fetchall()} == {("Awa", id_bytes(id)) for id in (one, other)}


def test_nobody_decides_about_what_they_may_not_see_or_change(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    with pytest.raises(NotFound):
        runtime.transact(person("local", "here"), lambda unit: dismiss(unit, "person", one, other))
    with pytest.raises(Forbidden):
        runtime.transact(person("looking"), lambda unit: dismiss(unit, "person", one, other))


def test_who_may_change_some_records_decides_about_these_only(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    somebody = replace(person("looking", "here"), roles=frozenset({"looking", "shop"}))
    assert runtime.records(somebody).may("person", "update")
    with pytest.raises(Forbidden):
        runtime.transact(somebody, lambda unit: dismiss(unit, "person", one, other))


def test_what_its_writer_may_not_change_is_asked_of_others_and_saved_all_the_same(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    (first,) = twins(system, 1)
    looking = runtime.records(person("looking"))
    (made,) = twins(system, 1)
    hints = looking.draft("person", {}, id=made).likenesses
    with runtime.unit_of_work(person("looking")) as unit:
        keep_likenesses(unit, looking.get("person", made), hints, {first})
    assert ends(runtime.records(person("clerk"))) == [frozenset({first, made})]


def test_who_may_see_few_pairs_is_given_them_without_a_look_at_all(
    runtime: Runtime, system: Records, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins(system, 4)
    find_duplicates(runtime)
    monkeypatch.setattr(deciding, "READ", 2)
    monkeypatch.setattr(deciding, "LOOKED_THROUGH", 4)
    page = waiting(runtime.records(person("local", "here")))
    assert page.suspects == []
    assert page.next_cursor is not None
    assert waiting(runtime.records(person("local", "here")), page.next_cursor).next_cursor is None


def test_what_a_form_hinted_at_waits_unless_its_writer_said_that_it_is_another(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    first, second = twins(system)
    clerk = runtime.records(person("clerk"))
    values = {"name": "Diop Awa", "born": "1990-01-02"}
    draft = clerk.draft("person", values)
    assert {one.record.id for one in draft.likenesses} == {first, second}
    assert {(one.sign, one.shared, one.compared, one.score) for one in draft.likenesses} == {
        ("similar", ("born",), ("name",), Decimal(1))
    }
    with runtime.unit_of_work(person("clerk")) as unit:
        made = clerk.create("person", values, work=unit)
        keep_likenesses(unit, made, draft.likenesses, {first})
    assert ends(clerk) == [frozenset({made.id, second})]
    assert [one.record.id for one in clerk.draft("person", {}, id=made.id).likenesses] == [second]


def test_a_value_that_refuses_names_the_record_to_who_sees_it_only(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    (one,) = twins(system, 1, card="C7")
    (found,) = runtime.records(system_actor("test")).draft("person", {"card": "C7", "name": "X"}).likenesses
    assert (found.record.id, found.refuses) == (one, True)
    # The number is masked to the clerk, and the local one does not see the record.
    for role in ("clerk", "local"):
        assert runtime.records(person(role, "here")).draft("person", {"card": "C7", "name": "X"}).likenesses == ()


def test_old_addresses_lead_to_the_survivor_for_who_sees_it(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    done = runtime.transact(person("clerk"), lambda unit: merge(unit, Order("person", one, other)))
    clerk = runtime.records(person("clerk"))
    assert where_now(clerk, other) == ("person", one)
    assert where_now(clerk, one) is None
    assert where_now(runtime.records(person("local", "here")), other) is None
    assert [found.id for found in merges_into(clerk, clerk.get("person", one))] == [done.id]


def test_what_went_is_shown_as_its_reader_would_have_seen_it(
    runtime: Runtime, system: Records, person: MakePerson
) -> None:
    one, other = twins(system)
    done = runtime.transact(person("clerk"), lambda unit: merge(unit, Order("person", one, other)))
    shown = former(runtime.records(person("clerk")), done)
    assert shown is not None
    assert (shown.id, shown["name"], str(shown["born"])) == (other, "Awa Diop", "1990-01-02")
    masked = former(runtime.records(person("masked")), done)
    assert masked is not None
    assert "born" not in masked
    assert former(runtime.records(person("local", "here")), done) is None
    with runtime.store.writing() as connection:
        runtime.persons.erase(connection, id_bytes(other))
    assert former(runtime.records(person("clerk")), done) is None
