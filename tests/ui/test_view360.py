import re

from tests.ui.served import Site, visible_text


def test_page_shows_who_it_is_and_what_matters(site: Site) -> None:
    customer = site.customer(fee="27400", risk=80, segment="gold", reason_for_gold="Loyal")
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    text = visible_text(site.browser("agent").get(f"/sn/customer/{customer.id}/360"))
    for wanted in (
        "Awa Ndiaye",
        "C-000001",
        "+221 77 123 45 67",
        "Sur le départ",
        "No signal",
        "14 juin 1988",
        "•••• 77",
    ):
        assert wanted in text


def test_boxes_below_come_one_by_one(site: Site) -> None:
    customer = site.customer()
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}/360")
    address = re.search(r'hx-get="([^"]+/360/timeline)"', page.text)
    assert address
    fragment = browser.get(address[1])
    assert "No signal" in visible_text(fragment)
    assert "Aujourd" in fragment.text
    assert "<html" not in fragment.text


def test_event_says_whose_it_is_as_far_as_that_is_known(site: Site) -> None:
    customer = site.customer()
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id, "contact": "Awa", "legacy": "T-7"})
    site.system.create("ticket", {"subject": "No bill", "customer": customer.id, "contact": "", "legacy": "T-8"})
    text = site.browser("agent").get(f"/sn/customer/{customer.id}/360/timeline").text
    lines = re.findall(r'<p class="xs muted">([^<]*)</p>', text)
    assert sorted(line.replace("\u2068", "").replace("\u2069", "") for line in lines) == ["Awa · T-7", "T-8"]


def test_figure_without_right_is_not_there(site: Site) -> None:
    customer = site.customer(fee="27400")
    page = site.browser("reader").get(f"/sn/customer/{customer.id}/360")
    text = visible_text(page)
    assert "27" not in text
    assert "Frais" not in text
    assert f"{customer.id}/edit" not in page.text


def test_unknown_box_is_not_found(site: Site) -> None:
    customer = site.customer()
    site.browser("agent").get(f"/sn/customer/{customer.id}/360/nothing", status=404)


def test_entity_without_such_a_page_is_not_found(site: Site) -> None:
    ticket = site.system.create("ticket", {"subject": "No signal"})
    site.browser("agent").get(f"/sn/ticket/{ticket.id}/360", status=404)


def test_buttons_lead_to_new_records_about_this_one(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}/360")
    assert f'href="/sn/ticket/new?customer={customer.id}&amp;then=' in page.text


def test_date_in_the_header_stands_with_its_word(site: Site) -> None:
    customer = site.customer(since="2024-02-01")
    text = visible_text(site.browser("agent").get(f"/sn/customer/{customer.id}/360"))
    assert "Depuis 1 févr. 2024" in text


def test_box_leads_to_all_its_records_and_to_a_new_one(site: Site) -> None:
    customer = site.customer()
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    page = site.browser("agent").get(f"/sn/customer/{customer.id}/360")
    assert f'href="/sn/ticket?f.customer={customer.id}"' in page.text
    assert "Tout voir" in visible_text(page)


def test_value_of_which_nothing_may_be_seen_says_so(site: Site) -> None:
    customer = site.customer(hush="quiet")
    text = visible_text(site.browser("hushed").get(f"/sn/customer/{customer.id}"))
    assert "Tu Masqué" in text
    assert "••" not in text


def test_history_is_a_step_away(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}/360")
    assert f'href="/sn/customer/{customer.id}#history"' in page.text
