"""The tutorial's new country in a browser: what it says that one sees is seen."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import webtest
from tests.docs.pages import Workshop, rewritten
from tests.docs.test_live import TOKEN

from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app, installed_topics

PAGE = "docs/tutorials/onboard-a-country.md"
SEEN = "## Change a word"
"""Where the page has told of what is seen."""


@pytest.fixture
def affiliates(root: Path, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Affiliates]:
    del assets
    monkeypatch.chdir(tmp_path)
    text = (root / PAGE).read_text(encoding="utf-8")
    rewritten(text[: text.index(SEEN)], Workshop(root, tmp_path))
    found = Affiliates(dataclasses.replace(load_settings({}, tmp_path), log_level="error"))
    yield found
    found.close()


def test_layla_signs_in_and_is_asked_for_the_fathers_name_in_arabic(affiliates: Affiliates) -> None:
    browser = webtest.TestApp(create_app(affiliates.settings, affiliates, topics=installed_topics()))
    form = TOKEN.search(browser.get("/jo/sign-in").text)
    assert form is not None
    words = {"username": "layla", "password": "correct horse battery", "csrf_token": form[1]}
    browser.post("/jo/sign-in", words, status=303)
    page = browser.get("/jo/individual/new")
    assert page.html.select_one("html")["dir"] == "rtl"
    names = [field.get("name") for field in page.html.select("input, select")]
    assert names.index("given_name") < names.index("x_jo_father_name") < names.index("family_name")
    assert "اسم الأب" in page.text
    assert "title" not in names
    assert "/jo/household" not in page.text
