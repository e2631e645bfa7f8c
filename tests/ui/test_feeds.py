from pathlib import Path

import pytest
from tests.ui.served import Site, visible_text

from sidra.access.actor import system_actor
from sidra.interfaces.loading import FeedLoader


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
    for address in ("", "/ticket_load", f"/ticket_load/{reject.id}"):
        browser.get(f"/sn/feeds{address}", status=403)


@pytest.mark.parametrize("address", ["nothing", "ticket_load/nothing"])
def test_what_is_not_there_is_not_found(site: Site, loader: FeedLoader, address: str) -> None:
    site.browser("operator").get(f"/sn/feeds/{address}", status=404)
