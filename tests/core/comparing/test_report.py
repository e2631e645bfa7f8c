"""The page of the gap analysis: whole in itself, escaped, in every language."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.metamodel.configurations import LANGUAGE
from tests.metamodel.promoting.conftest import NINEA, REGIONAL, SHORTER, layers_in

from sidra.comparing.report import LANGUAGES, report
from sidra.comparing.texts import texts
from sidra_metamodel.comparing.compare import compare
from sidra_metamodel.comparing.comparison import Comparison

EVIL = "<script>alert('x')</script> & \"co\""


@pytest.fixture
def compared(tmp_path: Path) -> Comparison:
    """Regions, promotion candidates, something past its date, a waiver, and texts that look like markup."""
    files = {
        "affiliates/sn/sex.yaml": "enum: sex\n$why: |-\n  " + EVIL + "\n$category: debt\n$until: '2026-01-31'\n"
        "values: {other: {label: {fr: '<b>Autre</b>'}}}\n",
        "baseline/waivers/sn.yaml": "waiver: sn_names\naffiliate: sn\npath: individual.attributes.family_name.hidden\n"
        "allows: false\nuntil: '2026-03-31'\napprover: '<i>K</i>'\nwhy: x\nticket: G-1\n",
    }
    return compare(
        layers_in(tmp_path, {**NINEA, **SHORTER, **REGIONAL, **files}), LANGUAGE.registry, date(2026, 11, 23)
    )


class Reader(HTMLParser):
    """Tells which elements there are, and whether each is closed."""

    VOID = frozenset({"meta", "rect", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [name for name, _ in attrs if name in {"src", "href", "onclick", "onload"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            while self.open and self.open.pop() != tag:
                pass


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_no_script_and_nothing_from_elsewhere(compared: Comparison, language: str) -> None:
    reader = Reader()
    page = report(compared, tuple(compared.affiliates), language)
    reader.feed(page)
    assert not reader.seen & {"script", "link", "img", "iframe"}
    assert reader.addresses == []
    assert reader.open == []
    assert "url(" not in page
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_what_people_wrote_is_text_and_never_markup(compared: Comparison) -> None:
    page = report(compared, tuple(compared.affiliates), "en")
    assert "<script>" not in page
    assert "<b>Autre" not in page
    assert "<i>K" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;co&#34;" in page


def test_every_override_stands_there_with_its_place_and_reason(compared: Comparison) -> None:
    page = report(compared, tuple(compared.affiliates), "en")
    for one in compared.overrides:
        assert f"<code>{one.address}</code>" in page
        assert f"{one.difference.at.path}:{one.difference.at.line}" in page
    only = report(compared, ("eg",), "en")
    assert "affiliates/ml/individual.yaml" not in only


def test_nothing_short_of_all_is_called_a_hundred(compared: Comparison) -> None:
    page = report(compared, (), "en")
    shares = re.findall(r'title="([\d,]+) / ([\d,]+)">(\d+)</span>', page)
    assert shares
    assert all((shown == "100") == (equal == leaves) for equal, leaves, shown in shares)


def test_all_languages_have_all_words_and_they_differ() -> None:
    words = {language: texts(language) for language in LANGUAGES}
    assert all(text for found in words.values() for text in found.values())
    for language in LANGUAGES[1:]:
        same = [key for key, text in words[language].items() if text == words["en"][key]]
        assert set(same) <= {"interface", "service"}, same


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1500])
def test_a_browser_shows_it_without_a_wide_page(
    compared: Comparison, browser: Browser, language: str, width: int, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(compared, tuple(compared.affiliates), language), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("table.matrix tbody tr").count() == len(compared.affiliates) + len(compared.regions)
    page.close()
