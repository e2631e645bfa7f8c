"""A form that the database did not take: the page brings it back by itself, with all that was entered."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served


def test_what_was_typed_comes_back_and_is_saved_once(
    sign_in: Callable[..., Page], served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.store.sqlite.BUSY_SECONDS", 0.2)
    page = sign_in("sn")
    person = served.customers["sn"]["engaged_party_id"]
    page.goto(f"/sn/individual/{person}/edit")
    page.locator("#f-middle_name").fill("Coumba")
    with closing(sqlite3.connect(served.home / "sn.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page.locator(".save-bar [type=submit]").click()
        expect(page.locator("sidra-retry")).to_contain_text("cet onglet")
        expect(page.locator(".notice .btn.primary")).to_have_attribute("href", f"/sn/individual/{person}/edit")
        other.execute("ROLLBACK")
    page.wait_for_url("**/edit")
    expect(page.locator("#f-middle_name")).to_have_value("Coumba")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.locator(".save-bar [type=submit]").click()
    page.wait_for_url(f"**/individual/{person}")
    expect(page.locator("main")).to_contain_text("Coumba")
