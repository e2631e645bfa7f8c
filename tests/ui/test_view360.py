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


def test_figure_without_right_is_not_there(site: Site) -> None:
    customer = site.customer(fee="27400")
    text = visible_text(site.browser("reader").get(f"/sn/customer/{customer.id}/360"))
    assert "27" not in text
    assert "Frais" not in text
    assert "Modifier" not in text


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
