"""A list as a file: the button, the rows that the list shows, the columns of the screen, and who may have it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import webtest
from tests.ui.served import Site, site_in


def files(browser: webtest.TestApp, address: str = "/sn/customer") -> list[dict[str, str]]:
    """The file behind the button of a list."""
    page = browser.get(address)
    form = next(form for form in page.forms.values() if "/export" in form.action)
    answer = form.submit()
    assert answer.content_type == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.body.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_file_has_the_rows_of_the_list_and_the_columns_of_the_screen_first(site: Site) -> None:
    site.customer(segment="gold", fee="100", hush="Xyzzy")
    site.customer("=Omar", "Sow", segment="standard")
    rows = files(site.browser("lead"), "/sn/customer?sort=-name")
    assert list(rows[0])[:4] == ["Nom", "Numéro", "Segment", "Statut"]
    assert [row["Nom"] for row in rows] == ["Awa Ndiaye", "'=Omar Sow"]
    assert [row["Segment"] for row in rows] == ["Or", "Standard"]
    assert "Tu" not in rows[0]
    assert rows[0]["Frais"] == "••••"


def test_the_file_follows_view_and_filters(site: Site) -> None:
    site.customer(segment="gold")
    site.customer("Omar", "Sow", segment="standard")
    browser = site.browser("lead")
    assert [row["Nom"] for row in files(browser, "/sn/customer?view=gold")] == ["Awa Ndiaye"]
    assert [row["Nom"] for row in files(browser, "/sn/customer?f.segment=standard")] == ["Omar Sow"]
    assert [row["Nom"] for row in files(browser, "/sn/customer?q=sow")] == ["Omar Sow"]


def test_no_more_rows_are_sent_than_the_setting_lets(site: Site, tmp_path: Path) -> None:
    del site
    other = site_in(tmp_path / "other", export_rows=2)
    for _ in range(3):
        other.customer()
    assert len(files(other.browser("lead"))) == 2
    other.affiliates.close()


@pytest.mark.parametrize("login", ["agent", "reader", "configurator"])
def test_whoever_may_not_export_has_no_button_and_is_refused(site: Site, login: str) -> None:
    browser = site.browser(login)
    page = browser.get("/sn/customer")
    assert "/export" not in page.text
    token = next(form["csrf_token"].value for form in page.forms.values() if "csrf_token" in form.fields)
    browser.post("/sn/customer/export", {"csrf_token": token}, status=403)


def test_a_file_is_not_had_by_a_link_from_elsewhere(site: Site) -> None:
    browser = site.browser("lead")
    browser.get("/sn/customer/export", status=404)
    browser.post("/sn/customer/export", {}, status=403)
