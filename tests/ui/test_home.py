import re

from tests.ui.served import Site, visible_text


def test_home_greets_counts_and_leads_on(site: Site) -> None:
    customer = site.customer()
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    page = site.browser("agent").get("/sn/")
    text = visible_text(page)
    for wanted in ("Fatou Agent", "No signal", "Awa Ndiaye", "Nouveau : Client", "Clients : Onéreux 0", "Tickets 1"):
        assert wanted in text
    assert 'aria-current="page"' in page.text


def test_home_holds_nothing_that_the_reader_may_not_read(site: Site) -> None:
    site.system.create("ticket", {"subject": "No signal"})
    text = visible_text(site.browser("reader").get("/sn/"))
    assert "No signal" not in text
    assert "Nouveau" not in text
    assert "/sn/ticket" not in text


OWN = """
screen: x_sn_my_day
$why: What an agent has to do
kind: dashboard
label: {en: My day, fr: Ma journée}
home_of: [agent]
tiles:
  mine: {source: ticket, filter: "contact == user.login", label: {en: My tickets, fr: Mes tickets}}
  list: {show: table, source: ticket, filter: "contact == user.login", columns: [subject], label: {en: List, fr: Liste}}
"""


def test_dashboard_of_a_role_takes_the_place_of_counts_of_everything(site: Site) -> None:
    file = site.overlay / "screens" / "x_sn_my_day.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(OWN, encoding="utf-8")
    site.affiliates.reload()
    for subject, contact in (("No signal", "agent"), ("No bill", "lead")):
        site.system.create("ticket", {"subject": subject, "contact": contact})
    page = site.browser("agent").get("/sn/")
    text = visible_text(page)
    assert "Mes tickets 1" in text
    assert "No signal" in text
    assert "No bill" not in text
    assert "Clients : Onéreux" not in text
    behind = re.search(r'href="([^"]+tile=x_sn_my_day\.mine[^"]*)"', page.text)
    assert behind
    assert "No bill" not in visible_text(site.browser("agent").get(behind[1].replace("&amp;", "&")))
    assert "Ma journée" not in visible_text(site.browser("reader").get("/sn/"))
    site.browser("reader").get("/sn/dashboards/x_sn_my_day", status=403)
    site.browser("agent").get("/sn/dashboards/x_sn_my_day")
