"""Boxes of a 360° page that show what other systems answer, offers, courses and older events."""

from __future__ import annotations

import re

import orjson
import pytest
from tests.ui.served import Site, visible_text

from sidra.connectors.failures import CallFailed, Failing, LeftAlone, TimedOut
from sidra.connectors.protocols import Endpoint, installed_protocols
from sidra_metamodel.kinds.interfaces.connector import Operation

INTERFACE = """
interface: x_sn_billing
kind: connector
label: {en: Billing, fr: Facturation}
base_url: {environment: SN_BILLING_URL}
operations:
  bills:
    of: customer
    takes: {number: string}
    get: "/bills?of={number}"
    each: "$[*]"
    returns: {number: id, fee: fee, x_sn_note: {path: note, type: string, label: {en: Note, fr: Remarque}}}
    cache: 60s
"""
SCREEN = """
screen: customer_360
$why: What Senegal's billing says
panels:
  x_sn_bills: {source: x_sn_billing.bills, with: {number: number}, label: {en: Bills, fr: Factures}, stale_after: 5min}
"""
BILLS = [{"id": "B-17", "fee": 27400, "note": "<b>due</b>"}]


class System:
    """Another system, as a client meets it."""

    def __init__(self) -> None:
        self.answer: bytes | CallFailed = orjson.dumps(BILLS)
        self.asked: list[dict[str, str]] = []

    def __call__(self, _: Endpoint) -> System:
        return self

    def ask(self, _: Operation, values: dict[str, str], __: float) -> object:
        self.asked.append(dict(values))
        if isinstance(self.answer, CallFailed):
            raise self.answer
        return orjson.loads(self.answer)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, site: Site) -> System:
    found = System()
    for name, text in {"interfaces/x_sn_billing.yaml": INTERFACE, "screens/customer_360.yaml": SCREEN}.items():
        file = site.overlay / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    site.affiliates.reload()
    state = site.affiliates.state("sn")
    assert state is not None
    assert [finding.message for finding in state.diagnostics if "x_sn" in finding.message] == []
    known = {**installed_protocols(), "rest": found}
    monkeypatch.setattr("sidra.connectors.service.installed_protocols", lambda: known)
    return found


def box(site: Site, role: str = "agent") -> tuple[str, str]:
    """The box as text and as markup."""
    customer = site.customer(fee="100")
    found = site.browser(role).get(f"/sn/customer/{customer.id}/360/x_sn_bills")
    return visible_text(found), found.text


def test_the_page_does_not_wait_for_another_system(site: Site, system: System) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}/360")
    assert f'hx-get="/sn/customer/{customer.id}/360/x_sn_bills"' in page.text
    assert not system.asked


def test_an_answer_is_shown_with_its_source_and_age(site: Site, system: System) -> None:
    text, markup = box(site)
    assert "Facturation en direct" in text
    assert "B-17" in text
    assert "27 400" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert "<b>due</b>" not in markup
    assert system.asked == [{"number": "C-000001"}]


def test_a_value_that_the_reader_may_not_see_is_absent_with_its_head(site: Site, system: System) -> None:
    text, markup = box(site, "reader")
    assert "B-17" in text
    assert "Frais" not in text
    assert "27" not in re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", markup)
    assert system.asked


def test_a_value_that_the_reader_sees_masked_in_records_is_masked_here(site: Site, system: System) -> None:
    text, markup = box(site, "lead")
    assert "Frais" in text
    assert "masqu" in text.lower()
    assert "27" not in re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", markup)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (TimedOut("late"), "n’a pas répondu en 5 secondes"),
        (LeftAlone("open"), "n’est pas sollicité pour un moment"),
        (Failing("status 503"), "Facturation ne répond pas"),
    ],
)
def test_a_system_that_is_away_is_named_with_a_way_to_try_again(
    site: Site, system: System, failure: CallFailed, said: str
) -> None:
    system.answer = failure
    text, markup = box(site)
    assert said in text.replace("\xa0", " ")
    assert "Réessayer" in text
    assert 'hx-target="#panel-x_sn_bills"' in markup


