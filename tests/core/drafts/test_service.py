"""Drafts: a person's own, sealed, for a week, and gone with the record that they are of."""

from __future__ import annotations

import datetime

import pytest
from tests.core.privacy.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.drafts.service import KEPT, MOST_BYTES, Entries
from sidra.errors import Invalid
from sidra.privacy.erasing import erase
from sidra.runtime import Runtime

ME = Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"agent"}), affiliate="sn")
OTHER = Actor("00000000-0000-7000-8000-0000000000ab", "Binta", frozenset({"agent"}), affiliate="sn")
FORM = "party/new"
ENTERED = (("name", "Awa Ndiaye"), ("name", "Awa"), ("status", ""))


def keep(runtime: Runtime, entries: Entries = ENTERED, form: str = FORM, record_id: str | None = None) -> None:
    runtime.transact(ME, lambda unit: runtime.drafts.keep(unit, form, record_id, entries))


def test_a_draft_comes_back_as_it_was_to_its_writer_alone(runtime: Runtime) -> None:
    keep(runtime, (("name", "before"),))
    keep(runtime)
    found = runtime.drafts.find(runtime, ME, FORM)
    assert found is not None
    assert (found.entries, found.at) == (ENTERED, runtime.now())
    assert runtime.drafts.find(runtime, OTHER, FORM) is None
    assert runtime.drafts.find(runtime, ME, "party/other") is None
    with runtime.store.reading() as connection:
        assert "Ndiaye" not in str(connection.execute("SELECT * FROM draft_draft").fetchall())
    runtime.transact(ME, lambda unit: runtime.drafts.drop(unit, FORM))
    assert runtime.drafts.find(runtime, ME, FORM) is None


def test_a_draft_is_kept_for_a_week(runtime: Runtime) -> None:
    keep(runtime)
    later = runtime.at(lambda: runtime.now() + KEPT + datetime.timedelta(seconds=1))
    assert later.drafts.find(later, ME, FORM) is None
    assert runtime.drafts.find(runtime, ME, FORM) is not None
    assert runtime.transact(ME, lambda unit: runtime.drafts.sweep(unit.connection, later.now())) == 1
    assert runtime.drafts.find(runtime, ME, FORM) is None


def test_the_draft_of_a_record_goes_with_its_personal_values(runtime: Runtime) -> None:
    records = runtime.records(runtime.system_actor)
    party = records.create("party", {"name": "Awa"})
    keep(runtime, form=f"party/{party.id}", record_id=party.id)
    assert runtime.drafts.find(runtime, ME, f"party/{party.id}") is not None
    erase(runtime, party.id, actor=runtime.system_actor, reason="she asked for it")
    assert runtime.drafts.find(runtime, ME, f"party/{party.id}") is None


def test_drafts_are_bounded(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid):
        keep(runtime, (("name", "x" * MOST_BYTES),))
    monkeypatch.setattr("sidra.drafts.service.MOST_DRAFTS", 2)
    for number in range(3):
        keep(runtime, form=f"party/{number}")
    found = [runtime.drafts.find(runtime, ME, f"party/{number}") is not None for number in range(3)]
    assert found.count(True) == 2
    assert found[2]
