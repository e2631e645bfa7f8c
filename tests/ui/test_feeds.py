from pathlib import Path

import pytest
import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import Site, visible_text

from sidra.access.actor import system_actor
from sidra.interfaces.loading import FeedLoader
from sidra.web.bodies import MAX_BODY_BYTES


@pytest.fixture
def loader(site: Site, tmp_path: Path) -> FeedLoader:
    """A feed that loaded one row and rejected another."""
    file = tmp_path / "tickets.csv"
    file.write_text("Id,Subject\nT1,No signal\nT2,\n", encoding="utf-8")
    made = FeedLoader(site.runtime, "ticket_load")
    counts = made.run(file, system_actor("test", affiliate="sn"))
    assert (counts.created, counts.quarantined) == (1, 1)
    return made


def test_rejected_rows_are_listed_with_their_reasons(site: Site, loader: FeedLoader) -> None:
    browser = site.browser("operator")
    assert "Chargement de tickets" in visible_text(browser.get("/sn/feeds"))
    text = visible_text(browser.get("/sn/feeds/ticket_load"))
    assert "T2" in text
    assert "T1" not in text


def test_row_is_corrected_and_loaded(site: Site, loader: FeedLoader) -> None:
    (reject,) = loader.quarantine.list("ticket_load")
    browser = site.browser("operator")
    form = browser.get(f"/sn/feeds/ticket_load/{reject.id}").forms["record-form"]
    refused = form.submit(status=422)
    form = refused.forms["record-form"]
    form["column.Subject"] = "Slow line"
    form.submit(status=303)
    assert loader.quarantine.count("ticket_load") == 0
    assert "Slow line" in visible_text(browser.get("/sn/ticket"))


def test_feeds_need_their_function(site: Site, loader: FeedLoader) -> None:
    (reject,) = loader.quarantine.list("ticket_load")
    browser = site.browser("agent")
    for address in ("", "/ticket_load", "/ticket_load/run", f"/ticket_load/{reject.id}"):
        browser.get(f"/sn/feeds{address}", status=403)


def test_a_run_under_way_can_be_stopped_by_who_may_run_feeds(site: Site) -> None:
    browser = site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", b"Id,Subject\nT1,No signal\n")
    page = form.submit(status=303).follow()
    (stop,) = [form for form in page.forms.values() if form.action.endswith("/ticket_load/cancel")]
    answer = stop.submit(status=303).follow()
    assert "Arrêter le chargement" not in visible_text(answer)
    assert "R066" in visible_text(answer)
    work_through(site.runtime, site.app.registry.sidra_settings.home)
    assert "Lues 0" in visible_text(browser.get("/sn/feeds/ticket_load"))
    other = site.browser("agent")
    token = stop["csrf_token"].value
    other.post("/sn/feeds/ticket_load/cancel", {"csrf_token": token}, status=403)


def upload(site: Site, name: str, content: bytes, login: str = "operator", status: int = 303) -> webtest.TestResponse:
    """What answers a file that somebody brings; when it is taken, after it was loaded."""
    browser = site.browser(login)
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload(name, content)
    answer = form.submit(status=status)
    work_through(site.runtime, site.app.registry.sidra_settings.home)
    return answer.follow() if status == 303 else answer


def test_a_file_is_brought_and_loaded_while_the_page_tells_how_far_it_is(site: Site) -> None:
    page = upload(site, "tickets.csv", b"Id,Subject\nT1,No signal\nT2,\n")
    text = visible_text(page)
    for wanted in (
        "tickets.csv",
        "Terminé",
        "Lues 2",
        "Chargées 1",
        "Rejetées 1",
        "T2",
        "Subject: (vide)",
        "Objet vide",
    ):
        assert wanted in text, wanted
    assert "tickets.csv" in visible_text(site.browser("operator").get("/sn/feeds"))
    assert "No signal" in visible_text(site.browser("operator").get("/sn/ticket"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("tickets.xlsx", b"Id,Subject\n", "doit se terminer par"),
        ("tickets.csv", b"Id\n", "Des colonnes manquent"),
        ("tickets.csv", b"\xff\xff", "ligne 1, caractère 1"),
        ("<b>.csv", b"", "Le fichier est vide"),
    ],
)
def test_a_file_that_cannot_serve_is_told_on_the_page(site: Site, name: str, content: bytes, told: str) -> None:
    refused = upload(site, name, content, status=422)
    assert "Ce fichier ne peut pas être chargé." in visible_text(refused)
    assert told in refused.html.select_one("#upload-error").text
    assert "<b>.csv" not in refused


def test_a_form_without_a_file_is_told_so(site: Site) -> None:
    browser = site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    assert "Aucun fichier n’a été choisi" in form.submit(status=422)
    assert "Aucun fichier n’a été choisi" in browser.post(
        "/sn/feeds/ticket_load", {"file": "text", "csrf_token": form["csrf_token"].value}, status=422
    )


def test_a_file_larger_than_a_form_is_taken_from_people_who_are_signed_in_only(site: Site) -> None:
    rows = b"".join(b"T%d,%s\n" % (number, b"x" * 200) for number in range(12_000))
    assert len(rows) > MAX_BODY_BYTES
    browser = site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", rows)
    assert "Des colonnes manquent" in form.submit(status=422)
    stranger = site.browser()
    stranger.post("/sn/feeds/ticket_load", upload_files=[("file", "tickets.csv", rows)], status=413)
    browser.post("/sn/feeds", upload_files=[("file", "tickets.csv", rows)], status=413)


def test_a_file_needs_the_token_of_its_form_and_the_function(site: Site) -> None:
    files = [("file", "tickets.csv", b"Id,Subject\nT1,x\n")]
    site.browser("operator").post("/sn/feeds/ticket_load", upload_files=files, status=403)
    agent = site.browser("agent")
    token = agent.get("/sn/").html.select_one("[name=csrf_token]")["value"]
    agent.post("/sn/feeds/ticket_load", {"csrf_token": token}, upload_files=files, status=403)
    assert site.system.list("ticket").records == []


def test_a_run_under_way_asks_for_itself_until_it_has_ended(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("Id,Subject\nT1,No signal\n", encoding="utf-8")
    under_way = FeedLoader(site.runtime, "ticket_load").begin(file, system_actor("test", affiliate="sn"))
    browser = site.browser("operator")
    page = browser.get("/sn/feeds/ticket_load")
    address = page.html.select_one("#run")["hx-get"]
    assert page.html.select_one("#upload").has_attr("disabled")
    assert "0 lignes sur 2 au plus" in visible_text(page)
    assert "HX-Refresh" not in browser.get(address).headers
    under_way.finish()
    assert browser.get(address).headers["HX-Refresh"] == "true"
    assert "hx-get" not in str(browser.get("/sn/feeds/ticket_load").html.select_one("#run"))


def test_the_column_concerned_stands_first_with_its_message(site: Site, loader: FeedLoader) -> None:
    (reject,) = loader.quarantine.list("ticket_load")
    page = site.browser("operator").get(f"/sn/feeds/ticket_load/{reject.id}")
    (first, *_rest) = page.html.select("#record-form section [name^='column.']")
    assert first["name"] == "column.Subject"
    assert "Objet vide" in page.html.find(id=first["aria-describedby"].split()[0]).text


@pytest.mark.parametrize("address", ["nothing", "ticket_load/nothing", "nothing/run"])
def test_what_is_not_there_is_not_found(site: Site, loader: FeedLoader, address: str) -> None:
    site.browser("operator").get(f"/sn/feeds/{address}", status=404)
