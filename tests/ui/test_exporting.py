"""A list as a file: the button, the rows that the list shows, the columns of the screen, and who may have it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import Site, site_in, visible_text


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


def test_a_long_list_becomes_a_file_that_its_person_fetches_later(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ndiaye", "Sow", "=Ba"):
        site.customer("Awa", name)
    monkeypatch.setattr("sidra.records.service.COUNT_CAP", 2)
    browser = site.browser("lead")
    for kind in ("/export", "/sheet"):
        page = browser.get("/sn/customer?sort=name")
        form = next(form for form in page.forms.values() if kind in form.action)
        run = form.submit(status=303).location
        waiting = browser.get(run)
        assert "Le fichier est en préparation" in visible_text(waiting)
        assert 'data-live="job:' in browser.get(f"{run}/progress").text
        assert work_through(site.runtime, tmp_path) == []
        ready = browser.get(run)
        assert "Le fichier est prêt : 3 lignes" in visible_text(ready)
        file = next(form for form in ready.forms.values() if form.action.endswith("/file")).submit()
        assert file.headers["Cache-Control"] == "no-store"
        if kind == "/export":
            rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"), newline="")))
            assert [row["Nom"] for row in rows] == ["Awa =Ba", "Awa Ndiaye", "Awa Sow"]
        site.browser("chief").get(run, status=404)
    assert "Le fichier d’une liste est prêt" in visible_text(browser.get("/sn/notifications"))
    gone = next(form for form in ready.forms.values() if form.action.endswith("/stop")).submit(status=303)
    assert gone.location.endswith("/sn/customer")
    browser.get(run, status=404)
