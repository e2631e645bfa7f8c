from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from sidra.access.actor import Actor, system_actor
from sidra.audit.journal import Event
from sidra.audit.verification import Verification
from sidra.errors import BadQuery, Invalid
from sidra.records.record import Change, Masked, Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes
from sidra_metamodel.model import Model


def individual(records: Records, **more: object) -> Record:
    return records.create("individual", {"family_name": "Diop", **more})


def audit(records: Records) -> list[tuple[str, str, str]]:
    with records.runtime.store.reading() as connection:
        cursor = connection.execute("SELECT action, entity, actor_id FROM audit_entry ORDER BY sequence")
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    return rows


def test_each_change_tells_who_when_and_what(system: Records, agent: Records) -> None:
    made = individual(system, birth_date="1990-01-02")
    agent.update("individual", made.id, {"family_name": "Fall"})
    agent.transition("individual", made.id, "validate")
    changes = [
        (change.action, change.attribute, change.old, change.new, change.by)
        for change in system.history("individual", made.id).changes
    ]
    assert changes[0] == ("validate", "status", "initialized", "validated", "Awa")
    assert ("update", "family_name", "Diop", "Fall", "Awa") in changes
    assert ("update", "display_name", "Diop", "Fall", "Awa") in changes
    assert ("create", "family_name", None, "Diop", "system:test") in changes


def test_the_reason_of_a_step_is_kept(system: Records) -> None:
    made = individual(system)
    system.transition("individual", made.id, "decease", reason="told")
    assert system.history("individual", made.id).changes[0].reason == "told"


