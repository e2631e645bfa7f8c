"""The environment of all templates over invented built files, and the gallery's pages as HTML."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import pytest
from tests.ui.served import Site, site_in

from sidra_ui import pages as sidra_pages
from sidra_ui.assets_build import bundle_files, icon_names
from sidra_ui.gallery import locale_of
from sidra_ui.messages import Messages
from sidra_ui.rendering import FullPage, StaticFiles, create_environment, render_page

NAMES = (*bundle_files(), "icons.svg", "favicon.svg", "inter-latin.woff2", "plex-arabic-400.woff2")


@pytest.fixture(scope="session")
def static() -> StaticFiles:
    """Built files that need not exist: only their names are rendered."""
    return StaticFiles("/static", {name: name for name in NAMES}, frozenset(icon_names()))


@pytest.fixture(scope="session")
def environment(static: StaticFiles) -> jinja2.Environment:
    """The environment of all templates."""
    return create_environment(static)


@pytest.fixture(scope="session")
def render(environment: jinja2.Environment) -> Callable[[FullPage], str]:
    """Renders a page in its own language."""
    return lambda page: render_page(environment, page, Messages(locale_of(page)))


@pytest.fixture(scope="session")
def built(assets: Path) -> Path:
    """The folder of the files that `sidra assets` builds."""
    return assets


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch, static: StaticFiles) -> None:
    """The browser's files need not be built."""
    monkeypatch.setattr(sidra_pages, "read_static", lambda: static)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of a site is kept that is as new."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def site(tmp_path: Path, cheap: None, homes: Path) -> Iterator[Site]:
    """A small installation with screens."""
    home = homes / "home"
    if not home.exists():
        site_in(homes / "first").affiliates.close()
        (homes / "first").rename(home)
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    made = site_in(tmp_path)
    yield made
    made.affiliates.close()
