"""The demonstration as its people work in it: what asks for its pages as their browsers do, and for its JSON.

A page and its JSON are asked of one application in one process, by the same person, in windows that alternate. Both go
the whole way: the WSGI call, the session, rights, the database, the answer's bytes. The log is silent on both sides.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import webtest
from databases import ROOT, Place

from sidra.cli.demo import prepare
from sidra.ops.demo.accounts import PASSWORD
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.web.app import create_app, installed_topics

AFFILIATE = "sn"
CUSTOMERS = 2000
WINDOWS, REQUESTS, WARM = 21, 4, 8
MICROSECONDS = 1_000_000

Ask = Callable[[], bytes]


@dataclass(frozen=True)
class Asked:
    """A request as a browser or a client of the API makes it."""

    address: str
    """Below the affiliate."""
    form: tuple[tuple[str, str], ...] | None = None
    """What it posts; None for a GET."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workplace:
    """A demonstration, and a person of it who is signed in."""

    place: Place
    runtime: Runtime
    browser: webtest.TestApp

    def signed_in(self, login: str) -> Workplace:
        """Return the same for another person of the demonstration."""
        browser = webtest.TestApp(self.browser.app)
        form = browser.get(f"/{AFFILIATE}/sign-in").forms[0]
        form["username"], form["password"] = login, PASSWORD
        form.submit(status=303)
        return replace(self, browser=browser)

    def ask(self, asked: Asked) -> Ask:
        """Return what makes a request and gives the bytes of its answer; any but a 2xx ends the run."""
        body = b"" if asked.form is None else urlencode(asked.form).encode()
        blank = webtest.TestRequest.blank(f"/{AFFILIATE}/{asked.address}", headers=dict(asked.headers))
        environ = dict(blank.environ, HTTP_COOKIE="; ".join(f"{k}={v}" for k, v in self.browser.cookies.items()))
        if asked.form is not None:
            form = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
            environ |= {"REQUEST_METHOD": "POST", **form}

        def ask() -> bytes:
            told: list[str] = []
            pieces = self.browser.app(environ | {"wsgi.input": BytesIO(body)}, lambda status, *_: told.append(status))
            answer = b"".join(pieces)
            if not told[0].startswith("2"):
                sys.exit(f"{asked.address}: {told[0]}; the run is thrown away\n{answer[:400].decode()}")
            return answer

        return ask

    def all_of(self, several: tuple[Asked, ...]) -> Ask:
        """Return what makes one request after the other, as whoever needs all of their answers does."""
        asks = [self.ask(one) for one in several]
        return lambda: b"".join(ask() for ask in asks)

    # JSON has no narrower type.
    def json(self, asked: Asked) -> Any:  # noqa: ANN401
        """Return what an answer of the API says."""
        return json.loads(self.ask(asked)())

    def compared(self, sides: Mapping[str, Ask], windows: int = WINDOWS) -> dict[str, float]:
        """Return the CPU microseconds of each side, the database's with them: medians of windows that alternate."""
        found: dict[str, list[float]] = {name: [] for name in sides}
        for ask in sides.values():
            for _ in range(WARM):
                ask()
        names = list(sides)
        for number in range(windows):
            # Whoever comes first finds the processor's caches as the last one left them.
            for name in (*names[number % len(names) :], *names[: number % len(names)]):
                began = self.place.processor.seconds()
                for _ in range(REQUESTS):
                    sides[name]()
                found[name].append((self.place.processor.seconds() - began) / REQUESTS * MICROSECONDS)
        return {name: statistics.median(values) for name, values in found.items()}


def prepared(place: Place, customers: int) -> Settings:
    """Return the settings of a demonstration on a place, which has its data and people."""
    settings = replace(place.settings("demo", ROOT / "affiliates" / AFFILIATE), plugins=("sidra_sn_ninea",))
    affiliates, runtime = place.open(settings)
    prepare(affiliates, settings, customers)
    place.settle(runtime)
    affiliates.close()
    return settings


@contextmanager
def at_work(place: Place, login: str = "agent", customers: int = CUSTOMERS) -> Iterator[Workplace]:
    """Lend a demonstration on a place, with somebody at work in it."""
    settings = replace(prepared(place, customers), log_level="error")
    affiliates, runtime = place.open(settings)
    app = create_app(settings, affiliates, topics=installed_topics())
    try:
        yield Workplace(place, runtime, webtest.TestApp(app)).signed_in(login)
    finally:
        affiliates.close()
