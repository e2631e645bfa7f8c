"""What a person has agreed to: the consent that was given last, for the channel, until it is withdrawn or runs out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.access.actor import Actor, system_actor
from sidra.errors import Forbidden, Invalid
from sidra.privacy.consents import has_consent
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    model = model_of(loaded(shipped([ROOT / "affiliates" / "sn"]), "sn"))
    runtime = Runtime(model, Store.open(tmp_path / "sn.db", durability="normal"), clock=lambda: NOW)
    return runtime.records(system_actor("test", affiliate="sn"))


@pytest.fixture
def awa(records: Records) -> str:
    return records.create("individual", {"given_name": "Awa", "family_name": "Ndiaye"}).id


def agreed(records: Records, party: str, **values: object) -> str:
    given = {"party": party, "purpose": "marketing", "text_version": "2026-1", "given_at": NOW - DAY}
    return records.create("consent", given | values).id


def test_without_a_consent_there_is_none(records: Records, awa: str) -> None:
    assert not has_consent(records, awa, "marketing", "sms")


def test_it_stands_for_its_purpose_from_when_it_was_given(records: Records, awa: str) -> None:
    agreed(records, awa)
    assert has_consent(records, awa, "marketing", "sms")
    assert not has_consent(records, awa, "profiling", "sms")
    assert not has_consent(records, awa, "marketing", "sms", NOW - 2 * DAY)
    binta = records.create("individual", {"given_name": "Binta", "family_name": "Fall"}).id
    assert not has_consent(records, binta, "marketing", "sms")


def test_one_for_a_channel_says_nothing_of_others(records: Records, awa: str) -> None:
    agreed(records, awa, channel="sms")
    assert has_consent(records, awa, "marketing", "sms")
    assert not has_consent(records, awa, "marketing", "email")


def test_once_withdrawn_it_stands_no_more_and_did_before(records: Records, awa: str) -> None:
    consent = agreed(records, awa)
    withdrawn = records.transition("consent", consent, "withdraw")
    assert (withdrawn["status"], withdrawn["withdrawn_at"]) == ("withdrawn", NOW)
    assert not has_consent(records, awa, "marketing", "sms")
    assert has_consent(records, awa, "marketing", "sms", NOW - datetime.timedelta(hours=1))
    assert next(change.action for change in records.history("consent", consent).changes) == "withdraw"
    with pytest.raises(Invalid):
        records.transition("consent", consent, "withdraw")


def test_the_last_word_counts(records: Records, awa: str) -> None:
    records.transition("consent", agreed(records, awa), "withdraw")
    agreed(records, awa, given_at=NOW)
    assert has_consent(records, awa, "marketing", "sms")


def test_it_runs_out(records: Records, awa: str) -> None:
    agreed(records, awa, valid_until="2026-03-20")
    assert has_consent(records, awa, "marketing", "sms")
    assert not has_consent(records, awa, "marketing", "sms", NOW + DAY)


def test_an_agent_may_withdraw_and_not_rewrite_one(records: Records, awa: str) -> None:
    consent = agreed(records, awa)
    actor = Actor("00000000-0000-7000-8000-0000000000aa", "Moussa", frozenset({"agent"}), affiliate="sn")
    agent = records.runtime.records(actor)
    with pytest.raises(Forbidden):
        agent.update("consent", consent, {"text_version": "2020"})
    assert agent.transition("consent", consent, "withdraw")["status"] == "withdrawn"
