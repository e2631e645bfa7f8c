"""The demonstration affiliates, served on loopback with a few people in each, and a browser at the door."""

from __future__ import annotations

import datetime
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.records.record import Record
from sidra.runtime import Runtime
from sidra.settings import load_settings
from sidra.web.app import create_app, installed_topics

PASSWORD = "correct horse battery"
MORNING = datetime.datetime(2026, 11, 17, 10, tzinfo=datetime.UTC)
"""A Tuesday when people of all affiliates are at work and their customers may be called."""
WAIT_SECONDS = 30
ON_PURPOSE = ("409", "422", "503", "Clear-Site-Data", "Autofocus processing was blocked")
"""What the browser says of forms that are refused, people who sign out, and those who are faster than a page."""
CUT = ("net::ERR_FAILED", "htmx:error: Failed to fetch")
"""What it says besides where a journey cuts the connection, marked `cuts_connection`."""
DESK, PHONE = (1440, 900), (390, 844)
PEOPLE = {
    "sn": (("Awa Marième", "Ndiaye", "+221771234567"), ("Moussa", "Diop", "+221761234567")),
    "eg": (("مريم", "عبد الرحمن", "+201001234567"), ("أحمد", "السيد", "+201111234567")),
    "pl": (("Zofia", "Wiśniewska", "+48601234567"), ("Jan", "Kowalski", "+48501234567")),
}
AGENTS = {"sn": ("Fatou Ndoye", "fr"), "eg": ("سارة علي", "ar"), "pl": ("Anna Lis", "pl")}


def only(affiliate: str, cases: Iterable[Any], of: Callable[[Any], str] = str) -> list[Any]:
    """Give the cases of a long journey: that of one affiliate in each run, those of all others by `make prove`."""
    return [one if of(one) == affiliate else pytest.param(one, marks=pytest.mark.prove) for one in cases]


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request, as the product has."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing: the test says what went wrong."""

    def log_message(self, *_: object) -> None:
        pass


class Gate:
    """The application behind a gate, which closes while nobody is inside: a page that is left may ask something yet."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app, self._changed, self._inside = app, threading.Condition(), 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with self._changed:
            self._inside += 1
        try:
            answer = self._app(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Wait until nobody is inside, and let nobody in meanwhile."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._inside, timeout=WAIT_SECONDS)
            yield


class MovedClock:
    """The present moment for the records of all affiliates; a journey may go on to another day.

    What an agent may do depends on the hour and the day of the week, and journeys are made at any.
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.ahead = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return MORNING + datetime.timedelta(seconds=time.monotonic() - self._began) + self.ahead


@dataclass(frozen=True)
class Served:
    """The installation as a visitor finds it."""

    address: str
    affiliates: Affiliates
    clock: MovedClock
    customers: dict[str, Record]
    """The first customer of each affiliate."""
    documents: dict[str, str]
    """The number of that customer's identity document."""
    home: Path
    """The folder of the databases."""


class First:
    """The databases of the affiliates as they stood at first."""

    def __init__(self, home: Path, gate: Gate) -> None:
        self._gate = gate
        self._kept = [(home / f"{name}.db", sqlite3.connect(":memory:")) for name in PEOPLE]
        for file, kept in self._kept:
            with closing(sqlite3.connect(file)) as there:
                there.backup(kept)

    def again(self) -> None:
        """Make them what they were: no journey finds what another one has left."""
        with self._gate.closed():
            for file, kept in self._kept:
                with closing(sqlite3.connect(file)) as there:
                    kept.backup(there)

    def close(self) -> None:
        """Let them go."""
        for _, kept in self._kept:
            kept.close()


@pytest.fixture
def served(installation: tuple[Served, First]) -> Served:
    """All affiliates of the checkout, with the people in them that each journey begins with."""
    found, first = installation
    first.again()
    return found


