from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidra.access.actor import Actor, system_actor
from sidra.records.record import Record
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
        ('O\'Neil "Bob"', 'neil "bob"'),
        ("100%_x", "100%"),
    ],
)
def test_a_name_is_found_in_whatever_form_it_is_typed(system: Records, name: str, text: str) -> None:
    individual(system, name)
    individual(system, "Quite Another")
    assert names(system, text) == [name]


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
    for text in ("+221 77 123 45 67", "77-123-45-67", "1234567"):
        assert [hit.entity for hit in system.search(text)] == ["contact_medium"]
    assert [hit.field for hit in system.search("P-2026-000001")] == ["number"]


def test_the_index_follows_changes_and_removals(system: Records) -> None:
    made = individual(system, "Ndiaye")
    system.update("individual", made.id, {"family_name": "Fall"})
    assert (names(system, "ndiaye"), names(system, "fall")) == ([], ["Fall"])
    system.delete("individual", made.id)
    assert system.search("fall") == []
    with system.runtime.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM sidra_search").fetchone() == (0,)
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
    role = "role: blind\nmay:\n  individual: {do: [read], columns: {family_name: none, display_name: mask}}\n"
    runtime = Runtime(make_model(blind=role), store)
    individual(runtime.records(system_actor("test")), "Ndiaye")
    return runtime.records(Actor("x", "x", frozenset({"blind"})))
