import re
from typing import NoReturn

import pytest
from tests.ui.served import BROKEN, Site, visible_text

from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.records.record import Page
from sidra.records.service import DEFAULT_QUERY, Records
from sidra_ui import home


def test_unknown_affiliate_is_a_page(site: Site) -> None:
    page = site.browser().get("/xx/customer", status=404)
    assert "R404" in visible_text(page)


def test_fault_of_ours_says_nothing_but_its_reference(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(desk: object) -> NoReturn:
        raise ZeroDivisionError("password=hunter2")

    browser = site.browser("agent")
    monkeypatch.setattr(home, "home_page", broken)
    page = browser.get("/sn/", status=500)
    assert re.search(r"[0-9a-f]{32}", visible_text(page))
    assert "hunter2" not in page.text
    assert "Traceback" not in page.text


def test_piece_of_a_page_sends_strangers_to_sign_in_whole(site: Site) -> None:
    answer = site.browser().get("/sn/customer/lookup?q=a", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sn/sign-in")


@pytest.mark.parametrize("told", [{"HX-Request": "true", "HX-Current-URL": "{}"}, {"Referer": "{}"}])
def test_who_is_signed_out_in_a_form_comes_back_to_it(site: Site, told: dict[str, str]) -> None:
    headers = {name: value.format("http://localhost/sn/customer/new?then=%2Fsn%2F") for name, value in told.items()}
    answer = site.browser().post("/sn/customer/new", headers=headers)
    wanted = "/sn/sign-in?next=%2Fsn%2Fcustomer%2Fnew%3Fthen%3D%252Fsn%252F"
    assert answer.headers.get("HX-Redirect", answer.headers.get("Location", "")).endswith(wanted)


@pytest.mark.parametrize(("login", "sees"), [("configurator", True), ("agent", False)])
def test_broken_files_are_shown_to_configurators_only(site: Site, login: str, sees: bool) -> None:
    site.customer()
    (site.overlay / "entities").mkdir()
    (site.overlay / "entities" / "customer.yaml").write_text(BROKEN, encoding="utf-8")
    site.affiliates.reload()
    text = visible_text(site.browser(login).get("/sn/customer"))
    assert "Awa Ndiaye" in text
    assert ("nmae" in text) is sees


def test_box_whose_source_fails_leaves_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    listed = Records.list

    def failing(self: Records, entity: str, query: Query = DEFAULT_QUERY) -> Page:
        if entity == "ticket" and query.filters:
            raise SidraError("the source is down")
        return listed(self, entity, query)

    monkeypatch.setattr(Records, "list", failing)
    text = visible_text(browser.get(f"/sn/customer/{customer.id}/360"))
    assert "Tickets ne répond pas" in text
    assert "14 juin 1988" in text
