"""What a 360° page shows beside plain values: tiles, bars, badges of states, means, buttons of alerts, comments."""

from __future__ import annotations

import re

import pytest
from tests.ui.served import Site, visible_text

FILES = {
    "enums/x_sn_kind.yaml": """
enum: x_sn_kind
label: {en: Kind, fr: Genre}
values:
  x_sn_line: {label: {en: Line, fr: Ligne}, tone: violet, icon: smartphone}
""",
    "entities/ticket.yaml": """
entity: ticket
$why: Tickets of Senegal say more
attributes:
  x_sn_kind: {label: {en: Kind, fr: Genre}, type: enum, enum: x_sn_kind}
  x_sn_share: {label: {en: Used, fr: Utilisé}, type: percent}
  x_sn_number: {label: {en: Number, fr: Numéro}, type: phone}
  x_sn_rated_on: {label: {en: Rated on, fr: Noté le}, type: datetime, filter: true}
  x_sn_score: {label: {en: Score, fr: Note}, type: integer}
""",
    "screens/customer_360.yaml": """
screen: customer_360
$why: All parts of a page
alerts:
  risky: {action: {edit: true, label: {en: Change it, fr: Corriger}}}
kpis:
  risk: {trend: 12mo, points: {source: ticket, via: customer, at: x_sn_rated_on, avg: x_sn_score}}
panels:
  tickets: {columns: {subject: {tile: x_sn_kind, note: x_sn_number}, open: {meter: x_sn_share}}}
  profile: {facts: {x_sn_all: {value: "person.customers", label: {en: As customer, fr: Comme client}}}}
  x_sn_said: {kind: comments}
""",
}


@pytest.fixture
def customer(site: Site) -> str:
    """The id of a customer whose page has everything."""
    for name, text in FILES.items():
        file = site.overlay / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    site.affiliates.reload()
    return str(site.customer(risk=80).id)


def test_row_has_its_tile_its_second_line_and_its_bar(site: Site, customer: str) -> None:
    told = {"x_sn_kind": "x_sn_line", "x_sn_share": "78", "x_sn_number": "+221771234567"}
    site.system.create("ticket", {"subject": "No signal", "customer": customer, **told})
    page = site.browser("agent").get(f"/sn/customer/{customer}/360").text
    row = re.search(r'<tr id="row-.*?</tr>', page, re.DOTALL)
    assert row
    assert 'class="ptile tone-violet"' in row[0]
    assert "+221 77 123 45 67" in row[0]
    assert 'aria-valuenow="78"' in row[0]


def test_row_lacks_what_its_reader_may_not_see(site: Site, customer: str) -> None:
    columns = "{x_sn_kind: none, x_sn_share: none, x_sn_number: none}"
    role = f"role: agent\n$why: Fewer values\nmay: {{ticket: {{columns: {columns}}}}}\n"
    (site.overlay / "roles").mkdir(exist_ok=True)
    (site.overlay / "roles" / "agent.yaml").write_text(role, encoding="utf-8")
    site.affiliates.reload()
    told = {"x_sn_kind": "x_sn_line", "x_sn_share": "78", "x_sn_number": "+221771234567"}
    site.system.create("ticket", {"subject": "No signal", "customer": customer, **told})
    page = site.browser("agent").get(f"/sn/customer/{customer}/360")
    row = re.search(r'<tr id="row-.*?</tr>', page.text, re.DOTALL)
    assert row
    assert "No signal" in row[0]
    assert not re.search("ptile|77 123|valuenow", row[0])


def test_records_with_a_state_are_badges_of_it(site: Site, customer: str) -> None:
    page = site.browser("agent").get(f"/sn/customer/{customer}/360").text
    assert re.search(r'<span class="badge tone-blue">Awa Ndiaye<span class="vh"> \(Prospect\)</span>', page)


def test_alert_leads_to_what_is_to_be_done_for_whom_that_is_open(site: Site, customer: str) -> None:
    address = f"/sn/customer/{customer}/360"
    alert = re.compile(r'<div class="alerts">.*?</div>', re.DOTALL)
    found = alert.search(site.browser("agent").get(address).text)
    assert found
    assert f"/sn/customer/{customer}/edit" in found[0]
    refused = alert.search(site.browser("reader").get(address).text)
    assert refused
    assert "<a " not in refused[0]


def test_curve_is_the_mean_of_those_that_have_a_value(site: Site, customer: str) -> None:
    now = site.system.now
    for months, scores in ((3, (4, 6)), (2, (8, None))):
        year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
        at = now.replace(year=year, month=month + 1, day=3, hour=12).isoformat()
        for score in scores:
            values = {"subject": "Rated", "customer": customer, "x_sn_rated_on": at, "x_sn_score": score}
            site.system.create("ticket", {name: value for name, value in values.items() if value is not None})
    text = visible_text(site.browser("agent").get(f"/sn/customer/{customer}/360"))
    assert re.search(r"\+60\s*%", text)


def test_comments_are_written_on_the_page(site: Site, customer: str) -> None:
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer}/360/x_sn_said")
    assert f'action="/sn/customer/{customer}/comments"' in page.text