def test_owned_records_are_in_the_history_of_their_owner(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    system.update("individual", made.id, {"contact_media": []})
    latest = [change for change in system.history("individual", made.id).changes if change.entity == "contact_medium"]
    assert ("delete", "phone_number", "+221771234567", None) in [
        (change.action, change.attribute, change.old, change.new) for change in latest
    ]


def test_the_history_shows_no_more_than_the_record(system: Records, agent: Records, clerk: Records) -> None:
    made = individual(system, national_number="AB123456", birth_date="1990-01-02")
    masked = next(
        change for change in agent.history("individual", made.id).changes if change.attribute == "national_number"
    )
    assert isinstance(masked.new, Masked)
    assert "AB1234" not in masked.new
    assert "birth_date" not in {change.attribute for change in clerk.history("individual", made.id).changes}


def test_what_fails_is_not_audited_and_what_changes_nothing_neither(system: Records, agent: Records) -> None:
    made = individual(system)
    before = audit(system)
    system.update("individual", made.id, {"family_name": "Diop"})
    for wrong in ({"family_name": None}, {"national_number": "x"}):
        with pytest.raises(Invalid):
            agent.update("individual", made.id, wrong)
    assert audit(system) == before


def test_computed_changes_are_those_of_the_program(system: Records) -> None:
    person = individual(system)
    made = system.create("customer", {"engaged_party": person.id})
    system.update("individual", person.id, {"family_name": "Fall"})
    assert ("update", "customer", "system:compute") in audit(system)
    change = system.history("customer", made.id).changes[0]
    assert (change.new, change.is_computed) == ("Fall", True)
    told = {one.attribute: one.is_computed for one in system.history("individual", person.id).changes}
    assert (told["family_name"], told["display_name"]) == (False, True)


def test_a_record_that_goes_to_another_owner_is_in_the_history_of_both_and_changes_both(system: Records) -> None:
    one, other = individual(system, contact_media=[{"phone_number": "+221771234567"}]), individual(system)
    (medium,) = one["contact_media"]
    system.update("contact_medium", medium.id, {"party": other.id})
    for owner in (one, other):
        latest = system.history("individual", owner.id).changes[0]
        assert (latest.entity, latest.attribute, latest.old, latest.new) == (
            "contact_medium",
            "party",
            one.id,
            other.id,
        )
        assert system.get("individual", owner.id).version == 2
    assert [change.attribute for change in system.history("contact_medium", medium.id).changes].count("party") == 2
    system.update("contact_medium", medium.id, {"preferred": True})
    assert (system.get("individual", one.id).version, system.get("individual", other.id).version) == (2, 3)


def test_a_record_that_is_removed_changes_its_owner_and_is_in_its_history(system: Records, agent: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    agent.delete("contact_medium", made["contact_media"][0].id)
    owner = system.get("individual", made.id)
    assert (owner.version, owner["updated_by"]) == (2, agent.actor.id)
    latest = system.history("individual", made.id).changes
    assert ("delete", "phone_number", None) in [(change.action, change.attribute, change.new) for change in latest]


def test_an_owner_that_is_removed_with_what_it_owns_leaves_no_version_behind(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    system.delete("individual", made.id)
    assert system.find("individual", made.id) is None
    assert system.list("contact_medium").records == []


def test_a_history_is_read_by_pages_that_end_with_the_first_saving(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    for number in range(7):
        system.update("individual", made.id, {"given_name": f"A{number}", "contact_media": [{}] * (number % 3)})
    whole = system.history("individual", made.id)
    assert whole.next_cursor is None
    for limit in (1, 2, 3, 5):
        paged: list[Change] = []
        after, pages = None, 0
        while pages == 0 or after is not None:
            page = system.history("individual", made.id, after=after, limit=limit)
            paged, after, pages = paged + page.changes, page.next_cursor, pages + 1
        assert paged == whole.changes
        assert pages > 1


def test_a_page_of_history_tells_nothing_of_savings_that_its_reader_may_not_see(
    system: Records, clerk: Records
) -> None:
    made = individual(system)
    for day in range(1, 6):
        system.update("individual", made.id, {"birth_date": f"1990-01-0{day}"})
    page = clerk.history("individual", made.id, limit=1)
    assert ({change.action for change in page.changes}, page.next_cursor) == ({"create"}, None)


@pytest.mark.parametrize(("after", "limit"), [("x", 1), ("-1", 1), ("9" * 30, 1), ("²", 1), (None, 0), (None, 501)])
def test_a_page_of_history_that_cannot_be_is_refused(system: Records, after: str | None, limit: int) -> None:
    made = individual(system)
    with pytest.raises(BadQuery):
        system.history("individual", made.id, after=after, limit=limit)


CLUBS = {
    "club": "entity: club\nhistory: true\nrelations: {fans: {to: fan, many: true, roles: fan_role}}\n",
    "fan": "entity: fan\nattributes: {name: {type: string}}\n",
    "fan_role": "enum: fan_role\nvalues: [singer, drummer]\n",
    "narrow": "role: narrow\nmay: {club: {do: [read]}, fan: {do: [read], rows: \"name == 'seen'\"}}\n",
    "blind": "role: blind\nmay: {club: {do: [read], columns: {fans: none}}, fan: {do: [read]}}\n",
}


@pytest.fixture
def clubs(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(**CLUBS), store).records(system_actor("test"))


def linked(records: Records, club: str) -> list[tuple[str, object, object]]:
    return [(change.action, change.old, change.new) for change in records.history("club", club).changes]


def test_a_change_of_links_names_the_records_that_came_and_went(clubs: Records) -> None:
    one, two = (clubs.create("fan", {}).id for _ in range(2))
    club = clubs.create("club", {"fans": [one]}).id
    clubs.update("club", club, {"fans": [two]})
    clubs.update("club", club, {"fans": [{"id": two, "role": "singer"}]})
    clubs.update("club", club, {"fans": [{"id": two, "role": "singer"}]})
    clubs.update("club", club, {"fans": []})
    assert linked(clubs, club) == [
        ("update", [two], None),
        ("update", [two], [two]),
        ("update", [one], [two]),
        ("create", None, [one]),
    ]
    with clubs.runtime.store.reading() as connection:
        told = connection.execute("SELECT changed FROM audit_entry WHERE entity = 'club' ORDER BY sequence").fetchall()
    assert told[1:] == [('["fans"]',)] * 3


def test_links_to_what_the_reader_may_not_see_are_not_told(clubs: Records) -> None:
    seen, hidden = (clubs.create("fan", {"name": name}).id for name in ("seen", "hidden"))
    club = clubs.create("club", {"fans": [seen, hidden]}).id
    clubs.update("club", club, {"fans": [seen]})
    readers = {
        role: clubs.runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}), ()))
        for role in ("narrow", "blind")
    }
    assert linked(readers["narrow"], club) == [("create", None, [seen])]
    assert linked(readers["blind"], club) == []


