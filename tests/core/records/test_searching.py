from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidra.access.actor import Actor, system_actor
from sidra.records import search_index
from sidra.records.listing import searched_fields
from sidra.records.record import Count, Record
from sidra.records.search_index import forget_record, index_texts
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model


def individual(records: Records, family_name: str, **more: object) -> Record:
    return records.create("individual", {"family_name": family_name, **more})


def names(records: Records, text: str) -> list[str]:
    return [hit.record["family_name"] for hit in records.search(text, entities=["individual"])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ndiaye", "ndiaye"),
        ("Ndiaye", "DIAY"),
        ("Ndiaye", "nd"),
        ("Łódzki", "lodz"),
        ("Lodzki", "łódź"),
        ("أحمد", "احمد"),
        ("Fatou Ndiaye", "ndiaye fatou"),
        ("Fatou Ba", "fatou ba"),
        ("Awa Diop", "aw dio"),
        ("Zoë Diop", "dio zoe"),
        ('O\'Neil "Bob"', 'neil "bob"'),
        ("100%_x", "100%"),
    ],
)
def test_a_name_is_found_in_whatever_form_it_is_typed(system: Records, name: str, text: str) -> None:
    individual(system, name)
    individual(system, "Quite Another")
    assert names(system, text) == [name]


def test_of_many_that_are_alike_the_same_are_shown_on_either_database(system: Records) -> None:
    made = [individual(system, "Alike").id for _ in range(30)]
    with system.runtime.unit_of_work(system.actor) as unit:
        # Written anew, the oldest rows of the index stand behind the others.
        for id in made[:10]:
            forget_record(system.runtime.store, unit.connection, id)
            index_texts(system.runtime.store, unit.connection, "party", id, {"family_name": "Alike"})
    hits = system.search("alike", entities=["individual"], limit=3)
    assert [hit.id for hit in hits] == sorted(made)[:3]


@pytest.mark.parametrize("text", ["", "   ", "xyz", "'", '"', "*", "NEAR(", "a OR b", "\x00", "-", "()"])
def test_text_that_finds_nothing_is_no_error(system: Records, text: str) -> None:
    individual(system, "Ndiaye")
    assert names(system, text) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_text_breaks_the_search(system: Records, text: str) -> None:
    system.search(text)


def test_the_best_hit_comes_first(system: Records) -> None:
    for name in ("Sadiop", "Fall Diop", "Diopa", "Diop"):
        individual(system, name)
    assert names(system, "diop") == ["Diop", "Diopa", "Fall Diop", "Sadiop"]
    assert len(system.search("diop", limit=2)) == 2
    assert system.search("diop", limit=0) == []


def test_a_number_is_found_with_and_without_spaces(system: Records) -> None:
    individual(system, "Diop", contact_media=[{"phone_number": "+221771234567"}])
    for text in ("+221 77 123 45 67", "77-123-45-67", "1234567", "00221771234567", "0771234567", "٧٧ ١٢٣"):
        assert [hit.entity for hit in system.search(text)] == ["contact_medium"]
    assert [hit.field for hit in system.search("P-2026-000001")] == ["number"]


def test_what_is_found_of_each_entity_is_counted_beyond_what_is_shown(system: Records) -> None:
    for number in range(7):
        individual(system, f"Diop {number}")
        system.create("ticket", {"subject": "Diop calls"})
    system.create("ticket", {"subject": "Another"})
    found = {one.entity: one for one in system.search_each("diop", limit=3)}
    assert {name: len(one.hits) for name, one in found.items()} == {"individual": 3, "ticket": 3}
    assert {name: one.count for name, one in found.items()} == dict.fromkeys(found, Count(7, is_exact=True))
    uncounted = system.search_each("diop", limit=3, counted=False)
    assert [one.count.value for one in uncounted] == [3, 3]
    assert [one.count.value for one in system.search_each("diop 1", limit=3)] == [1]


def test_records_that_the_reader_may_not_see_are_not_counted(system: Records, clerk: Records) -> None:
    for _ in range(4):
        individual(system, "Ndiaye")
        system.create("ticket", {"subject": "Ndiaye calls"})
    assert [(one.entity, one.count.value) for one in clerk.search_each("ndiaye", limit=1)] == [("individual", 4)]


def test_a_text_that_very_many_have_finds_what_begins_with_it_first(
    system: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "SCANNED", 3)
    for name in ("A Diop", "B Diop", "C Diop", "Diop", "D Diop", "Diopa"):
        individual(system, name)
    assert names(system, "diop")[:2] == ["Diop", "Diopa"]
    assert set(names(system, "diop")) >= {"Diop", "Diopa", "A Diop", "B Diop", "C Diop"}
    (found,) = system.search_each("diop", entities=["individual"], limit=2)
    assert not found.count.is_exact


def test_texts_of_one_kind_of_record_do_not_hide_those_of_another(
    system: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "SCANNED", 3)
    for _ in range(5):
        individual(system, "A Diop")
    system.create("ticket", {"subject": "Calls of Diop"})
    assert [hit.entity for hit in system.search("diop", entities=["ticket"])] == ["ticket"]
    assert "ticket" in {one.entity for one in system.search_each("diop", limit=2)}


def plans(records: Records, view_name: str, key: tuple[str, ...]) -> str:
    """How the database carries out a statement of a view."""
    statement = records.view(view_name).statements.get(key, lambda: pytest.fail(f"no statement {key}"))
    with records.connected() as connection:
        given = {**records.context, **statement.constants, "numbers": "[]", "limit": 1}
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", given)
        return "\n".join(row[3] for row in rows.fetchall())


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_texts_that_were_found_lead_to_their_records(system: Records) -> None:
    individual(system, "Ndiaye")
    system.search("ndiaye")
    fields = searched_fields(system.view("individual"))
    plan = plans(system, "individual", ("found", *fields)).splitlines()
    assert plan[0].startswith("SCAN numbers")
    assert "INTEGER PRIMARY KEY" in plan[1]


def test_the_index_follows_changes_and_removals(system: Records) -> None:
    made = individual(system, "Ndiaye")
    system.update("individual", made.id, {"family_name": "Fall"})
    assert (names(system, "ndiaye"), names(system, "fall")) == ([], ["Fall"])
    system.delete("individual", made.id)
    assert system.search("fall") == []
    with system.runtime.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM sidra_search").fetchone() == (0,)
        if system.runtime.store.dialect.name == "sqlite":
            connection.execute("INSERT INTO sidra_search_text (sidra_search_text) VALUES ('integrity-check')")


def test_an_entity_that_is_not_granted_is_not_searched(system: Records, clerk: Records) -> None:
    system.create("ticket", {"subject": "Ndiaye calls"})
    individual(system, "Ndiaye")
    assert [hit.entity for hit in clerk.search("ndiaye")] == ["individual"]
    assert clerk.search("ndiaye", entities=["ticket", "nothing"]) == []


def test_a_hit_on_a_hidden_attribute_is_none(blind: Records) -> None:
    assert blind.search("ndiaye") == []


@pytest.fixture
def blind(make_model: Callable[..., Model], store: Store) -> Records:
    """What someone sees who may read individuals, but not their names."""
    role = "role: blind\nfunctions: [search]\nmay:\n"
    role += "  individual: {do: [read], columns: {family_name: none, display_name: mask}}\n"
    runtime = Runtime(make_model(blind=role), store)
    individual(runtime.records(system_actor("test")), "Ndiaye")
    return runtime.records(Actor("x", "x", frozenset({"blind"})))
