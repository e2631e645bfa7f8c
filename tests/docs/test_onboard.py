"""The tutorial's new country in a browser: what it says that one sees is seen."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.docs.pages import Workshop, rewritten
from tests.docs.test_live import TOKEN

from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app, installed_topics

PAGE = "docs/tutorials/onboard-a-country.md"
PASSWORD = "correct horse battery"
SEEN = "## Change a word"
"""Where the page has told of what is seen."""


@pytest.fixture
def affiliates(root: Path, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Affiliates]:
    del assets
    monkeypatch.chdir(tmp_path)
    text = (root / PAGE).read_text(encoding="utf-8")
    workshop = Workshop(root, tmp_path)
    rewritten(text[: text.index(SEEN)], workshop)
    workshop.run(f"sidra user add jo omar --name Omar --role back_office --password '{PASSWORD}'")
    found = Affiliates(dataclasses.replace(load_settings({}, tmp_path), log_level="error"))
    yield found
    found.close()


# WebTest ships no types.
def signed_in(affiliates: Affiliates, login: str) -> Any:  # noqa: ANN401
    browser = webtest.TestApp(create_app(affiliates.settings, affiliates, topics=installed_topics()))
    form = TOKEN.search(browser.get("/jo/sign-in").text)
    assert form is not None
    browser.post("/jo/sign-in", {"username": login, "password": PASSWORD, "csrf_token": form[1]}, status=303)
    return browser


def test_a_workbook_is_brought_in_the_browser(affiliates: Affiliates) -> None:
    page = signed_in(affiliates, "omar").get("/jo/feeds/x_jo_individual_sheet").html
    assert page.select_one("input[type=file]")["accept"] == ".xlsx,.xlsm"


def test_layla_signs_in_and_is_asked_for_the_fathers_name_in_arabic(affiliates: Affiliates) -> None:
    browser = signed_in(affiliates, "layla")
    page = browser.get("/jo/individual/new")
    assert page.html.select_one("html")["dir"] == "rtl"
    names = [field.get("name") for field in page.html.select("input, select")]
    assert names.index("given_name") < names.index("x_jo_father_name") < names.index("family_name")
    assert "اسم الأب" in page.text
    assert "title" not in names
    assert "/jo/household" not in page.text
