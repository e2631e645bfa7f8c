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