def test_what_was_answered_last_is_shown_while_the_system_is_away(
    site: Site, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, browser = site.customer(), site.browser("agent")
    address = f"/sn/customer/{customer.id}/360/x_sn_bills"
    browser.get(address)
    connector = site.runtime.connectors.get("x_sn_billing")
    kept = connector._kept
    later = connector._clock() + 600
    for each in (kept, connector):
        monkeypatch.setattr(each, "_clock", lambda: later)
    assert "B-17" in visible_text(browser.get(address))
    system.answer = Failing("status 503")
    monkeypatch.setattr(kept, "_clock", lambda: later + 700)
    text = visible_text(browser.get(address))
    assert "B-17" in text
    assert "Sa dernière réponse est affichée" in text
    assert "absent, 12 minutes" in text.replace("\xa0", " ")


PARTS = """
screen: customer_360
$why: Every kind of box
kpis:
  x_sn_tickets: {value: tickets.size(), trend: 12mo, points: {source: ticket, via: customer, at: created_at}}
panels:
  timeline: {limit: 2, of: {ticket: {groups: {x_sn_open: {when: open}, x_sn_shut: {when: "!open"}}}}}
  x_sn_chart: {kind: chart, source: ticket, via: customer, at: created_at, tab: true, label: {fr: Par mois}}
  x_sn_offers:
    kind: offers
    label: {en: Offers, fr: Offres}
    source: person
    filter: "name != 'Nobody'"
    when: "id != about.person.id"
    score: "about.fee != null ? 80 : 40"
    reasons:
      paying: {when: "about.fee != null", text: {en: Pays already, fr: Paie déjà}}
      other: {text: {en: Is another one, fr: Est une autre personne}}
    replies:
      present:
        label: {en: Present, fr: Proposer}
        create: customer
        values: {segment: "'gold'"}
        text: reason_for_gold
"""


@pytest.fixture
def whole(site: Site) -> Site:
    file = site.overlay / "screens/customer_360.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(PARTS, encoding="utf-8")
    site.affiliates.reload()
    state = site.affiliates.state("sn")
    assert state is not None
    assert [str(finding.message) for finding in state.diagnostics] == []
    return site


def test_older_events_follow_one_page_after_the_other_without_gap_or_repetition(whole: Site) -> None:
    customer, browser = whole.customer(), whole.browser("agent")
    for number in range(5):
        whole.system.create("ticket", {"subject": f"Ticket {number}", "customer": customer.id})
    address, seen = f"/sn/customer/{customer.id}/360/timeline", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r">(Ticket \d)<", page)
        found = re.search(r'class="btn sm" href="([^"]+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"Ticket {number}" for number in reversed(range(5))]


def test_a_group_of_a_channel_narrows_the_timeline(whole: Site) -> None:
    customer, browser = whole.customer(), whole.browser("agent")
    for subject, is_open in (("Still open", True), ("Long shut", False)):
        whole.system.create("ticket", {"subject": subject, "customer": customer.id, "open": is_open})
    text = visible_text(browser.get(f"/sn/customer/{customer.id}/360/timeline?channel=ticket.x_sn_shut"))
    assert "Long shut" in text
    assert "Still open" not in text


@pytest.mark.parametrize("before", ["x", "2026-13-99~1", "2026-01-01T00:00:00~1", "~", "9" * 500])
def test_an_end_that_is_none_gives_the_latest(whole: Site, before: str) -> None:
    customer = whole.customer()
    whole.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    page = whole.browser("agent").get(f"/sn/customer/{customer.id}/360/timeline", params={"before": before})
    assert "No signal" in visible_text(page)


def test_a_chart_says_in_words_what_it_draws(whole: Site) -> None:
    customer = whole.customer()
    whole.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    page = whole.browser("agent").get(f"/sn/customer/{customer.id}/360/x_sn_chart")
    assert "<sidra-chart" in page.text
    assert "Par mois" in visible_text(page)


def test_a_box_has_a_tab_of_its_own_and_others_have_none(whole: Site) -> None:
    customer, browser = whole.customer(), whole.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}/360?tab=x_sn_chart")
    assert 'id="panel-x_sn_chart"' in page.text
    assert 'id="panel-tickets"' not in page.text
    browser.get(f"/sn/customer/{customer.id}/360?tab=tickets", status=404)


def test_offers_say_how_well_they_fit_and_why(whole: Site) -> None:
    whole.customer("Moussa", "Diop")
    customer = whole.customer(fee="100")
    text = visible_text(whole.browser("agent").get(f"/sn/customer/{customer.id}/360/x_sn_offers"))
    assert "Moussa Diop" in text
    assert "Awa Ndiaye" not in text
    assert "Score 80" in text
    assert "Paie déjà" in text


def test_a_reply_to_an_offer_is_kept_and_only_to_what_is_offered(whole: Site) -> None:
    whole.customer("Moussa", "Diop")
    customer, browser = whole.customer(fee="100"), whole.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}/360/x_sn_offers")
    form = page.forms[0]
    own = form.action.rpartition("/")[0] + f"/{customer['person'].id}"
    browser.post(own, {"csrf_token": form["csrf_token"].value}, status=404)
    form.submit(status=303)
    reasons = [each["reason_for_gold"] for each in whole.system.list("customer").records]
    assert "Proposer: Moussa Diop" in reasons
    whole.browser("reader").post(form.action, {"csrf_token": "x"}, status=403)