@pytest.fixture(scope="session")
def installation(root: Path, assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, First]]:
    """All affiliates of the checkout, on a store of their own, and what this was at first."""
    home = tmp_path_factory.mktemp("home")
    given = {"SIDRA_HOME": str(home), "SIDRA_LOG_LEVEL": "error", "SIDRA_CALLBACKS": "loopback"}
    settings = load_settings(given, root)
    clock = MovedClock()
    affiliates = Affiliates(settings, clock=clock)
    customers, documents = {}, {}
    for name in PEOPLE:
        runtime = affiliates.get(name)
        assert runtime is not None, [str(found.at) for found in affiliates.state(name).diagnostics]  # type: ignore[union-attr]
        customers[name], documents[name] = populate(name, runtime)
    gate = Gate(create_app(settings, affiliates, topics=installed_topics()))
    server = make_server("127.0.0.1", 0, gate, Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    first = First(home, gate)
    yield Served(f"http://127.0.0.1:{server.server_port}", affiliates, clock, customers, documents, home), first
    first.close()
    server.shutdown()
    server.server_close()
    affiliates.close()


def populate(name: str, runtime: Runtime) -> tuple[Record, str]:
    """Make two accounts, two customers and a ticket; return the first customer and the number of its document."""
    full_name, locale = AGENTS[name]
    entrance = Entrance.of(name, runtime.store)
    entrance.accounts.create("agent", full_name, PASSWORD, ["agent"], locale=locale)
    entrance.accounts.create("back_office", "Meridian", PASSWORD, ["back_office"], locale=locale)
    records = runtime.records(system_actor("journey", affiliate=name))
    made = []
    for place, (given, family, number) in enumerate(PEOPLE[name]):
        person = records.create(
            "individual",
            {
                "given_name": given,
                "family_name": family,
                "birth_date": "1988-06-14",
                "contact_media": [{"medium_type": "mobile", "phone_number": number, "preferred": True}],
                "identifications": [
                    {"identification_type": "passport", "identification_id": f"{name.upper()}48213{place}"}
                ],
            },
        )
        made.append(records.create("customer", {"engaged_party": person.id, "status": "active", "segment": "gold"}))
    records.create(
        "trouble_ticket",
        {"customer": made[0].id, "description": "No signal", "ticket_type": "fault", "severity": "major"},
    )
    for offer, price in (("Fibre 100", "14900"), ("Mobile Max", "12500")):
        records.create("product_offering", {"name": offer, "price": price, "category": "internet"})
    return made[0], f"{name.upper()}482130"


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(served: Served, browser: Browser, request: pytest.FixtureRequest) -> Iterator[SignIn]:
    """Signs somebody of an affiliate in, the agent at first, and gives the page; no script may complain on any page."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    on_purpose = ON_PURPOSE + (CUT if request.node.get_closest_marker("cuts_connection") else ())

    def open_page(affiliate: str, *, theme: str = "light", size: tuple[int, int] = DESK, who: str = "agent") -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=served.address)
        contexts.append(context)
        context.add_cookies([{"name": "sidra_theme", "value": theme, "url": served.address}])
        page = context.new_page()
        listen(page, complaints.append, on_purpose)
        let_in(context, affiliate, who)
        page.goto(f"/{affiliate}/")
        page.locator("#nav").wait_for(state="attached")
        # A key that is pressed before the scripts stand goes nowhere.
        page.wait_for_load_state()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def let_in(context: BrowserContext, affiliate: str, who: str) -> None:
    """Sign somebody in by the form, without drawing its page: journeys that are about signing in fill it in."""
    address = f"/{affiliate}/sign-in"
    token = re.search(r'name="csrf_token"[^>]*value="([0-9a-f]+)"', context.request.get(address).text())
    assert token is not None
    form: dict[str, str | float | bool] = {"username": who, "password": PASSWORD, "csrf_token": token[1]}
    answer = context.request.post(address, form=form, max_redirects=0)
    assert answer.status == HTTPStatus.SEE_OTHER, answer.text()


def listen(page: Page, complain: Callable[[str], None], on_purpose: tuple[str, ...] = ON_PURPOSE) -> None:
    """Tell of whatever the browser says, and of a page whose policy would let a script of others in.

    What the browser says of what is done on purpose is no complaint.
    """

    def on_console(said: ConsoleMessage) -> None:
        if not any(known in said.text for known in on_purpose):
            complain(f"{said.type}: {said.text}")

    def on_answer(answer: Response) -> None:
        policy = answer.headers.get("content-security-policy", "")
        if answer.request.is_navigation_request() and answer.ok and ("script-src" not in policy or "unsafe" in policy):
            complain(f"{answer.url} has the policy {policy!r}")

    page.on("pageerror", lambda error: complain(str(error)))
    page.on("console", on_console)
    page.on("response", on_answer)
