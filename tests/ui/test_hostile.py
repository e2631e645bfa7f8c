"""Files and addresses that cannot be taken: the page says why in the reader's language, and nothing is left."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import Site, visible_text

MEGABYTE = 1024 * 1024


def bomb() -> bytes:
    """A spreadsheet of a few kilobytes that unpacks to fifty megabytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50 * MEGABYTE)
    return made.getvalue()


FILES = {
    "empty": (b"", "vide"),
    "another encoding": ("Id,Subject\n1,Fuite\n2,Réseau\n".encode("latin-1"), "ligne 3, caractère 4"),
    "halves of characters": (b"Id,Subject\n1,\xed\xa0\x80\n", "ligne 2, caractère 3"),
    "a bomb": (bomb(), "classeur"),
    "columns that are missing": (b"Id,Text\n1,x\n", "Des colonnes manquent : Subject. Le fichier a : Id, Text."),
    "columns that stand twice": (b"Id,Subject,Id\n1,x,2\n", "deux fois : Id"),
    "endless columns": (b"Id,Subject," + b"c," * 400_000 + b"\n1,2\n", "2 000 au plus"),
    "an endless line": (b"Id,Subject\n1," + b"x" * 1_500_000, "La ligne 2 dépasse"),
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_cannot_serve_is_refused_in_the_readers_language(site: Site, file: str) -> None:
    content, told = FILES[file]
    form = site.browser("operator").get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", content)
    page = form.submit(status=422)
    text = visible_text(page).translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069")))
    assert told in text
    assert "(R620)" in text
    assert not [*(site.overlay.parent / "uploads").glob("*/*")]


def test_a_character_that_ends_texts_harms_no_other_row(site: Site) -> None:
    browser = site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", b"Id,Subject\n1,no\0signal\n2,Slow\n")
    form.submit(status=303)
    assert work_through(site.runtime, site.app.registry.sidra_settings.home) == []
    assert "Slow" in [record["subject"] for record in site.system.list("ticket").records]
    assert "Chargées" in visible_text(browser.get("/sn/feeds/ticket_load"))


def test_a_file_that_is_too_large_is_told_with_the_limit_and_the_way_back(site: Site) -> None:
    browser = site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", b"x" * (21 * MEGABYTE))
    page = form.submit(headers={"Referer": "http://localhost/sn/feeds/ticket_load"}, expect_errors=True)
    text = visible_text(page)
    assert page.status_code == 413
    assert "20 mégaoctets au plus" in text
    assert 'href="/sn/feeds/ticket_load"' in page.text


HOSTILE = (
    "?f.segment=" + "a" * 500,
    "?f.segment=' OR 1=1 --",
    "?f.segment=" + "&f.segment=".join(map(str, range(300))),
    "?f.since.from=0000-99-99",
    "?f.since.until=9999999-01-01",
    "?f.since.from=%00",
    "?f.hush=x",
    "?sort=hush",
    "?sort=fee;drop table customer",
    "?view=__class__",
    "?after=%00",
    "?after=" + "A" * 4000,
    "?q=" + "%25" * 600,
    "?q=%F0%9F%98%80%00",
    "?size=1e9",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_address_gets_an_answer_and_a_way_to_the_list(site: Site, query: str) -> None:
    site.customer(hush="whispered")
    page = site.browser("agent").get(f"/sn/customer{query.replace(' ', '%20')}", expect_errors=True)
    assert page.status_code in {200, 400}, page.status_code
    assert "whispered" not in page.text
    if page.status_code == 400:
        assert "R400" in visible_text(page)
        assert re.search(r'href="/sn/customer"[^>]*>.*?Ouvrir sans filtres', page.text, re.DOTALL)