def test_a_link_to_a_record_that_is_gone_is_still_told(clubs: Records) -> None:
    fan = clubs.create("fan", {}).id
    club = clubs.create("club", {"fans": [fan]}).id
    clubs.update("club", club, {"fans": []})
    clubs.delete("fan", fan)
    assert linked(clubs, club) == [("update", [fan], None), ("create", None, [fan])]


def test_a_record_that_is_removed_tells_of_the_links_that_went_with_it(clubs: Records) -> None:
    one, two = (clubs.create("fan", {}).id for _ in range(2))
    club, empty = clubs.create("club", {"fans": [one, two]}).id, clubs.create("club", {}).id
    clubs.delete("club", club)
    clubs.delete("club", empty)
    with clubs.runtime.store.reading() as connection:
        sql = "SELECT changed FROM audit_entry WHERE action = 'delete' ORDER BY sequence"
        told = [orjson.loads(changed) for (changed,) in connection.execute(sql).fetchall()]
    assert ["fans" in names for names in told] == [True, False]
    first = clubs.runtime.audit.history(club)
    assert [(entry.old, entry.new) for entry in first if entry.action == "delete" and entry.member == "fans"] == [
        ([one, two], None)
    ]


def test_the_values_of_a_person_who_was_erased_are_gone_and_the_chain_is_whole(system: Records) -> None:
    made, other = individual(system, national_number="AB123456"), individual(system, national_number="CD123456")
    runtime = system.runtime
    with runtime.store.writing() as connection:
        runtime.persons.erase(connection, id_bytes(made.id))
    for record, is_erased in ((made, True), (other, False)):
        changes = system.history("individual", record.id).changes
        told = {(change.new, change.is_erased) for change in changes if change.attribute == "national_number"}
        assert told == {(None if is_erased else "CD123456", is_erased)}
    assert Verification(runtime.store, runtime.keys, runtime.affiliate).run().is_whole


def test_personal_values_are_nowhere_in_the_audit_in_the_clear(system: Records) -> None:
    made = individual(system, national_number="AB123456", contact_media=[{"phone_number": "+221771234567"}])
    system.update("individual", made.id, {"national_number": "EF123456"})
    with system.runtime.store.reading() as connection:
        kept = [
            str(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in ("audit_entry", "record_history")
        ]
    assert not any(number in text for number in ("AB123456", "EF123456") for text in kept)


def test_a_value_that_was_revealed_is_in_the_history_with_the_reason(system: Records, agent: Records) -> None:
    made = individual(system, national_number="AB123456")
    runtime = system.runtime
    with runtime.unit_of_work(agent.actor) as unit:
        event = Event(
            actor=agent.actor,
            at=unit.now,
            action="reveal",
            entity="individual",
            record_id=made.id,
            reason="the police asks",
            seen=("national_number",),
        )
        runtime.audit.write(unit, event)
    change = agent.history("individual", made.id).changes[0]
    assert (change.action, change.attribute, change.old, change.new, change.reason, change.by) == (
        "reveal",
        "national_number",
        None,
        None,
        "the police asks",
        "Awa",
    )
