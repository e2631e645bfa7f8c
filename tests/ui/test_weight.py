"""What each page of the gallery weighs the first time: its HTML and everything that it really loads, compressed."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sidra_ui.gallery import PAGES, locale_of
from sidra_ui.messages import Messages
from sidra_ui.rendering import FullPage, create_environment, read_static, render_page

KINDS = ("list", "record", "record-edit", "360", "configuration")
LIMITS = {"html": 15_000, "css": 12_000, "js": 40_000, "svg": 8_000}
"""With the font of 48,000 bytes they make up the whole; a page's own sheets share the second with that of all pages."""
FIRST_LOAD_BYTES = 125_000
LAZY = ("charts-",)
"""What draws is heavy and comes after the page, whose figures can be read without it."""
OTHER_SCRIPTS = ("inter-latin-ext", "plex-arabic")
"""Fonts that a browser fetches for letters that a latin page does not have."""

Render = Callable[[FullPage], str]


@pytest.fixture(scope="session")
def real(built: Path) -> Render:
    """Renders a page with the addresses of the files as they are built."""
    environment = create_environment(read_static(built, "/static"))
    return lambda page: render_page(environment, page, Messages(locale_of(page)))


def loaded(html: str, built: Path) -> list[Path]:
    """The files that a page and its sheets name, each once."""
    names = re.findall(r'(?:href|src)="/static/([^"#]+)', html)
    sheets = [(built / name).read_text() for name in names if name.endswith(".css")]
    fonts = [font for sheet in sheets for font in re.findall(r'url\("?([^)"]+\.woff2)', sheet)]
    latin = [font for font in fonts if not font.startswith(OTHER_SCRIPTS)]
    return [built / name for name in dict.fromkeys([*names, *latin]) if not name.startswith(LAZY)]


def sent_bytes(file: Path) -> int:
    """How much of a file goes over the line."""
    packed = file.with_name(f"{file.name}.gz")
    return (packed if packed.is_file() else file).stat().st_size


@pytest.mark.parametrize("name", PAGES)
def test_the_first_load_of_a_page_keeps_to_the_budget(name: str, real: Render, built: Path) -> None:
    page = PAGES[name]()
    html = real(page)
    files = loaded(html, built)
    weights = {"html": len(gzip.compress(html.encode(), 6, mtime=0))}
    for file in files:
        kind = file.suffix.lstrip(".")
        weights[kind] = weights.get(kind, 0) + sent_bytes(file)
    assert {kind: weight for kind, weight in weights.items() if weight > LIMITS.get(kind, FIRST_LOAD_BYTES)} == {}
    if not locale_of(page).startswith("ar"):
        assert sum(weights.values()) <= FIRST_LOAD_BYTES


def test_the_kinds_of_page_that_have_a_budget_are_in_the_gallery() -> None:
    assert [kind for kind in KINDS if kind not in PAGES] == []


def test_the_font_of_code_is_loaded_only_where_code_is_read(real: Render, built: Path) -> None:
    having = {
        name for name, build in PAGES.items() if any("jetbrains" in file.name for file in loaded(real(build()), built))
    }
    assert "configuration" in having
    assert not having & {"list", "record", "360", "home"}
