from __future__ import annotations

import pytest

from sidra.errors import Invalid
from sidra.records.record import Masked, Record
from sidra.records.service import Records


def individual(records: Records, **more: object) -> Record:
    return records.create("individual", {"family_name": "Diop", **more})


def audit(records: Records) -> list[tuple[str, str, str]]:
    with records.runtime.store.reading() as connection:
        rows = connection.execute("SELECT action, entity, actor_id FROM audit_entry ORDER BY sequence")
        return rows.fetchall()


def test_each_change_tells_who_when_and_what(system: Records, agent: Records) -> None:
    made = individual(system, birth_date="1990-01-02")
    agent.update("individual", made.id, {"family_name": "Fall"})
    agent.transition("individual", made.id, "validate")
    changes = [
        (change.action, change.attribute, change.old, change.new, change.by)
        for change in system.history("individual", made.id)
    ]
    assert changes[0] == ("validate", "status", "initialized", "validated", "Awa")
    assert ("update", "family_name", "Diop", "Fall", "Awa") in changes
    assert ("update", "display_name", "Diop", "Fall", "Awa") in changes
    assert ("create", "family_name", None, "Diop", "system:test") in changes


def test_the_reason_of_a_step_is_kept(system: Records) -> None:
    made = individual(system)
    system.transition("individual", made.id, "decease", reason="told")
    assert system.history("individual", made.id)[0].reason == "told"


def test_owned_records_are_in_the_history_of_their_owner(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    system.update("individual", made.id, {"contact_media": []})
    latest = [change for change in system.history("individual", made.id) if change.entity == "contact_medium"]
    assert ("delete", "phone_number", "+221771234567", None) in [
        (change.action, change.attribute, change.old, change.new) for change in latest
    ]


def test_the_history_shows_no_more_than_the_record(system: Records, agent: Records, clerk: Records) -> None:
    made = individual(system, national_number="AB123456", birth_date="1990-01-02")
    masked = next(change for change in agent.history("individual", made.id) if change.attribute == "national_number")
    assert isinstance(masked.new, Masked)
    assert "AB1234" not in masked.new
    assert "birth_date" not in {change.attribute for change in clerk.history("individual", made.id)}


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
    assert system.history("customer", made.id)[0].new == "Fall"
