"""Agents record the documents of a person they serve, and see them masked from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.baseline.configurations import AFFILIATES, ROOT, loaded, model_of, shipped

from sidra.access.actor import Actor
from sidra.errors import Forbidden, Invalid
from sidra.records.record import Masked, Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

PASSPORT = {"identification_type": "passport", "identification_id": "A1234567"}
PERSON = {"given_name": "Awa", "family_name": "Ndiaye"}

People = Callable[[str], Records]


@pytest.fixture(params=AFFILIATES)
def people(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[People]:
    model = model_of(loaded(shipped([ROOT / "affiliates" / name for name in AFFILIATES]), request.param))
    runtime = Runtime(model, Store.open(tmp_path / "people.db", durability="normal"))
    yield lambda role: runtime.records(Actor("1", "x", frozenset({role}), (), "en", model.affiliate))
    runtime.store.close()


def recorded(people: People) -> Record:
    return people("agent").create("individual", {**PERSON, "identifications": [PASSPORT]})


def test_an_agent_records_a_document_and_sees_it_masked(people: People) -> None:
    person = recorded(people)
    (document,) = person["identifications"]
    assert isinstance(document["identification_id"], Masked)
    assert "A123" not in document["identification_id"]
    (whole,) = people("back_office").get("individual", person.id)["identifications"]
    assert whole["identification_id"] == "A1234567"


def test_an_agent_changes_no_document(people: People) -> None:
    person = recorded(people)
    changed = {"id": person["identifications"][0].id, "identification_id": "B7654321"}
    with pytest.raises(Invalid):
        people("agent").update("individual", person.id, {"identifications": [changed]})


def test_an_agent_takes_no_document_away(people: People) -> None:
    person = recorded(people)
    with pytest.raises(Invalid):
        people("agent").update("individual", person.id, {"identifications": []})


def test_an_agent_adds_a_document_to_those_that_are_there(people: People) -> None:
    person = recorded(people)
    known = [{"id": each.id} for each in person["identifications"]]
    changed = people("agent").update("individual", person.id, {"identifications": [*known, PASSPORT]})
    assert len(changed["identifications"]) == 2


def test_a_configurator_records_none(people: People) -> None:
    person = recorded(people)
    with pytest.raises(Forbidden):
        people("configurator").update("individual", person.id, {"identifications": [PASSPORT]})
