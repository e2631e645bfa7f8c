"""Every kind of screen with demonstration data: axe finds nothing, the browser complains of nothing, nothing is cut."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.axe import violations
from tests.journeys import pictures
from tests.journeys.conftest import DESK, PHONE, Quiet, Server, listen
from tests.journeys.english import English
from tests.proofs.counting import Counts
from tests.proofs.screens import CONFIGURATOR, SCREENS, Screen, subjects

from sidra.affiliates.registry import Affiliates
from sidra.cli.simulate import played_beside
from sidra.ops.demo.accounts import PASSWORD, ensure_accounts
from sidra.ops.demo.generate import generate
from sidra.ops.demo.inbox import fill_inbox
from sidra.ops.demo.profile import read_profile, units_of
from sidra.settings import load_settings
from sidra.web.app import create_app, installed_topics

pytestmark = pytest.mark.prove

CUSTOMERS = 200
LOCALES = {"sn": "fr-SN", "eg": "ar-EG", "pl": "pl-PL"}
"""What the browsers of an affiliate's people speak."""


@dataclass(frozen=True)
class Showing:
    """How the screens are shown."""

    affiliate: str
    theme: str
    size: tuple[int, int] = DESK
    shows: str = ""
    """Of which screens pictures go into the documentation: `all`, `main` or none."""

    @property
    def name(self) -> str:
        """As it stands in the names of pictures."""
        return f"{self.affiliate}-phone" if self.size == PHONE else self.affiliate

    def is_pictured(self, screen: Screen) -> bool:
        """Whether a picture of a screen goes into the documentation."""
        return self.shows == "all" or (self.shows == "main" and screen.is_main)


SHOWINGS = (
    Showing("sn", "light", shows="all"),
    Showing("eg", "dark", shows="all"),
    Showing("pl", "light", shows="main"),
    Showing("sn", "light", PHONE, shows="main"),
    Showing("pl", "dark"),
    Showing("eg", "light"),
    Showing("eg", "dark", PHONE),
)


@dataclass(frozen=True)
class Shown:
    """The demonstration as it is served."""

    address: str
    subjects: dict[str, dict[str, str]]
    english: dict[str, English]
    """What no screen of an affiliate may say."""


@pytest.fixture(scope="module")
def shown(root: Path, assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The affiliates with demonstration data and the system of bills beside them."""
    home = tmp_path_factory.mktemp("screens")
    settings = load_settings({"SIDRA_HOME": str(home), "SIDRA_LOG_LEVEL": "error"}, root)
    affiliates, found, english = Affiliates(settings), {}, {}
    for folder in settings.affiliates:
        runtime = affiliates.get(folder.name)
        assert runtime is not None
        list(ensure_accounts(runtime, units_of(read_profile(folder))))
        generate(runtime, folder, customers=CUSTOMERS)
        fill_inbox(runtime, folder)
        found[folder.name] = subjects(runtime)
        english[folder.name] = English(runtime.model, runtime.model.locales[0])
    with played_beside(affiliates):
        app = create_app(settings, affiliates, topics=installed_topics())
        server = make_server("127.0.0.1", 0, app, Server, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Shown(f"http://127.0.0.1:{server.server_port}", found, english)
        server.shutdown()
        server.server_close()
    affiliates.close()


@pytest.mark.parametrize("showing", SHOWINGS, ids=lambda one: f"{one.name}-{one.theme}")
def test_every_screen_is_whole_and_blameless(
    root: Path, shown: Shown, browser: Browser, axe: str, showing: Showing, counts: Counts
) -> None:
    blames: list[tuple[str, object]] = []
    for who in dict.fromkeys(screen.who for screen in SCREENS):
        page = page_of(browser, shown, showing, who, blames)
        for screen in (one for one in SCREENS if one.who == who):
            open_screen(page, shown, showing, screen)
            if pictures.WANTED and showing.is_pictured(screen):
                pictures.take(page, root / "docs" / "screens" / f"{showing.name}-{screen.name}.webp")
            blames += [(screen.name, blame) for blame in looked_at(page, axe)]
            # What configurators read quotes the YAML, as whoever wrote it says it.
            if screen.who != CONFIGURATOR:
                blames += [(screen.name, text) for text in shown.english[showing.affiliate].on(page.content())]
            counts["screens"] += 1
        page.context.close()
    assert blames == []


def page_of(browser: Browser, shown: Shown, showing: Showing, who: str, blames: list[tuple[str, object]]) -> Page:
    """A page of somebody who is signed in, or of somebody in front of the door."""
    width, height = showing.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=shown.address,
        locale=LOCALES[showing.affiliate],
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "sidra_theme", "value": showing.theme, "url": shown.address}])
    page = context.new_page()
    listen(page, lambda said: blames.append((page.url, said)))
    if who:
        page.goto(f"/{showing.affiliate}/")
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.locator("#nav").wait_for(state="attached")
    return page


def open_screen(page: Page, shown: Shown, showing: Showing, screen: Screen) -> None:
    """Go to a screen and wait until all of it is there; who is offered a tour has it another time."""
    answer = page.goto(f"/{showing.affiliate}/{screen.address.format(**shown.subjects[showing.affiliate])}")
    assert answer is not None
    assert answer.ok, screen.name
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    decline = page.locator("[data-decline]:visible")
    if decline.count():
        decline.first.click()


def looked_at(page: Page, axe: str) -> Iterator[object]:
    """What is wrong with a page."""
    yield from violations(page, axe)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "wider than the window"
