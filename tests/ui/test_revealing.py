"""Masked values in the screens: seen whole for a reason, once, and with a way to learn why they are masked."""

from __future__ import annotations

import pytest
import webtest
from tests.ui.served import Site, visible_text

HX = {"HX-Request": "true"}
WHY = "the caller named her number"


@pytest.fixture
def person(site: Site) -> str:
    """The address of a person with a document."""
    return f"/sn/person/{site.customer()['person_id']}"


def asked(browser: webtest.TestApp, address: str, reason: str, **options: object) -> webtest.TestResponse:
    form = browser.get(f"{address}/reveal/document", headers=HX).form
    form["reason"] = reason
    return form.submit(headers=HX, **options)


def test_a_masked_value_can_be_revealed_by_whom_the_role_lets(site: Site, person: str) -> None:
    assert f"{person}/reveal/document" in site.browser("lead").get(person).text
    assert "/reveal/" not in site.browser("agent").get(person).text


def test_the_dialog_asks_why_and_tells_what_is_kept(site: Site, person: str) -> None:
    fragment = site.browser("lead").get(f"{person}/reveal/document", headers=HX)
    assert "<dialog" in fragment.text
    assert "•••• 77" in visible_text(fragment)
    assert "Pourquoi en avez-vous besoin" in visible_text(fragment)
    assert "AB123477" not in fragment.text


def test_the_value_is_shown_once_and_kept_in_no_cache(site: Site, person: str) -> None:
    browser = site.browser("lead")
    shown = asked(browser, person, WHY)
    assert "AB123477" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "AB123477" not in browser.get(person).text


def test_a_reason_that_says_nothing_brings_the_dialog_back(site: Site, person: str) -> None:
    again = asked(site.browser("lead"), person, "x")
    assert "AB123477" not in again.text
    assert "5 à 300" in visible_text(again)
    assert 'aria-invalid="true"' in again.text


def test_without_scripts_the_question_and_the_value_have_pages_of_their_own(site: Site, person: str) -> None:
    browser = site.browser("lead")
    form = browser.get(f"{person}/reveal/document").forms["record-form"]
    form["reason"] = ""
    form = form.submit(status=422).forms["record-form"]
    form["reason"] = WHY
    assert "AB123477" in visible_text(form.submit(status=200))


@pytest.mark.parametrize("name", ["birth_date", "nonsense", "given_name"])
def test_what_is_not_masked_cannot_be_revealed(site: Site, person: str, name: str) -> None:
    site.browser("lead").get(f"{person}/reveal/{name}", headers=HX, status=404)


def test_whoever_may_not_reveal_is_refused_at_both_addresses(site: Site, person: str) -> None:
    lead, agent = site.browser("lead"), site.browser("agent")
    agent.get(f"{person}/reveal/document", headers=HX, status=403)
    token = lead.get(f"{person}/reveal/document", headers=HX).form["csrf_token"].value
    agent.post(f"{person}/reveal/document", {"reason": WHY, "csrf_token": token}, headers=HX, status=403)
    own = next(form["csrf_token"].value for form in agent.get(person).forms.values() if "csrf_token" in form.fields)
    agent.post(f"{person}/reveal/document", {"reason": WHY, "csrf_token": own}, headers=HX, status=403)


def test_the_history_of_the_record_tells_who_saw_it_and_why(site: Site, person: str) -> None:
    asked(site.browser("lead"), person, WHY)
    text = visible_text(site.browser("agent").get(person))
    assert "Fatou Lead" in text
    assert "AB123477" not in text
